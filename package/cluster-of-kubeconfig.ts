/** What classes that put objects into a cluster ask about it. */
import type * as pulumi from "@pulumi/pulumi";

/** A running cluster. */
export interface ClusterOfKubeconfig {
  /** Text of a kubeconfig of an administrator, such as KubeadmCluster's; kept secret. */
  kubeconfig: pulumi.Input<string>;
  /**
   * Nodes that take any pod; one or several is what counts.
   * Default: 2
   */
  workerNodes?: number;
  /** Pod network; `cilium` and `calico` enforce NetworkPolicies. Default: none that enforces them. */
  cni?: string;
  /**
   * DNS domain of the cluster.
   * Default: "cluster.local"
   */
  dnsDomain?: string;
  /** Version of Kubernetes, x.y.z. Default: not checked against what Istio supports. */
  kubernetesVersion?: string;
}

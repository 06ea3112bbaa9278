/** Arguments about the cluster that a component installs into. */
import type * as pulumi from "@pulumi/pulumi";

/** A running cluster. */
export interface ClusterOfKubeconfig {
  /** Content of an administrator's kubeconfig, YAML, such as KubeadmCluster's output; kept secret. */
  kubeconfig: pulumi.Input<string>;
  /**
   * Number of nodes without taints; only one or several matters.
   * Default: 2
   */
  workerNodes?: number;
  /** Pod network of the cluster; `cilium` and `calico` enforce NetworkPolicy. Default: one that does not. */
  cni?: string;
  /**
   * DNS domain of the cluster.
   * Default: "cluster.local"
   */
  dnsDomain?: string;
  /** Kubernetes version of the cluster, x.y.z. Default: it is not checked against what Istio supports. */
  kubernetesVersion?: string;
}

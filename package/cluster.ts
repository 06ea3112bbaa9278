import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster as RealCluster } from "nordmesh";
import { check, childOf } from "./child";
import type { Artifacts, Ssh } from "./config/environment";
import type { HostConfig } from "./config/host";
import type { Kubernetes } from "./config/kubernetes";

export interface KubeadmClusterArgs {
  /** Release set; it pins every version and checksum. */
  release: string;
  /** Hosts by permanent name, which is both the node name and the resource name. */
  hosts: Record<string, HostConfig>;
  /** Kubernetes and its pod network. */
  kubernetes?: Kubernetes;
  /** Where hosts get programs and images. Default: each is downloaded from its vendor. */
  artifacts?: Artifacts;
  /** How hosts are reached over SSH. */
  ssh?: Ssh;
  /** Operator's private SSH key in OpenSSH format. Default: the SSH agent's, or a generated one for created machines. */
  privateKey?: pulumi.Input<string>;
}

/** A kubeadm cluster: hosts, control planes, workers, pod network, certificates. Its name is permanent. */
export class KubeadmCluster extends pulumi.ComponentResource {
  /** Administrator's kubeconfig, YAML; secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** URL of the API server for operators, https://host:port. */
  readonly endpoint: pulumi.Output<string>;
  /** host:port of the SSH server, by host. */
  readonly nodes: pulumi.Output<Record<string, string>>;
  /** Generated private SSH key for the hosts, secret; undefined if a key is declared or the SSH agent has it. */
  readonly sshPrivateKey?: pulumi.Output<string>;

  constructor(name: string, args: KubeadmClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const written = { real: RealCluster, name, args };
    check(written);
    super("nordmesh:index:KubeadmCluster", name, {}, opts);
    const cluster = childOf(this, written);
    const { kubeconfig, endpoint, nodes, sshPrivateKey } = cluster;
    this.kubeconfig = kubeconfig;
    this.endpoint = endpoint;
    this.nodes = nodes;
    if (sshPrivateKey !== undefined) this.sshPrivateKey = sshPrivateKey;
    this.registerOutputs({ kubeconfig, endpoint, nodes, sshPrivateKey });
  }
}

import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster as RealCluster } from "nordmesh";
import { check, childOf } from "./child";
import type { Artifacts, Ssh } from "./config/environment";
import type { HostConfig } from "./config/host";
import type { Kubernetes } from "./config/kubernetes";

export interface KubeadmClusterArgs {
  /** Release set: pins every version and checksum. */
  release: string;
  /** Hosts by permanent name, which is both the node name and the resource name. */
  hosts: Record<string, HostConfig>;
  /** Kubernetes and its pod network. */
  kubernetes?: Kubernetes;
  /** Where hosts get programs and images. Default: each from its vendor. */
  artifacts?: Artifacts;
  /** How hosts are reached. */
  ssh?: Ssh;
  /** Operator's private key, OpenSSH format. Default: the SSH agent holds it, or the stack makes one. */
  privateKey?: pulumi.Input<string>;
}

/** A cluster of hosts: control planes, workers, pod network, certificates, upgrades. */
export class KubeadmCluster extends pulumi.ComponentResource {
  /** Kubeconfig of an administrator, secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** URL of the API server for operators. */
  readonly endpoint: pulumi.Output<string>;
  /** host:port of the SSH server of each host. */
  readonly nodes: pulumi.Output<Record<string, string>>;
  /** Private key for SSH to the hosts, secret; undefined if the key is declared or the SSH agent holds it. */
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

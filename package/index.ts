/** The components for programs in every language: interfaces that Pulumi's analyzer can read. */
import * as pulumi from "@pulumi/pulumi";
import type { AddonsConfig, LoadBalancerConfig } from "./config/addons";
import type { Artifacts, StackConfig, Ssh } from "./config/environment";
import type { HostConfig } from "./config/host";
import type { IstioConfig } from "./config/istio";
import type { Kubernetes } from "./config/kubernetes";
import type { PoliciesConfig } from "./config/policies";

export interface HostArgs extends HostConfig {
  /** Release set: pins every version and checksum. */
  release: string;
  /** Where the host gets programs and images. */
  artifacts?: Artifacts;
  /** How the host is reached. */
  ssh?: Ssh;
  /** Private key of the operator, OpenSSH format; without it the SSH agent is asked. */
  sshPrivateKey?: pulumi.Input<string>;
}

/** A server: created where this owns it, checked, tuned and ready for kubeadm. */
export class Host extends pulumi.ComponentResource {
  /** Address of its SSH server. */
  readonly address: pulumi.Output<string>;
  /** What the checks found, one line of JSON. */
  readonly facts: pulumi.Output<string>;

  constructor(name: string, args: HostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nordmesh:index:Host", name, {}, opts);
    this.address = pulumi.output(args.address ?? "");
    this.facts = pulumi.output("{}");
    this.registerOutputs({ address: this.address, facts: this.facts });
  }
}

export interface KubeadmClusterArgs {
  /** Hosts by permanent name: the node name and the resource name, for ever. */
  hosts: Record<string, HostConfig>;
  /** Release set: pins every version and checksum. */
  release: string;
  /** The cluster. */
  kubernetes?: Kubernetes;
  /** Where hosts get programs and images. */
  artifacts?: Artifacts;
  /** How hosts are reached. */
  ssh?: Ssh;
  /** Private key of the operator, OpenSSH format; without it the SSH agent is asked. */
  sshPrivateKey?: pulumi.Input<string>;
}

/** A kubeadm cluster of hosts. */
export class KubeadmCluster extends pulumi.ComponentResource {
  /** Where operators reach the API server. */
  readonly endpoint: pulumi.Output<string>;
  /** Administrator's kubeconfig; a secret. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: KubeadmClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nordmesh:index:KubeadmCluster", name, {}, opts);
    this.endpoint = pulumi.output(args.kubernetes?.externalEndpoint ?? "");
    this.kubeconfig = pulumi.secret("");
    this.registerOutputs({ endpoint: this.endpoint, kubeconfig: this.kubeconfig });
  }
}

export interface IstioArgs extends IstioConfig {
  /** Kubeconfig of any cluster. */
  kubeconfig: pulumi.Input<string>;
}

/** Istio in any cluster. */
export class Istio extends pulumi.ComponentResource {
  /** Revision that namespaces follow. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: IstioArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nordmesh:index:Istio", name, {}, opts);
    this.revision = pulumi.output(args.version ?? "");
    this.registerOutputs({ revision: this.revision });
  }
}

export interface MeshPoliciesArgs extends PoliciesConfig {
  /** Kubeconfig of a cluster with Istio. */
  kubeconfig: pulumi.Input<string>;
}

/** What an installed Istio is told: who is in the mesh, what may be reached, how traffic is limited. */
export class MeshPolicies extends pulumi.ComponentResource {
  constructor(name: string, args: MeshPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nordmesh:index:MeshPolicies", name, { mode: args.mode }, opts);
    this.registerOutputs({});
  }
}

export interface LoadBalancerArgs extends LoadBalancerConfig {
  /** Kubeconfig of any cluster. */
  kubeconfig: pulumi.Input<string>;
}

/** MetalLB in any cluster. */
export class LoadBalancer extends pulumi.ComponentResource {
  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nordmesh:index:LoadBalancer", name, { pools: args.pools }, opts);
    this.registerOutputs({});
  }
}

export interface AddonsArgs extends AddonsConfig {
  /** Kubeconfig of a cluster with Istio. */
  kubeconfig: pulumi.Input<string>;
  /** What Kiali shows its OpenID issuer. */
  kialiClientSecret?: pulumi.Input<string>;
}

/** What looks at the mesh: metrics, dashboards, traces. */
export class Addons extends pulumi.ComponentResource {
  constructor(name: string, args: AddonsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nordmesh:index:Addons", name, { charts: args.charts }, opts);
    this.registerOutputs({});
  }
}

export interface EnvironmentArgs extends StackConfig {
  /** Private key of the operator, OpenSSH format; without it the SSH agent is asked. */
  sshPrivateKey?: pulumi.Input<string>;
  /** What Kiali shows its OpenID issuer. */
  kialiClientSecret?: pulumi.Input<string>;
}

/** Hosts, cluster and mesh of one environment. */
export class Environment extends pulumi.ComponentResource {
  /** Where operators reach the API server. */
  readonly endpoint: pulumi.Output<string>;
  /** Administrator's kubeconfig; a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Host and port of the SSH server by host. */
  readonly hosts: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: EnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nordmesh:index:Environment", name, {}, opts);
    this.endpoint = pulumi.output(args.kubernetes?.externalEndpoint ?? "");
    this.kubeconfig = pulumi.secret("");
    this.hosts = pulumi.output<Record<string, string>>({});
    this.registerOutputs({
      endpoint: this.endpoint,
      kubeconfig: this.kubeconfig,
      hosts: this.hosts,
    });
  }
}

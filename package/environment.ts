import * as pulumi from "@pulumi/pulumi";
import { Environment as RealEnvironment } from "nordmesh";
import { check, childOf } from "./child";
import type { StackConfig } from "./config/environment";
import type { ConfiguredSecrets } from "./config/secrets";

/** Secrets of an environment. */
export interface EnvironmentSecrets extends ConfiguredSecrets {
  /** Operator's private key, OpenSSH format. Default: the SSH agent holds it, or the stack makes one. */
  sshPrivateKey?: pulumi.Input<string>;
}

export interface EnvironmentArgs {
  /** What a file has under `nordmesh:stack`. */
  config: StackConfig;
  /** Secrets of the environment. */
  secrets?: EnvironmentSecrets;
}

/** Hosts, cluster and mesh of one environment; its name is permanent, and the hosts keep it. */
export class Environment extends pulumi.ComponentResource {
  /** URL of the API server for operators. */
  readonly endpoint: pulumi.Output<string>;
  /** Kubeconfig of an administrator, secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Private key for SSH to the hosts, secret; undefined if the key is declared or the SSH agent holds it. */
  readonly sshPrivateKey?: pulumi.Output<string>;
  /** host:port of the SSH server of each host. */
  readonly hosts: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: EnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    const written = { real: RealEnvironment, name, args };
    check(written);
    super("nordmesh:index:Environment", name, {}, opts);
    const environment = childOf(this, written);
    const { endpoint, kubeconfig, sshPrivateKey, hosts } = environment;
    this.endpoint = endpoint;
    this.kubeconfig = kubeconfig;
    if (sshPrivateKey !== undefined) this.sshPrivateKey = sshPrivateKey;
    this.hosts = hosts;
    this.registerOutputs({ endpoint, kubeconfig, sshPrivateKey, hosts });
  }
}

import * as pulumi from "@pulumi/pulumi";
import { Environment as RealEnvironment } from "nordmesh";
import { check, childOf } from "./child";
import type { StackConfig } from "./config/environment";
import type { ConfiguredSecrets } from "./config/secrets";

/** Secrets of an environment. */
export interface EnvironmentSecrets extends ConfiguredSecrets {
  /** Operator's private SSH key in OpenSSH format. Default: the SSH agent's, or a generated one for created machines. */
  sshPrivateKey?: pulumi.Input<string>;
}

export interface EnvironmentArgs {
  /** The environment, as a YAML file declares it under `nordmesh:stack`. */
  config: StackConfig;
  /** Secrets of the environment. */
  secrets?: EnvironmentSecrets;
}

/** A whole environment: hosts, cluster, mesh and addons, with guard rails. Its name is permanent; the hosts store it. */
export class Environment extends pulumi.ComponentResource {
  /** URL of the API server for operators, https://host:port. */
  readonly endpoint: pulumi.Output<string>;
  /** Administrator's kubeconfig, YAML; secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Generated private SSH key for the hosts, secret; undefined if a key is declared or the SSH agent has it. */
  readonly sshPrivateKey?: pulumi.Output<string>;
  /** host:port of the SSH server, by host. */
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

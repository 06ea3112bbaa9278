import * as pulumi from "@pulumi/pulumi";
import { Host as RealHost } from "nordmesh";
import { check, childOf } from "./child";
import type { Artifacts, Ssh } from "./config/environment";
import type { HostConfig } from "./config/host";

export interface HostArgs {
  /** Source, role and tuning of the host. */
  host: HostConfig;
  /** Release set; it pins every version and checksum. */
  release: string;
  /** Where the host gets programs and images. Default: each is downloaded from its vendor. */
  artifacts?: Artifacts;
  /** How the host is reached over SSH. */
  ssh?: Ssh;
  /** Operator's private SSH key in OpenSSH format. Default: the SSH agent's, or a generated one for created machines. */
  privateKey?: pulumi.Input<string>;
}

/** One server outside a cluster, checked, tuned and ready for kubeadm; a virtual machine or container is created first. */
export class Host extends pulumi.ComponentResource {
  /** host:port of the host's SSH server. */
  readonly address: pulumi.Output<string>;
  /** What preflight found, as one line of JSON. */
  readonly facts: pulumi.Output<string>;

  constructor(name: string, args: HostArgs, opts?: pulumi.ComponentResourceOptions) {
    const written = { real: RealHost, name, args };
    check(written);
    super("nordmesh:index:Host", name, {}, opts);
    const { address, facts } = childOf(this, written);
    this.address = address;
    this.facts = facts;
    this.registerOutputs({ address, facts });
  }
}

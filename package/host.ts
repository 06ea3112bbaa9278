import * as pulumi from "@pulumi/pulumi";
import { Host as RealHost } from "nordmesh";
import { check, childOf } from "./child";
import type { Artifacts, Ssh } from "./config/environment";
import type { HostConfig } from "./config/host";

export interface HostArgs {
  /** Where it comes from, what it does and how it is tuned. */
  host: HostConfig;
  /** Release set: pins every version and checksum. */
  release: string;
  /** Where it gets programs. Default: each from its vendor. */
  artifacts?: Artifacts;
  /** How it is reached. */
  ssh?: Ssh;
  /** Operator's private key, OpenSSH format. Default: the SSH agent holds it, or the stack makes one. */
  privateKey?: pulumi.Input<string>;
}

/** One server, checked, tuned and ready for kubeadm; a virtual machine or container is made first. */
export class Host extends pulumi.ComponentResource {
  /** host:port of its SSH server. */
  readonly address: pulumi.Output<string>;
  /** What the checks found, one line of JSON. */
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

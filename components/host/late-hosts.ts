/** Hosts whose addresses or keys come from other resources, made plain for planning. */
import type * as pulumi from "@pulumi/pulumi";
import { isMap } from "../config/json-schema";
import { isLate } from "../config/late";
import { standIn, type LateAddresses } from "../steps/late-addresses";

export interface PlainHosts {
  /** The same with a stand-in for what is not known yet. */
  readonly hosts: unknown;
  readonly addresses: LateAddresses;
  /** By host. */
  readonly hostKeys: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Has the form of a key and belongs to nobody: 32 zero bytes. */
const keyStandIn =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** `hosts` as a program wrote it; what has no form is left for the parser to refuse. */
export function plainHosts(hosts: unknown): PlainHosts {
  if (!isMap(hosts) || isLate(hosts)) return { hosts, addresses: {}, hostKeys: {} };
  const addresses: Record<string, pulumi.Input<string>> = {};
  const hostKeys: Record<string, pulumi.Input<string>> = {};
  const names = Object.keys(hosts).sort();
  const plain = names.map((name) => {
    const host = hosts[name];
    if (!isMap(host) || isLate(host)) return [name, host] as const;
    const late: Record<string, string> = {};
    for (const field of ["address", "nodeAddress"]) {
      const value = host[field];
      if (!isLateText(value)) continue;
      late[field] = standIn(Object.keys(addresses).length);
      addresses[late[field]] = value;
    }
    const key = host["hostKey"];
    if (isLateText(key)) {
      late["hostKey"] = keyStandIn;
      hostKeys[name] = key;
    }
    return [name, { ...host, ...late }] as const;
  });
  return { hosts: Object.fromEntries(plain), addresses, hostKeys };
}

function isLateText(value: unknown): value is pulumi.Output<string> | Promise<string> {
  return isLate(value);
}

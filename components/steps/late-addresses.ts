/**
 * Addresses that come from other resources, such as `server.ipv4Address`. A plan has a stand-in for
 * each, so that it stays plain text; the real one takes its place when a step runs.
 */
import * as pulumi from "@pulumi/pulumi";

/** By stand-in. */
export type LateAddresses = Readonly<Record<string, pulumi.Input<string>>>;

export const noLateAddresses: LateAddresses = {};

/**
 * The stand-in of number `index`, at most 23,715: an address of class E, which no host can have (RFC 1112,
 * section 4). All are of one length, so that none is the beginning of another.
 */
export function standIn(index: number): string {
  const each = 154;
  return `240.255.${100 + Math.floor(index / each)}.${100 + (index % each)}`;
}

/** Text with real addresses; plain where it has no stand-in. */
export function resolveAddresses(text: string, addresses: LateAddresses): pulumi.Input<string> {
  const found = Object.keys(addresses).filter((one) => text.includes(one));
  if (found.length === 0) return text;
  return pulumi
    .output(found.map((one) => addresses[one] ?? one))
    .apply((real) =>
      found.reduce((sofar, one, index) => sofar.replaceAll(one, real[index] ?? one), text),
    );
}

/** A server that is already reachable over SSH. */
import { isIPv4 } from "node:net";
import * as z from "zod";
import { diskVolumes } from "../volumes-config";
import { address, common, hostKey, sshPort } from "./fields";
import type { MachineSource } from "./source";

/** Marks a field whose value another resource may give once it exists. */
const late = { late: true };

const schema = z.strictObject({
  source: z.literal("existing").describe("A server that already exists."),
  address: address.describe("IP address or DNS name of the SSH server.").meta(late),
  sshPort,
  hostKey: hostKey.describe("Public ed25519 host key that the SSH server must present.").meta(late),
  ...common,
  volumes: diskVolumes,
  nodeAddress: common.nodeAddress.meta(late),
});

export const existing: MachineSource<z.output<typeof schema>, typeof schema> = {
  schema,
  here: false,
  ownKernel: true,
  addresses({ address, sshPort: port, nodeAddress = address }) {
    return { address, port, nodeAddress, operatorAddress: `${address}:6443` };
  },
  claims: ({ address, sshPort }) => [{ field: "address", value: `${address}:${sshPort}` }],
  volumes: ({ volumes }) => volumes,
  check({ address, nodeAddress }) {
    if (nodeAddress !== undefined || isIPv4(address)) return [];
    const text = `missing; other nodes need an IPv4 address, ${address} is none`;
    return [{ field: "nodeAddress", text }];
  },
  plan: ({ config }) => ({
    source: config.source,
    summary: "existing server",
    hostKey: keyOnly(config.hostKey),
    identity: {},
  }),
};

// A comment behind a key is for people; the connection compares the key alone.
function keyOnly(key: string): string {
  return key.split(" ").slice(0, 2).join(" ");
}

/** What an environment says about the tools around its mesh. */
import * as z from "zod";
import { AcceptedFinding } from "../findings/accepted";
import { addonFields, addonNames, addonOf } from "./registry";

const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "expected a DNS label in lower case");

const ChartsConfig = z
  .discriminatedUnion("source", [
    z.strictObject({
      source: z.literal("official").describe("Each project's own Helm repository."),
    }),
    z.strictObject({
      source: z.literal("mirror").describe("Your own Helm repository or OCI registry."),
      repository: z
        .string()
        .regex(/^(oci|https):\/\/[^\s]+[^\s/]$/, "expected oci://… or https://…")
        .describe(
          "Helm repository (https://…) or OCI path (oci://…) with the charts under their own names.",
        ),
    }),
    z.strictObject({
      source: z.literal("directory").describe("A directory on the computer that runs Pulumi."),
      path: z
        .string()
        .regex(/^(\/|~\/|\.\/)[\w./~-]+$/, "expected /…, ~/… or ./…")
        .describe("Directory of unpacked charts, each in a subdirectory of its name."),
    }),
  ])
  .default({ source: "official" })
  .describe("Where the charts come from.");
export type ChartsConfig = z.output<typeof ChartsConfig>;

const addonsFields = z.strictObject({
  charts: ChartsConfig,
  storageClass: name
    .optional()
    .describe("StorageClass of all volumes; by default, the default class of the cluster."),
  ...addonFields,
  accept: z.array(AcceptedFinding).default([]).describe("Findings accepted in writing."),
});
export type AddonsConfig = z.output<typeof addonsFields>;

export const AddonsConfig = addonsFields.superRefine((config, context) => {
  for (const addon of addonNames) {
    const { needs } = addonOf(addon);
    if (config[addon] === undefined || needs === undefined) continue;
    if (config[needs.addon] !== undefined) continue;
    const message = `${needs.because}; declare ${needs.addon} beside it`;
    context.addIssue({ code: "custom", path: [addon], message, input: config[addon] });
  }
});

const range = z
  .string()
  .regex(
    /^\d+(\.\d+){3}(\/\d+|-\d+(\.\d+){3})$/,
    "expected IPv4 addresses such as 192.0.2.80/28 or 192.0.2.80-192.0.2.95",
  );

const pool = {
  addresses: z
    .array(range)
    .min(1)
    .describe(
      "IPv4 ranges that nothing else uses, such as 192.0.2.80/28 or 192.0.2.80-192.0.2.95.",
    ),
  autoAssign: z
    .boolean()
    .default(true)
    .describe("False: only Services that request this pool get addresses from it."),
};

const PoolConfig = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: z.literal("l2").describe("One node answers ARP requests for an address."),
    ...pool,
    interfaces: z
      .array(z.string().regex(/^[\w.@-]{1,15}$/, "expected a network interface"))
      .optional()
      .describe("Network interfaces that answer ARP; by default, all."),
  }),
  z.strictObject({
    mode: z.literal("bgp").describe("Nodes announce addresses to routers by BGP."),
    ...pool,
    aggregationLength: z
      .number()
      .int()
      .min(8)
      .max(32)
      .default(32)
      .describe("Prefix length of the announced routes, in bits."),
    peers: z
      .array(name)
      .optional()
      .describe("Names of the peers to which the addresses are announced; by default, all."),
  }),
]);

const asn = z.number().int().min(1).max(4294967295);

const PeerConfig = z.strictObject({
  address: z.ipv4().describe("IPv4 address of the router."),
  asn: asn.describe("AS number of the router."),
  ownAsn: asn.describe("AS number of this cluster."),
  multiHop: z.boolean().default(false).describe("True: the router is more than one hop away."),
  passwordSecret: name
    .optional()
    .describe(
      "Name of a Secret of type kubernetes.io/basic-auth in metallb-system with the session's password; by default, none.",
    ),
});

export const LoadBalancerConfig = z
  .strictObject({
    charts: ChartsConfig,
    pools: z
      .record(name, PoolConfig)
      .refine((pools) => Object.keys(pools).length > 0, "expected at least one pool")
      .describe("Address pools for Services of type LoadBalancer, by permanent name."),
    peers: z.record(name, PeerConfig).default({}).describe("BGP routers by permanent name."),
    accept: z.array(AcceptedFinding).default([]).describe("Findings accepted in writing."),
  })
  .superRefine(({ pools, peers }, context) => {
    const entries = Object.entries(pools);
    for (const [pool, config] of entries) {
      if (config.mode !== "bgp") continue;
      const unknown = (config.peers ?? []).filter((peer) => !(peer in peers));
      const path = ["pools", pool, "peers"];
      for (const peer of unknown) {
        const message = `${peer} is no peer; declare it under peers`;
        context.addIssue({ code: "custom", path, message, input: peer });
      }
      if (Object.keys(peers).length > 0) continue;
      const message = "announces to nobody; declare a router under peers, or mode: l2";
      context.addIssue({ code: "custom", path: ["pools", pool], message, input: config });
    }
    if (entries.some(([, { mode }]) => mode === "bgp") || Object.keys(peers).length === 0) return;
    const message = "no pool has mode: bgp, so no router is told anything; remove them";
    context.addIssue({ code: "custom", path: ["peers"], message, input: peers });
  });
export type LoadBalancerConfig = z.output<typeof LoadBalancerConfig>;

/** What an environment says about the tools around its mesh. */
import * as z from "zod";

const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "expected a DNS label in lower case");

const gib = (text: string, fallback: number) =>
  z.number().int().min(1).max(65536).default(fallback).describe(text);

const ChartsConfig = z
  .discriminatedUnion("source", [
    z.strictObject({ source: z.literal("official").describe("Each project's own repository.") }),
    z.strictObject({
      source: z.literal("mirror").describe("A repository of yours."),
      repository: z
        .string()
        .regex(/^(oci|https):\/\/[^\s]+[^\s/]$/, "expected oci://… or https://…")
        .describe("Helm repository or OCI path that holds the charts under their own names."),
    }),
    z.strictObject({
      source: z.literal("directory").describe("A directory on this computer."),
      path: z
        .string()
        .regex(/^(\/|~\/|\.\/)[\w./~-]+$/, "expected /…, ~/… or ./…")
        .describe("Directory of unpacked charts, each under its own name."),
    }),
  ])
  .default({ source: "official" })
  .describe("Where the charts come from.");
export type ChartsConfig = z.output<typeof ChartsConfig>;

const PrometheusConfig = z.strictObject({
  volumeGiB: gib("Size of each replica's volume, GiB.", 50),
  retentionDays: z.number().int().min(1).max(3650).default(15).describe("Days samples are kept."),
  retentionGiB: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe("Bytes samples may take, GiB; default: 80 % of the volume, as the WAL needs room."),
  replicas: z
    .number()
    .int()
    .min(1)
    .max(3)
    .default(1)
    .describe("Copies that scrape the same; 2 survive the loss of a node with its local volume."),
  scrapeSeconds: z.number().int().min(5).max(300).default(15).describe("Time between scrapes."),
});

const GrafanaConfig = z.strictObject({
  volumeGiB: gib("Size of its volume, GiB.", 5),
});

const KialiAuth = z.discriminatedUnion(
  "strategy",
  [
    z.strictObject({ strategy: z.literal("token").describe("A token of a service account.") }),
    z.strictObject({
      strategy: z.literal("openid").describe("An account at an OpenID issuer."),
      issuer: z.url({ protocol: /^https$/ }).describe("OpenID issuer."),
      clientId: z.string().min(1).describe("Client Kiali is registered as."),
      usernameClaim: z.string().min(1).default("sub").describe("Claim that names the user."),
      clientSecret: z
        .boolean()
        .default(false)
        .describe("True: the secret kialiClientSecret of the stack is sent to the issuer."),
    }),
  ],
  { error: "expected strategy token or openid; anonymous would show the mesh to everybody" },
);

const KialiConfig = z.strictObject({
  auth: KialiAuth.default({ strategy: "token" }).describe("How people log in."),
  viewOnly: z.boolean().default(true).describe("True: Kiali changes nothing in the cluster."),
});

const TracingConfig = z.strictObject({
  volumeGiB: gib("Size of the volume of Tempo, GiB.", 20),
  retentionHours: z.number().int().min(1).max(8760).default(72).describe("Hours traces are kept."),
  samplingPercent: z.number().min(0).max(100).default(1).describe("Share of requests traced."),
});

const AcceptedFinding = z.strictObject({
  rule: z.string().describe("Name of the rule."),
  at: z.string().describe("Path the finding names."),
  reason: z.string().min(10).describe("Why it is right here."),
  by: z.string().min(1).describe("Who decided."),
});

export const AddonsConfig = z
  .strictObject({
    charts: ChartsConfig,
    storageClass: name
      .optional()
      .describe("Class of all volumes; default: the cluster's default class."),
    prometheus: PrometheusConfig.optional().describe("Metrics of the mesh and the cluster."),
    grafana: GrafanaConfig.optional().describe("Dashboards of the mesh."),
    kiali: KialiConfig.optional().describe("Map of the mesh."),
    tracing: TracingConfig.optional().describe("Traces, kept by Tempo."),
    accept: z.array(AcceptedFinding).default([]).describe("Findings accepted in writing."),
  })
  .superRefine((config, context) => {
    for (const addon of ["grafana", "kiali"] as const) {
      if (config[addon] === undefined || config.prometheus !== undefined) continue;
      const message = "shows what Prometheus keeps; declare prometheus beside it";
      context.addIssue({ code: "custom", path: [addon], message, input: config[addon] });
    }
  });
export type AddonsConfig = z.output<typeof AddonsConfig>;

const range = z
  .string()
  .regex(
    /^\d+(\.\d+){3}(\/\d+|-\d+(\.\d+){3})$/,
    "expected IPv4 addresses such as 192.0.2.80/28 or 192.0.2.80-192.0.2.95",
  );

const pool = {
  addresses: z.array(range).min(1).describe("Ranges that nothing else uses."),
  autoAssign: z
    .boolean()
    .default(true)
    .describe("False: only Services that name the pool get addresses of it."),
};

const PoolConfig = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: z.literal("l2").describe("One node answers ARP for an address."),
    ...pool,
    interfaces: z
      .array(z.string().regex(/^[\w.@-]{1,15}$/, "expected a network interface"))
      .optional()
      .describe("Interfaces that answer ARP; default: all."),
  }),
  z.strictObject({
    mode: z.literal("bgp").describe("Nodes announce addresses to routers."),
    ...pool,
    aggregationLength: z.number().int().min(8).max(32).default(32).describe("Prefix announced."),
    peers: z.array(name).optional().describe("Peers that hear of it; default: all."),
  }),
]);

const asn = z.number().int().min(1).max(4294967295);

const PeerConfig = z.strictObject({
  address: z.ipv4().describe("Address of the router."),
  asn: asn.describe("Its AS number."),
  ownAsn: asn.describe("AS number of this cluster."),
  multiHop: z.boolean().default(false).describe("True where the router is more than a hop away."),
  passwordSecret: name
    .optional()
    .describe("Secret in metallb-system of type kubernetes.io/basic-auth."),
});

export const LoadBalancerConfig = z
  .strictObject({
    charts: ChartsConfig,
    pools: z
      .record(name, PoolConfig)
      .refine((pools) => Object.keys(pools).length > 0, "expected at least one pool")
      .describe("Addresses for Services of type LoadBalancer, by permanent name."),
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

/** How Istio itself is installed: charts, sizes, gateways. */
import * as z from "zod";
import { labels, name, port, Replicas, Resources } from "./fields";
import { newestIstio, versionProblem } from "./versions";

const deadHosts = /storage\.googleapis\.com|gcr\.io|registry\.istio\.io/;
const deadHostAdvice =
  "Istio left this host; it never got 1.31 and is switched off in December 2026: use docker.io/istio, ghcr.io/istio or a mirror";

const hub = z
  .string()
  .regex(/^[a-z0-9][a-z0-9./:_-]*$/, "expected a registry such as mirror.example.net/istio")
  .refine((text) => !deadHosts.test(text), deadHostAdvice)
  .describe("Registry and path of the images, such as mirror.example.net/istio.");

const ChartsConfig = z.discriminatedUnion("source", [
  z.strictObject({ source: z.literal("official").describe("Istio's own Helm repository.") }),
  z.strictObject({
    source: z.literal("mirror").describe("Your own Helm repository or OCI registry."),
    repository: z
      .string()
      .regex(/^(oci|https):\/\/[^\s]+$/, "expected oci://… or https://…")
      .refine((text) => !deadHosts.test(text), deadHostAdvice)
      .describe(
        "Helm repository (https://…) or OCI path (oci://…) with the charts under their own names.",
      ),
    hub,
    gatewayApi: z
      .url({ protocol: /^https$/ })
      .optional()
      .describe(
        "HTTPS URL of a copy of the Gateway API's standard-install.yaml; by default, the project's release.",
      ),
  }),
  z.strictObject({
    source: z.literal("directory").describe("A directory on the computer that runs Pulumi."),
    path: z
      .string()
      .regex(/^(\/|~\/|\.\/)[\w./~-]+$/, "expected /…, ~/… or ./…")
      .describe(
        "Directory of unpacked charts: base, istiod, cni, ztunnel, gateway, gateway-api.yaml.",
      ),
    hub: hub.default("docker.io/istio"),
  }),
]);

const version = z.string().superRefine((text, context) => {
  const problem = versionProblem(text);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem, input: text });
});

const tolerations = z
  .array(
    z.strictObject({
      key: z.string().optional().describe("Taint key; by default, any key."),
      operator: z
        .enum(["Exists", "Equal"])
        .default("Equal")
        .describe("Exists tolerates any value of the taint; Equal compares `value`."),
      value: z.string().optional().describe("Taint value."),
      effect: z
        .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
        .optional()
        .describe("Taint effect; by default, any effect."),
    }),
  )
  .default([])
  .describe("Tolerations of the pods.");

const GatewayPort = z.strictObject({
  name: name.describe("Name of the port; its first part is the protocol, such as http2 or https."),
  port: port.describe("Port of the Service."),
  targetPort: port.optional().describe("Port that the proxy listens on; by default, `port`."),
  nodePort: port.optional().describe("Port on every node; by default, Kubernetes chooses one."),
});

export const GatewayConfig = z.strictObject({
  namespace: name
    .default("istio-ingress")
    .describe("Namespace of the gateway; the stack creates it."),
  ports: z
    .array(GatewayPort)
    .min(1)
    .default([
      { name: "http2", port: 80 },
      { name: "https", port: 443 },
    ])
    .describe("Ports of the Service; the health port 15021 is added."),
  service: z
    .strictObject({
      type: z
        .enum(["LoadBalancer", "NodePort", "ClusterIP"])
        .default("LoadBalancer")
        .describe("Type of the Service."),
      loadBalancerIP: z
        .ipv4()
        .optional()
        .describe("IPv4 address requested from the load balancer; by default, it assigns one."),
      loadBalancerClass: z
        .string()
        .optional()
        .describe("Class of the load balancer implementation; by default, the cluster's own."),
      loadBalancerSourceRanges: z
        .array(z.cidrv4())
        .default([])
        .describe("Client IPv4 ranges (CIDR) that are allowed; by default, all."),
      externalTrafficPolicy: z
        .enum(["Cluster", "Local"])
        .optional()
        .describe(
          "Local preserves client addresses and requires a gateway pod on the node that announces the address; by default, Cluster.",
        ),
      annotations: z
        .record(z.string(), z.string())
        .default({})
        .describe("Annotations of the Service."),
    })
    .prefault({})
    .describe("The gateway's Service."),
  resources: Resources.optional().describe(
    "CPU and memory of a gateway pod; by default, requests of 100m and 128Mi, limits of 2000m and 1024Mi.",
  ),
  replicas: Replicas.optional().describe(
    "Number of pods; by default, 1 if only one node takes pods, otherwise 2.",
  ),
  nodeSelector: labels
    .optional()
    .describe("Node labels that select where the pods run; by default, any node."),
  tolerations,
});
export type GatewayConfig = z.output<typeof GatewayConfig>;

const chartValues = z.record(z.string(), z.unknown()).default({});

/** Fields that both modes have. */
export const installFields = {
  version: version.default(newestIstio).describe("Istio version, x.y.z."),
  canaryVersion: version
    .optional()
    .describe("Istio version of a second control plane, for namespaces with `revision: canary`."),
  preset: z
    .enum(["standard", "compact"])
    .default("standard")
    .describe(
      "CPU and memory of istiod and sidecars: the charts' defaults, or smaller ones for small nodes (compact requests 200m and 256Mi for istiod, 50m and 64Mi for a sidecar).",
    ),
  charts: ChartsConfig.default({ source: "official" }).describe(
    "Where charts and images come from.",
  ),
  controlPlane: z
    .strictObject({
      resources: Resources.optional().describe(
        "CPU and memory of istiod; by default, `preset` decides.",
      ),
      replicas: Replicas.optional().describe(
        "Number of pods; by default, 1 if only one node takes pods, otherwise 2.",
      ),
      env: z
        .record(z.string(), z.string())
        .default({})
        .describe("Environment variables of istiod."),
    })
    .prefault({})
    .describe("The control plane, istiod."),
  redirect: z
    .enum(["iptables", "nftables"])
    .default("iptables")
    .describe("Packet filter that redirects the traffic of pods into the mesh."),
  accessLog: z
    .enum(["off", "text", "json"])
    .default("off")
    .describe(
      "Format of the access log, one line per request on each proxy's standard output; off disables it.",
    ),
  gateways: z
    .record(name, GatewayConfig)
    .default({})
    .describe(
      "Ingress gateways by permanent name, which is also the name of the release, Deployment and Service.",
    ),
  values: z
    .strictObject({
      base: chartValues.describe("Values of the base chart."),
      istiod: chartValues.describe("Values of the istiod chart."),
      cni: chartValues.describe("Values of the cni chart."),
      ztunnel: chartValues.describe("Values of the ztunnel chart."),
      gateway: chartValues.describe("Values of the gateway chart, for every gateway."),
    })
    .prefault({})
    .describe("Chart values that are merged over the planned values and override them."),
};

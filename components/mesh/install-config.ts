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
  .describe("Registry and path of the images.");

const ChartsConfig = z.discriminatedUnion("source", [
  z.strictObject({ source: z.literal("official").describe("Istio's own repository.") }),
  z.strictObject({
    source: z.literal("mirror").describe("A repository of yours."),
    repository: z
      .string()
      .regex(/^(oci|https):\/\/[^\s]+$/, "expected oci://… or https://…")
      .refine((text) => !deadHosts.test(text), deadHostAdvice)
      .describe("Helm repository or OCI path that holds the charts under their own names."),
    hub,
    gatewayApi: z
      .url({ protocol: /^https$/ })
      .optional()
      .describe(
        "URL of a copy of the Gateway API bundle; by default, the release of the Gateway API project.",
      ),
  }),
  z.strictObject({
    source: z.literal("directory").describe("A directory on this computer."),
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
      key: z.string().optional().describe("Taint key."),
      operator: z.enum(["Exists", "Equal"]).default("Equal").describe("Kind of match."),
      value: z.string().optional().describe("Taint value."),
      effect: z
        .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
        .optional()
        .describe("Taint effect."),
    }),
  )
  .default([])
  .describe("Taints the pods tolerate.");

const GatewayPort = z.strictObject({
  name: name.describe("Name of the port; its first part is the protocol, such as http2 or https."),
  port: port.describe("Port of the Service."),
  targetPort: port.optional().describe("Port that the proxy listens on; by default, `port`."),
  nodePort: port.optional().describe("Port on every node; by default, Kubernetes chooses one."),
});

export const GatewayConfig = z.strictObject({
  namespace: name
    .default("istio-ingress")
    .describe("Namespace of the gateway; the stack makes it."),
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
        .describe("Address that is requested from the load balancer."),
      loadBalancerClass: z
        .string()
        .optional()
        .describe("Class of the load balancer implementation."),
      loadBalancerSourceRanges: z
        .array(z.cidrv4())
        .default([])
        .describe("Client address ranges that are allowed; by default, all."),
      externalTrafficPolicy: z
        .enum(["Cluster", "Local"])
        .optional()
        .describe(
          "Local preserves client addresses and requires a gateway pod on the node that announces the address.",
        ),
      annotations: z
        .record(z.string(), z.string())
        .default({})
        .describe("Annotations of the Service."),
    })
    .prefault({})
    .describe("The gateway's Service."),
  resources: Resources.optional().describe(
    "CPU and memory of a pod; by default, requests of 100m and 128Mi, and limits of 2000m and 1024Mi.",
  ),
  replicas: Replicas.optional().describe(
    "Number of pods; by default, 1 in a cluster with one worker, otherwise 2.",
  ),
  nodeSelector: labels.optional().describe("Labels of the nodes that the pods run on."),
  tolerations,
});
export type GatewayConfig = z.output<typeof GatewayConfig>;

const chartValues = z.record(z.string(), z.unknown()).default({});

/** Fields that both modes have. */
export const installFields = {
  version: version.default(newestIstio).describe("Istio release."),
  canaryVersion: version
    .optional()
    .describe(
      "Version of a second control plane, which serves the namespaces with revision canary.",
    ),
  preset: z
    .enum(["standard", "compact"])
    .default("standard")
    .describe(
      "Resource sizes: the defaults of the charts, or smaller ones for small nodes (istiod 200m CPU, proxy 50m CPU).",
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
        "Number of pods; by default, 1 in a cluster with one worker, otherwise 2.",
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
    .describe(
      "Packet filter that redirects the traffic of pods into the mesh; use the one that kube-proxy uses.",
    ),
  accessLog: z
    .enum(["off", "text", "json"])
    .default("off")
    .describe("True: each proxy writes one line per request to its standard output."),
  gateways: z
    .record(name, GatewayConfig)
    .default({})
    .describe(
      "Ingress gateways by permanent name, which is also the name of the Helm release and the value of its labels.",
    ),
  values: z
    .strictObject({
      base: chartValues.describe("Values of the base chart."),
      istiod: chartValues.describe("Values of the istiod chart."),
      cni: chartValues.describe("Values of the cni chart."),
      ztunnel: chartValues.describe("Values of the ztunnel chart."),
      gateway: chartValues.describe("Values of every gateway."),
    })
    .prefault({})
    .describe("Chart values that are merged over the planned values and override them."),
};

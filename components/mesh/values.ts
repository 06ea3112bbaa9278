/** Values of the charts base, istiod, cni and ztunnel. */
import * as z from "zod";
import type { JsonObject } from "../steps/step";
import { domainOf, enforcesPolicies, replicasOr, revisionOf, type MeshContext } from "./context";
import type { AmbientMesh, MeshConfig } from "./config";
import type { Replicas, Resources } from "./fields";
import { omitUndefined, type DraftObject } from "./json";
import { trustOf } from "./trust";

interface Sizes {
  readonly controlPlane: Resources | undefined;
  readonly proxy: Resources | undefined;
}

/** The sizes of the guide G3 (docs/guides.md); of standard, the charts' own defaults apply. */
const sizes: Readonly<Record<"standard" | "compact", Sizes>> = {
  standard: { controlPlane: undefined, proxy: undefined },
  compact: {
    controlPlane: { cpu: "200m", memory: "256Mi", cpuLimit: "1000m", memoryLimit: "1Gi" },
    proxy: { cpu: "50m", memory: "64Mi", cpuLimit: "500m", memoryLimit: "256Mi" },
  },
};

/** What shows that a breaker works; Istio's proxies leave these counters out unless they are asked for. */
const breakerCounters = [
  "upstream_rq_pending_overflow",
  "outlier_detection.ejections_active",
  "outlier_detection.ejections_enforced_total",
];

/** Size of every sidecar as it will be: raw values come last, the chart's defaults where nothing is said. */
export function proxySize({ config }: MeshContext): Resources {
  const chart = { cpu: "100m", memory: "128Mi", cpuLimit: "2000m", memoryLimit: "1024Mi" };
  const asked = config.mode === "sidecar" ? config.proxy.resources : undefined;
  const { requests = {}, limits = {} } = rawProxySize(config);
  return {
    ...chart,
    ...(asked ?? sizes[config.preset].proxy),
    ...renamed(requests, { cpu: "cpu", memory: "memory" }),
    ...renamed(limits, { cpu: "cpuLimit", memory: "memoryLimit" }),
  };
}

/** True where raw values of the chart say what size sidecars have. */
export function hasRawProxySize(config: MeshConfig): boolean {
  return Object.keys(rawProxySize(config)).length > 0;
}

const RawProxySize = z.object({
  global: z.object({
    proxy: z.object({
      resources: z.object({
        requests: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
        limits: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      }),
    }),
  }),
});

function rawProxySize({ values }: MeshConfig) {
  return RawProxySize.safeParse(values.istiod).data?.global.proxy.resources ?? {};
}

function renamed(
  given: Readonly<Record<string, string | number>>,
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, name]) =>
      given[key] === undefined ? [] : [[name, String(given[key])] as const],
    ),
  );
}

/**
 * Its validator stays at the chart's Ignore until istiod answers and sets Fail: a run that was killed in between can
 * be previewed, where Fail would refuse the dry run of every policy.
 */
export function baseValues({ config }: MeshContext): JsonObject {
  return {
    // The validator of objects without a revision; its name must be that of a real istiod Service.
    defaultRevision: revisionOf(config.version),
  };
}

export function istiodValues(context: MeshContext, version: string): JsonObject {
  const { config, cluster } = context;
  const revision = revisionOf(version);
  const preset = sizes[config.preset];
  const replicas = replicasOr(config.controlPlane.replicas, cluster);
  const proxy = config.mode === "sidecar" ? (config.proxy.resources ?? preset.proxy) : undefined;
  return omitUndefined({
    revision,
    ...profileOf(context),
    global: {
      ...images(context, version),
      ...networkPolicy(context),
      nativeNftables: config.redirect === "nftables" ? true : undefined,
      proxy: {
        resources: proxy && resourcesOf(proxy),
        clusterDomain: cluster.dnsDomain,
      },
      waypoint: config.mode === "ambient" ? waypointValues(context, config) : undefined,
    },
    pilot: { cni: config.mode === "ambient" || config.istioCni ? { enabled: true } : undefined },
    resources: resourcesOf(config.controlPlane.resources ?? preset.controlPlane),
    seccompProfile: { type: "RuntimeDefault" },
    ...scaling(replicas),
    topologySpreadConstraints:
      replicas.min > 1 ? spread({ app: "istiod", "istio.io/rev": revision }) : undefined,
    pdb: replicas.min > 1 ? { unhealthyPodEvictionPolicy: "AlwaysAllow" } : undefined,
    env: environmentOf(context),
    base: { validationFailurePolicy: "Fail" },
    meshConfig: meshConfig(context),
    gatewayClasses: config.mode === "ambient" ? waypointClass(context, config) : undefined,
  });
}

export function cniValues(context: MeshContext): JsonObject {
  const { config } = context;
  return omitUndefined({
    ...profileOf(context),
    global: {
      ...images(context, config.version),
      ...networkPolicy(context),
      nativeNftables: config.redirect === "nftables" ? true : undefined,
    },
    // Every Kubernetes these lines support has the field; the annotation is deprecated since 1.30.
    useAppArmorAnnotation: false,
    // After a reboot no pod starts around the mesh: the plug-in is part of the first configuration.
    istioOwnedCNIConfig: config.mode === "ambient" ? true : undefined,
  });
}

export function ztunnelValues(context: MeshContext, config: AmbientMesh): JsonObject {
  return omitUndefined({
    ...profileOf(context),
    ...images(context, config.version),
    global: networkPolicy(context),
    // Finds the control plane: a revisioned one has no Service called istiod.
    revision: revisionOf(config.version),
    resources: resourcesOf(config.ztunnel.resources),
    terminationGracePeriodSeconds: config.ztunnel.drainSeconds,
  });
}

export function resourcesOf(resources: Resources | undefined): DraftObject | undefined {
  if (resources === undefined) return undefined;
  return {
    requests: { cpu: resources.cpu, memory: resources.memory },
    limits: { cpu: resources.cpuLimit, memory: resources.memoryLimit },
  };
}

/** Pods of one kind on different nodes; a node that takes no pods does not count. */
export function spread(
  matchLabels: Readonly<Record<string, string>>,
  apart: readonly string[] = [],
) {
  return [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "DoNotSchedule",
      nodeTaintsPolicy: "Honor",
      labelSelector: { matchLabels },
      matchLabelKeys: ["pod-template-hash", ...apart],
    },
  ];
}

export function networkPolicy({ cluster }: MeshContext): DraftObject | undefined {
  return enforcesPolicies(cluster) ? { networkPolicy: { enabled: true } } : undefined;
}

function profileOf({ config }: MeshContext): DraftObject {
  return config.mode === "ambient" ? { profile: "ambient" } : {};
}

function images({ config }: MeshContext, version: string) {
  const hub = config.charts.source === "official" ? "docker.io/istio" : config.charts.hub;
  return { hub, tag: version };
}

function scaling(replicas: Replicas): DraftObject {
  if (replicas.min === replicas.max) {
    // Both: the disruption budget looks at the count, other templates at the minimum.
    return { autoscaleEnabled: false, replicaCount: replicas.min };
  }
  return { autoscaleEnabled: true, autoscaleMin: replicas.min, autoscaleMax: replicas.max };
}

function breaksTraffic({ services }: MeshContext["config"]): boolean {
  return Object.values(services).some(({ breaker }) => breaker !== undefined);
}

function meshConfig(context: MeshContext): DraftObject {
  const { config, cluster, tracing } = context;
  const log = { off: undefined, text: "TEXT", json: "JSON" }[config.accessLog];
  return {
    trustDomain: cluster.dnsDomain === undefined ? undefined : domainOf(cluster),
    defaultConfig: proxyDefaults(context),
    outboundTrafficPolicy: {
      mode: config.egress.mode === "allow-list" ? "REGISTRY_ONLY" : "ALLOW_ANY",
    },
    // Two silent retries would send a payment twice; routes ask for theirs.
    defaultHttpRetryPolicy: { attempts: 0 },
    enablePrometheusMerge: config.mode === "sidecar" ? true : undefined,
    accessLogFile: log && "/dev/stdout",
    accessLogEncoding: log,
    extensionProviders: tracing && [
      {
        name: "tracing",
        opentelemetry: {
          service: `${tracing.service}.${tracing.namespace}.svc.${domainOf(cluster)}`,
          port: tracing.port,
        },
      },
    ],
  };
}

/** Both ends of the channel by which proxies hear of a new root at once, not when they renew. */
function proxyDefaults(context: MeshContext): DraftObject | undefined {
  const { breaks = breaksTraffic(context.config) } = context;
  const rotates = trustOf(context) !== undefined;
  if (!breaks && !rotates) return undefined;
  return {
    proxyStatsMatcher: breaks ? { inclusionSuffixes: breakerCounters } : undefined,
    proxyMetadata: rotates ? { PROXY_CONFIG_XDS_AGENT: "true" } : undefined,
  };
}

function environmentOf(context: MeshContext): DraftObject | undefined {
  const env = {
    ...(trustOf(context) !== undefined && { ISTIO_MULTIROOT_MESH: "true" }),
    ...context.config.controlPlane.env,
  };
  return Object.keys(env).length > 0 ? env : undefined;
}

function waypointValues({ cluster }: MeshContext, config: AmbientMesh): DraftObject {
  const className = "gateway.networking.k8s.io/gateway-class-name";
  const several = replicasOr(config.waypoint.replicas, cluster).min > 1;
  return {
    resources: resourcesOf(config.waypoint.resources),
    topologySpreadConstraints: several
      ? spread({ [className]: "istio-waypoint" }, ["gateway.networking.k8s.io/gateway-name"])
      : undefined,
  };
}

/** The chart's waypoint is a single pod; these overlays are the supported way to more. */
function waypointClass({ cluster }: MeshContext, config: AmbientMesh): DraftObject | undefined {
  const replicas = replicasOr(config.waypoint.replicas, cluster);
  if (replicas.max === 1) return undefined;
  return { "istio-waypoint": waypointOverlay(replicas) };
}

/** Overlays by kind, as `gatewayClasses` and a Gateway's parametersRef take them. */
export function waypointOverlay(replicas: Replicas): Readonly<Record<string, JsonObject>> {
  const budget: JsonObject =
    replicas.min > 1 ? { podDisruptionBudget: { spec: { minAvailable: 1 } } } : {};
  if (replicas.min === replicas.max) {
    return { deployment: { spec: { replicas: replicas.min } }, ...budget };
  }
  return {
    horizontalPodAutoscaler: { spec: { minReplicas: replicas.min, maxReplicas: replicas.max } },
    ...budget,
  };
}

/** Facts and names that every part of a mesh plan shares. */
import type { MeshConfig } from "./config";
import type { Replicas } from "./fields";

/** What the mesh must know about the cluster it goes into. */
export interface ClusterFacts {
  readonly environment: string;
  readonly workerNodes: number;
  /** Name of the pod network, such as flannel. */
  readonly cni: string;
  /** True where it enforces NetworkPolicies; by its name if undefined. */
  readonly enforcesPolicies?: boolean;
  /** Default cluster.local. */
  readonly dnsDomain?: string;
  /** x.y or x.y.z; not checked against Istio's range if undefined. */
  readonly kubernetesVersion?: string;
  /** False where nothing measures pods; unknown if undefined. */
  readonly metricsServer?: boolean;
}

/** Where spans go; given by the addons that collect them. */
export interface TracingTarget {
  /** DNS name of the collector's Service. */
  readonly service: string;
  /** Namespace of the collector. */
  readonly namespace: string;
  /** Port of the collector for OTLP over gRPC. */
  readonly port: number;
  /** Share of the requests that are traced, in percent. */
  readonly samplingPercent: number;
}

export interface MeshContext {
  readonly config: MeshConfig;
  readonly cluster: ClusterFacts;
  readonly tracing?: TracingTarget;
  /** Revision of a control plane that somebody else installed; each version has its own if undefined. */
  readonly revision?: string;
  /** True where breakers are declared outside of `config`. */
  readonly breaks?: boolean;
}

export const rootNamespace = "istio-system";
export const egressNamespace = "istio-egress";
export const waypointName = "waypoint";

/**
 * Permanent name of a control plane: a revision is never reused for another version. Namespaces follow it
 * directly; a tag would move between two charts, and what one chart creates another cannot take over.
 */
export function revisionOf(version: string): string {
  return version.replaceAll(".", "-");
}

/** Revision that a namespace follows. */
export function revisionFor(
  { config, revision }: MeshContext,
  follow: "stable" | "canary",
): string {
  if (revision !== undefined) return revision;
  const version = follow === "canary" ? (config.canaryVersion ?? config.version) : config.version;
  return revisionOf(version);
}

/** One pod on a single worker, where a second one or a disruption budget would only block a drain. */
export function replicasOr(replicas: Replicas | undefined, cluster: ClusterFacts): Replicas {
  return replicas ?? (cluster.workerNodes <= 1 ? { min: 1, max: 1 } : { min: 2, max: 2 });
}

/** True where the pod network enforces NetworkPolicies; of a foreign cluster its name alone is known. */
export function enforcesPolicies({ cni, enforcesPolicies: told }: ClusterFacts): boolean {
  return told ?? ["calico", "cilium"].includes(cni);
}

export function domainOf(cluster: Pick<ClusterFacts, "dnsDomain">): string {
  return cluster.dnsDomain ?? "cluster.local";
}

/** Parts of a `namespace/name` key. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const [namespace = "", name = ""] = key.split("/");
  return { namespace, name };
}

/** Permanent resource names; a dot parts two keys, as neither can contain one. */
export const stepName = {
  rootNamespace: "mesh-namespace-istio-system",
  base: "mesh-base",
  gatewayApi: "mesh-gatewayapi",
  cni: "mesh-cni",
  ztunnel: "mesh-ztunnel",
  scope: "mesh-scope",
  telemetry: "mesh-telemetry",
  mtls: "mesh-mtls",
  istiod: (revision: string) => `mesh-istiod-${revision}`,
  rootsKnown: "mesh-roots-known",
  authority: "mesh-authority",
  rootsTrusted: "mesh-roots-trusted",
  ready: (revision: string) => `mesh-ready-${revision}`,
  gateway: (name: string) => `mesh-gateway-${name}`,
  namespace: (name: string) => `mesh-namespace-${name}`,
  labels: (namespace: string) => `mesh-labels-${namespace}`,
  namespaceMtls: (namespace: string) => `mesh-mtls-${namespace}`,
  waypoint: (namespace: string) => `mesh-waypoint-${namespace}`,
  waypointReady: (namespace: string) => `mesh-waypoint-ready-${namespace}`,
  waypointOptions: (namespace: string) => `mesh-options-${namespace}`,
  attach: (namespace: string) => `mesh-attach-${namespace}`,
  aliases: "mesh-aliases",
  aliasesRefused: "mesh-aliases-refused",
  network: (namespace: string) => `mesh-network-${namespace}`,
  egress: (name: string) => `mesh-egress-${name}`,
  egressAccess: (name: string) => `mesh-access-${name}`,
  callers: (key: string, part: string) => `mesh-callers-${key.replace("/", ".")}.${part}`,
  denial: (namespace: string) => `mesh-denial-${namespace}`,
  workloadPolicy: (key: string) => `mesh-workload-policy-${key.replace("/", ".")}`,
  workload: (key: string) => `mesh-workload-${key.replace("/", ".")}`,
  plaintext: (key: string) => `mesh-plaintext-${key.replace("/", ".")}`,
  service: (key: string, part: string) => `mesh-service-${key.replace("/", ".")}.${part}`,
} as const;

/** The step that makes an enrolled namespace; none where something else does. */
export function createdNamespace(config: MeshConfig, namespace: string): readonly string[] {
  return config.namespaces[namespace]?.create === true ? [stepName.namespace(namespace)] : [];
}

/** Everything that refuses or changes pods and Istio objects is there and has proved to work. */
export function controlPlaneSteps({ config }: MeshContext): readonly string[] {
  return versionsOf(config).map((version) => stepName.ready(revisionOf(version)));
}

/** Versions whose control planes run, the one of the whole mesh first. */
export function versionsOf(config: MeshConfig): readonly string[] {
  return [config.version, ...(config.canaryVersion ? [config.canaryVersion] : [])];
}

/** Pods of enrolled namespaces start in the mesh once these are done. */
export function dataPlaneSteps(context: MeshContext): readonly string[] {
  const { config } = context;
  const agents = config.mode === "ambient" ? [stepName.cni, stepName.ztunnel] : [stepName.cni];
  return [
    ...controlPlaneSteps(context),
    ...(config.mode === "ambient" || config.istioCni ? agents : []),
  ];
}

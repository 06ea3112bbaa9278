/** Every decision about the mesh, from its configuration and a few facts about the cluster. */
import type { Judgement } from "../findings/finding";
import type { ClusterStep } from "../steps/step";
import { accessOf, planAccess } from "./access";
import { planBreaker } from "./breaker";
import type { BreakerPlan } from "./breaker-fields";
import { planCharts } from "./charts";
import type { MeshConfig } from "./config";
import {
  dataPlaneSteps,
  domainOf,
  revisionFor,
  revisionOf,
  splitKey,
  stepName,
  type MeshContext,
} from "./context";
import { planEgress } from "./egress";
import { sorted } from "../text/sorted";
import { planDefaults, planEnrolment, planMtls } from "./namespaces";
import { planWorkloads } from "./workloads";
import type { EgressDestination } from "./policy-config";
import { judge } from "./rules";
import {
  canaryVersions,
  hasRoute,
  planRetries,
  planTraffic,
  usesLayer7,
  type RetriesPlan,
} from "./traffic";
import type { ServiceConfig } from "./traffic-config";
import type { TrustPlan } from "../trust/plan";
import { trustOf } from "./trust";
import { planWaypoints, waypointNamespaces } from "./waypoints";

export interface MeshPlan extends Judgement {
  readonly mode: MeshConfig["mode"];
  readonly version: string;
  /** The control plane is the Service `istiod-<revision>` in istio-system. */
  readonly revision: string;
  readonly canary?: { readonly version: string; readonly revision: string };
  readonly mtls: "permissive" | "strict";
  /** Roots of trust that the stack makes; undefined where istiod makes its own. */
  readonly trust?: TrustPlan;
  /** First part of the SPIFFE names that proxies show each other. */
  readonly trustDomain: string;
  /** In an order in which they can be made; `after` says what really waits. */
  readonly steps: readonly ClusterStep[];
  /** Names of those that install Istio; the others are its policies. */
  readonly installs: readonly string[];
  readonly namespaces: readonly MeshNamespace[];
  readonly services: readonly MeshService[];
  readonly workloads: readonly MeshWorkload[];
  readonly egress: {
    readonly mode: "allow-list" | "any";
    readonly allow: readonly (EgressDestination & { readonly name: string })[];
  };
  readonly gateways: readonly MeshGateway[];
}

export interface MeshNamespace {
  readonly name: string;
  /** As it will be, from the namespace or the mesh. */
  readonly mtls: "permissive" | "strict";
  /** Who may call what has no list of callers, from the namespace or the mesh. */
  readonly access: "any" | "declared";
  readonly revision: string;
  readonly waypoint: boolean;
}

export interface MeshWorkload {
  readonly namespace: string;
  readonly name: string;
  /** Open to callers outside the mesh, whatever holds in the namespace. */
  readonly plaintextPorts: readonly number[];
}

export interface MeshService extends RetriesPlan {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly protocol: ServiceConfig["protocol"];
  /** Who may call it; undefined if its namespace decides. */
  readonly callers?: readonly string[];
  readonly breaker?: BreakerPlan;
  /** Version to weight, percent. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Version to its subset, or in ambient mode to its Service. */
  readonly versionNames?: Readonly<Record<string, string>>;
  /** True where the mesh has a route of it, in which timeout and retries are. */
  readonly routed: boolean;
  /** Time limit of a request with all its tries. */
  readonly timeout?: string;
}

export interface MeshGateway {
  readonly name: string;
  readonly namespace: string;
  readonly type: "LoadBalancer" | "NodePort" | "ClusterIP";
  /** Pod labels an Istio Gateway selects it by. */
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
}

/** `config` must have passed MeshConfig. */
export function planMesh(context: MeshContext): MeshPlan {
  const { config } = context;
  const waypoints = waypointsOf(config);
  const settings = [...planWorkloads(context), ...planTraffic(context)];
  const charts = planCharts(context);
  const before = [
    ...charts,
    ...planDefaults(context),
    ...planEnrolment(context),
    ...planWaypoints(context, waypoints),
    ...settings,
  ];
  // mTLS becomes strict when the namespaces are in and their traffic settings are in place.
  const mtls = planMtls(context, [
    ...dataPlaneSteps(context),
    ...sorted(config.namespaces).map(([name]) => stepName.labels(name)),
    ...waypoints.flatMap((name) => [stepName.waypoint(name), stepName.attach(name)]),
    ...settings.map(({ name }) => name),
  ]);
  const access = planAccess(context, { waypoints, before: [stepName.mtls] });
  const egress = planEgress(context, [stepName.mtls]);
  const revision = revisionFor(context, "stable");
  const trust = trustOf(context);
  return {
    mode: config.mode,
    version: config.version,
    revision,
    ...(config.canaryVersion === undefined
      ? {}
      : { canary: { version: config.canaryVersion, revision: revisionOf(config.canaryVersion) } }),
    mtls: config.mtls,
    ...(trust === undefined ? {} : { trust }),
    trustDomain: domainOf(context.cluster),
    steps: [...before, ...mtls, ...access, ...egress],
    installs: charts.map(({ name }) => name),
    namespaces: sorted(config.namespaces).map(([name, namespace]) => ({
      name,
      mtls: namespace.mtls ?? config.mtls,
      access: accessOf(config, name),
      revision: revisionFor(context, namespace.revision),
      waypoint: waypoints.includes(name),
    })),
    services: sorted(config.services).map(([key, service]) =>
      describeService(config, key, service),
    ),
    workloads: sorted(config.workloads).map(([key, { plaintextPorts }]) => ({
      ...splitKey(key),
      plaintextPorts,
    })),
    egress: {
      mode: config.egress.mode,
      allow: sorted(config.egress.allow).map(([name, one]) => ({ name, ...one })),
    },
    gateways: sorted(config.gateways).map(([name, gateway]) => ({
      name,
      namespace: gateway.namespace,
      type: gateway.service.type,
      selector: { app: name, istio: name.replace(/^istio-/, "") },
      ports: gateway.ports.map(({ port }) => port),
    })),
    ...judge(context),
  };
}

function waypointsOf(config: MeshConfig): readonly string[] {
  if (config.mode === "sidecar") return [];
  const needing = sorted(config.services).filter(([, service]) => usesLayer7(service));
  return waypointNamespaces(config, new Set(needing.map(([key]) => splitKey(key).namespace)));
}

function describeService(config: MeshConfig, key: string, service: ServiceConfig): MeshService {
  const names = canaryVersions(config, key).map(({ version, name }) => [version, name] as const);
  const breaker = planBreaker(service);
  return {
    ...splitKey(key),
    port: service.port,
    protocol: service.protocol,
    ...(service.callers === undefined ? {} : { callers: service.callers }),
    ...(breaker === undefined ? {} : { breaker }),
    ...(service.canary === undefined
      ? {}
      : { weights: service.canary, versionNames: Object.fromEntries(names) }),
    routed: hasRoute(config.mode, service),
    ...(service.timeout === undefined ? {} : { timeout: service.timeout }),
    ...planRetries(service),
  };
}

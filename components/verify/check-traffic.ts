/** Are the declared breakers, weights, timeouts and retries what the clients' proxies have in use? */
import type { BreakerPlan } from "../mesh/breaker-fields";
import type { MeshPlan, MeshService } from "../mesh/plan";
import { differences } from "./breaker";
import {
  countOf,
  firstFew,
  fullName,
  isGatewayPod,
  verdicts,
  workloadName,
  type Check,
} from "./check";
import { millisecondsOf } from "../text/json";
import type {
  EnvoyCluster,
  EnvoyRoute,
  ObservedMesh,
  ObservedPod,
  ObservedProxy,
  ProxyConfig,
} from "./observed";

interface Client {
  readonly name: string;
  /** An ingress gateway: limits of the mesh hold in it, routes only those of its own Gateway. */
  readonly gateway: boolean;
  readonly proxy: ObservedProxy;
  readonly config: ProxyConfig;
}

/** A client that knows the service, with its clusters of it. */
interface Caller extends Client {
  readonly clusters: readonly EnvoyCluster[];
}

export function checkTraffic(expected: MeshPlan, observed: ObservedMesh): readonly Check[] {
  const clients = clientsOf(expected, observed);
  return expected.services.flatMap((service) => {
    const callers = clients.flatMap((client) => {
      const clusters = clustersOf(client.config, { mode: expected.mode, service });
      return clusters.length === 0 ? [] : [{ ...client, clusters }];
    });
    const named = { service, callers };
    const routed = { service, callers: callers.filter(({ gateway }) => !gateway) };
    return [
      ...(service.breaker === undefined
        ? []
        : checkBreaker({ ...named, breaker: service.breaker })),
      ...(service.weights === undefined
        ? []
        : checkWeights({ ...routed, weights: service.weights })),
      ...(service.routed ? checkRoute(routed) : []),
    ];
  });
}

/** In ambient mode only waypoints know of limits and routes. */
function clientsOf(expected: MeshPlan, observed: ObservedMesh): readonly Client[] {
  const pods = observed.pods.ok ? observed.pods.value : [];
  return observed.proxies.flatMap((proxy) => {
    const pod = pods.find((one) => fullName(one) === fullName(proxy));
    if (pod === undefined || proxy.config?.ok !== true) return [];
    if (expected.mode === "ambient" && !isWaypoint(pod)) return [];
    const gateway = isGatewayPod(pod) && !isWaypoint(pod);
    return [{ name: workloadName(pod), gateway, proxy, config: proxy.config.value }];
  });
}

function isWaypoint(pod: ObservedPod): boolean {
  return isGatewayPod(pod) && pod.labels["gateway.istio.io/managed"] === "istio.io-mesh-controller";
}

/** Clusters of the service and, in ambient mode, of its per-version Services. */
function clustersOf(
  config: ProxyConfig,
  { mode, service }: { readonly mode: MeshPlan["mode"]; readonly service: MeshService },
): readonly EnvoyCluster[] {
  const versions = mode === "ambient" ? Object.values(service.versionNames ?? {}) : [];
  const names = [service.name, ...versions];
  return config.clusters.filter(
    ({ host, port }) =>
      port === service.port && names.some((name) => hostOf(host, name) === service.namespace),
  );
}

/** The namespace of `host` if its service has that name. */
function hostOf(host: string, name: string): string | undefined {
  const [service, namespace, svc] = host.split(".");
  return svc === "svc" && service === name ? namespace : undefined;
}

interface Question {
  readonly service: MeshService;
  readonly callers: readonly Caller[];
}

function checkBreaker(args: Question & { readonly breaker: BreakerPlan }): readonly Check[] {
  const { service, callers, breaker } = args;
  const { pass, fail, skip } = verdicts("breaker");
  const subject = `${fullName(service)}:${service.port}`;
  if (callers.length === 0) return [skip(subject, "no proxy that was asked knows this service")];
  const wrong = callers.flatMap(({ name, clusters }) => {
    const differing = [...new Set(clusters.flatMap((one) => differences(breaker, one.breaker)))];
    return differing.length === 0 ? [] : [`${name}: ${differing.join(", ")}`];
  });
  if (wrong.length > 0) {
    const advice = "see whether another DestinationRule names the same host; run pulumi up";
    return [fail(subject, wrong.join("; "), advice)];
  }
  return [
    pass(subject, `limits as declared in ${countOf(callers.length, "client")}`),
    checkCounters(subject, args),
  ];
}

function checkCounters(subject: string, { callers }: Question): Check {
  const { pass, skip } = verdicts("breaker-counters");
  const sum = (suffix: string): number | undefined => {
    const found = callers.flatMap(({ proxy, clusters }) => {
      if (proxy.counters?.ok !== true) return [];
      const { value } = proxy.counters;
      return clusters.flatMap((one) => value[`cluster.${one.name}.${suffix}`] ?? []);
    });
    return found.length === 0 ? undefined : found.reduce((a, b) => a + b, 0);
  };
  const hosts = callers.flatMap(({ proxy, clusters }) => {
    if (proxy.hosts?.ok !== true) return [];
    const { value } = proxy.hosts;
    return clusters.flatMap((one) => value[one.name] ?? []);
  });
  const ejected = hosts.reduce((total, one) => total + one.ejected, 0);
  const overflow = sum("upstream_rq_pending_overflow");
  const ejections = sum("outlier_detection.ejections_enforced_total");
  const now =
    hosts.length === 0 ? "ejected hosts unknown" : `${countOf(ejected, "host")} ejected now`;
  if (overflow === undefined && ejections === undefined) {
    const advice =
      "restart its clients: a proxy keeps them if its mesh had a breaker when the pod started";
    return skip(subject, `${now}; its clients keep no such counters`, advice);
  }
  return pass(
    subject,
    `${now}; ejections so far ${ejections ?? "unknown"}, requests refused by the queue's limit ${overflow ?? "unknown"}`,
  );
}

function routesOf(config: ProxyConfig, service: MeshService): readonly EnvoyRoute[] {
  const names = [
    `${service.name}.${service.namespace}.svc.`,
    `${service.name}.${service.namespace}:`,
  ];
  return config.routes.filter(
    (route) =>
      route.domains.some((domain) => names.some((name) => domain.startsWith(name))) &&
      route.weights.every(({ cluster }) => cluster.split("|")[1] === String(service.port)),
  );
}

function checkWeights(
  args: Question & { readonly weights: Readonly<Record<string, number>> },
): readonly Check[] {
  const { service, callers, weights } = args;
  const declared = Object.entries(weights).filter(([, weight]) => weight > 0);
  const text = declared.map(([version, weight]) => `${version} ${weight}`).join(", ");
  return checkRoutes({
    id: "weights",
    service,
    callers,
    good: `${text} as declared`,
    problemOf: (route) => {
      const live = route.weights.filter((one) => one.weight > 0);
      const same =
        live.length === declared.length &&
        declared.every(([version, weight]) =>
          live.some((one) => one.weight === weight && isVersion(one.cluster, service, version)),
        );
      if (same) return undefined;
      const shown = route.weights
        .map((one) => `${shortName(one.cluster)} ${one.weight}`)
        .join(", ");
      return `${shown}, declared ${text}`;
    },
  });
}

/** `outbound|8080|v2|x.ns.svc…` by subset, `inbound-vip|8080|http|x-v2.ns.svc…` by Service. */
function isVersion(cluster: string, service: MeshService, version: string): boolean {
  const [, , subset, host = ""] = cluster.split("|");
  const name = service.versionNames?.[version];
  return (
    subset === (name ?? version) ||
    hostOf(host, name ?? `${service.name}-${version}`) === service.namespace
  );
}

function shortName(cluster: string): string {
  const [, , subset = "", host = cluster] = cluster.split("|");
  return subset === "" || subset === "http" ? (host.split(".")[0] ?? host) : subset;
}

function checkRoute({ service, callers }: Question): readonly Check[] {
  const { timeout, attempts } = service;
  const declared = [
    ...(timeout === undefined ? [] : [`timeout ${timeout}`]),
    `${attempts} retries`,
  ];
  return checkRoutes({
    id: "routes",
    service,
    callers,
    good: `${declared.join(", ")} as declared`,
    problemOf: (route) => {
      const problems: string[] = [];
      if (timeout !== undefined && route.timeoutMs !== millisecondsOf(timeout)) {
        problems.push(`timeout is ${route.timeoutMs ?? "absent"} ms, declared ${timeout}`);
      }
      problems.push(...retryProblems(service, route.retries));
      return problems.length === 0 ? undefined : problems.join(", ");
    },
  });
}

function retryProblems(declared: MeshService, live: EnvoyRoute["retries"]): readonly string[] {
  if (declared.attempts === 0) {
    const attempts = live?.attempts ?? 0;
    return attempts === 0 ? [] : [`${attempts} retries, declared none`];
  }
  if (live === undefined) return [`no retries, declared ${declared.attempts}`];
  const problems: string[] = [];
  if (live.attempts !== declared.attempts) {
    problems.push(`${live.attempts} retries, declared ${declared.attempts}`);
  }
  const perTry = millisecondsOf(declared.perTryTimeout);
  if (declared.perTryTimeout !== undefined && live.perTryTimeoutMs !== perTry) {
    problems.push(
      `perTryTimeout is ${live.perTryTimeoutMs ?? "absent"} ms, declared ${declared.perTryTimeout}`,
    );
  }
  const missing = (declared.retryOn ?? []).filter((one) => !live.retryOn.includes(one));
  if (missing.length > 0) problems.push(`retryOn lacks ${missing.join(", ")}`);
  return problems;
}

/** One line a service: every client must have one route to it without a problem. */
function checkRoutes(
  args: Question & {
    readonly id: string;
    readonly good: string;
    readonly problemOf: (route: EnvoyRoute) => string | undefined;
  },
): readonly Check[] {
  const { service, callers } = args;
  const { pass, fail, skip } = verdicts(args.id);
  const subject = `${fullName(service)}:${service.port}`;
  if (callers.length === 0) return [skip(subject, "no proxy that was asked knows this service")];
  const wrong = callers.flatMap(({ name, config }) => {
    const problems = routesOf(config, service).map(args.problemOf);
    if (problems.length > 0 && problems.includes(undefined)) return [];
    return [`${name}: ${problems[0] ?? "has no HTTP route to it"}`];
  });
  if (wrong.length === 0) {
    return [pass(subject, `${args.good} in ${countOf(callers.length, "client")}`)];
  }
  const advice = "see whether another route names the same host; run pulumi up";
  return [fail(subject, firstFew(wrong), advice)];
}

/** Breakers, canaries, time limits and retries of services. */
import type { ClusterStep, KubernetesObject, ObjectStep } from "../steps/step";
import { splitKey } from "../mesh/context";
import { versionServices, type Version } from "../mesh/traffic";
import { sorted } from "../text/sorted";
import type { ServiceConfig } from "./config";
import { stepName, type LinkerdContext } from "./context";
import { annotatedDuration } from "./durations";

interface Service {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly config: ServiceConfig;
  readonly versions: readonly Version[];
  readonly after: readonly string[];
}

/** True where the mesh has a route of the service. */
export function hasRoute({ canary, timeout, retries }: ServiceConfig): boolean {
  return canary !== undefined || timeout !== undefined || (retries?.attempts ?? 0) > 0;
}

/** What is tried again: failures on the way, as far as their status tells them from the service's own. */
export function retryConditions({ protocol, retries }: ServiceConfig): readonly string[] {
  return retries?.retryOn ?? [protocol === "grpc" ? "unavailable" : "gateway-error"];
}

export function planTraffic({ config }: LinkerdContext): readonly ClusterStep[] {
  return sorted(config.services).flatMap(([key, own]) => {
    const { namespace, name } = splitKey(key);
    const after = [stepName.inject(namespace)];
    const versions = versionServices(config.services, key);
    const service = { key, namespace, name, config: own, versions, after };
    const backends = versions.map((version) => versionService(service, version));
    return [
      ...(own.breaker === undefined ? [] : [breaker(service, own.breaker)]),
      ...backends,
      ...(hasRoute(own) ? [route(service, backends)] : []),
    ];
  });
}

/** Linkerd reads a breaker nowhere but on the Service that is called, which is not ours. */
function breaker(
  { key, namespace, name, after }: Service,
  {
    consecutive5xxErrors,
    baseEjectionTime,
    maxEjectionTime,
  }: NonNullable<ServiceConfig["breaker"]>,
): ObjectStep {
  const accrual = "balancer.linkerd.io/failure-accrual";
  return {
    kind: "object",
    name: stepName.service(key, "breaker"),
    title: `breaker of ${key}`,
    after,
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name,
        namespace,
        annotations: {
          [accrual]: "consecutive",
          [`${accrual}-consecutive-max-failures`]: String(consecutive5xxErrors),
          [`${accrual}-consecutive-min-penalty`]: annotatedDuration(baseEjectionTime),
          [`${accrual}-consecutive-max-penalty`]: annotatedDuration(maxEjectionTime),
        },
      },
    },
    patch: true,
  };
}

function versionService(service: Service, { version, name }: Version): ObjectStep {
  const { key, namespace, config, after } = service;
  return {
    kind: "object",
    name: stepName.service(key, `version-${version}`),
    title: `backends of ${key} that run ${version}`,
    after,
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: {
        selector: { ...config.selector, version },
        ports: [
          {
            name: config.protocol,
            port: config.port,
            targetPort: config.targetPort ?? config.port,
          },
        ],
      },
    },
  };
}

/** Its annotations hold for every request of the route, with either kind of it. */
function route(service: Service, backends: readonly ObjectStep[]): ObjectStep {
  const { key, name, namespace, config, versions, after } = service;
  const { port } = config;
  const annotations = routeAnnotations(config);
  const object: KubernetesObject = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: config.protocol === "grpc" ? "GRPCRoute" : "HTTPRoute",
    metadata: {
      name,
      namespace,
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      parentRefs: [{ group: "", kind: "Service", name, port }],
      rules: [
        {
          backendRefs:
            versions.length === 0
              ? [{ name, port }]
              : versions.map((one) => ({ name: one.name, port, weight: one.weight })),
        },
      ],
    },
  };
  return {
    kind: "object",
    name: stepName.service(key, "route"),
    title: `routes of ${key}`,
    after: [...after, ...backends.map((step) => step.name)],
    object,
  };
}

/** Policy-controller: parse_timeouts, parse_http_retry and parse_grpc_retry. */
function routeAnnotations(config: ServiceConfig): Readonly<Record<string, string>> {
  const { timeout, retries, protocol } = config;
  const kind = protocol === "grpc" ? "grpc" : "http";
  const repeated = retries !== undefined && retries.attempts > 0 ? retries : undefined;
  return {
    ...(timeout !== undefined && { "timeout.linkerd.io/request": annotatedDuration(timeout) }),
    ...(repeated !== undefined && {
      "retry.linkerd.io/limit": String(repeated.attempts),
      [`retry.linkerd.io/${kind}`]: retryConditions(config).join(","),
    }),
    ...(repeated?.perTryTimeout !== undefined && {
      "retry.linkerd.io/timeout": annotatedDuration(repeated.perTryTimeout),
    }),
  };
}

/** Breakers, canaries and time limits of services, as each mode needs them. */
import type { ClusterStep, JsonObject, ObjectStep } from "../steps/step";
import { planBreaker, trafficPolicy } from "./breaker";
import type { BreakerPlan } from "./breaker-fields";
import type { MeshConfig } from "./config";
import { domainOf, splitKey, stepName, type MeshContext } from "./context";
import { sorted } from "../text/sorted";
import { omitUndefined } from "./json";
import { derivedName, labelFor } from "./names";
import { meshObject, objectStep } from "./objects";
import { gatewayDuration } from "./quantity";
import type { ServiceConfig } from "./traffic-config";

interface Service {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly domain: string;
  readonly config: ServiceConfig;
  readonly versions: readonly Version[];
  readonly after: readonly string[];
}

export interface Version {
  /** Value of the pod label. */
  readonly version: string;
  readonly weight: number;
  /** Its subset of the service, or in ambient mode the Service of its own. */
  readonly name: string;
}

/** What is tried again where nothing else is said: failures before the request arrived. */
export const defaultRetryOn = [
  "connect-failure",
  "refused-stream",
  "reset-before-request",
  "unavailable",
] as const;

/** True where only a proxy that understands requests can do what is asked. */
export function usesLayer7({ breaker, canary, timeout, retries }: ServiceConfig): boolean {
  return (breaker ?? canary ?? timeout ?? retries) !== undefined;
}

/** True where the mesh has a route of the service; an HTTPRoute would have nothing to say of retries. */
export function hasRoute(mode: MeshConfig["mode"], service: ServiceConfig): boolean {
  const { canary, timeout, retries } = service;
  return (canary ?? timeout ?? (mode === "sidecar" ? retries : undefined)) !== undefined;
}

export interface RetriesPlan {
  /** Tries after the first one. */
  readonly attempts: number;
  /** Time limit of each try. */
  readonly perTryTimeout?: string;
  /** What is tried again; undefined if nothing is. */
  readonly retryOn?: readonly string[];
}

export function planRetries({ retries }: ServiceConfig): RetriesPlan {
  if (retries === undefined || retries.attempts === 0) return { attempts: 0 };
  const { attempts, perTryTimeout, retryOn = defaultRetryOn } = retries;
  return { attempts, ...(perTryTimeout === undefined ? {} : { perTryTimeout }), retryOn };
}

export function planTraffic(context: MeshContext): readonly ClusterStep[] {
  const { mode } = context.config;
  return sorted(context.config.services).flatMap(([key, config]) => {
    const { namespace, name } = splitKey(key);
    const after = [stepName.labels(namespace)];
    const versions = canaryVersions(context.config, key);
    const domain = domainOf(context.cluster);
    const service = { key, namespace, name, config, versions, domain, after };
    if (mode === "sidecar") return sidecarSteps(service);
    const attached = usesLayer7(config) ? [stepName.attach(namespace)] : [];
    return ambientSteps({ ...service, after: [...after, ...attached] });
  });
}

/** Versions of a service that get a share, each with a name that is a DNS label. */
export function canaryVersions(
  { mode, services }: MeshContext["config"],
  key: string,
): readonly Version[] {
  const versions = versionServices(services, key);
  if (mode === "ambient") return versions;
  return versions.map((one) => ({ ...one, name: labelFor(one.version) }));
}

/** The same with Services of their own, whose names are nobody else's in the namespace. */
export function versionServices(
  services: Readonly<
    Record<string, { readonly canary?: Readonly<Record<string, number>> | undefined }>
  >,
  key: string,
): readonly Version[] {
  const { namespace, name } = splitKey(key);
  const others = Object.keys(services).map(splitKey);
  const taken = others.filter((one) => one.namespace === namespace).map((one) => one.name);
  return sorted(services[key]?.canary ?? {}).map(([version, weight]) => ({
    version,
    weight,
    name: derivedName({ name, added: version, taken }),
  }));
}

function sidecarSteps(service: Service): readonly ObjectStep[] {
  const { config, name, namespace, versions } = service;
  const breaker = planBreaker(config);
  const rule =
    breaker === undefined && versions.length === 0
      ? []
      : [
          destinationRule(service, {
            host: name,
            part: "destination",
            breaker,
            subsets: versions.map(({ version, ...one }) => ({
              name: one.name,
              labels: { version },
            })),
          }),
        ];
  if (!hasRoute("sidecar", config)) return rule;
  const host = fqdn(service, name);
  const { retryOn, ...tries } = planRetries(config);
  const retries = { ...tries, retryOn: retryOn?.join(",") };
  const route =
    versions.length === 0
      ? [{ destination: { host } }]
      : versions.map((one) => ({ destination: { host, subset: one.name }, weight: one.weight }));
  return [
    ...rule,
    objectStep(
      {
        name: stepName.service(service.key, "route"),
        title: `routes of ${service.key}`,
        // A route to a subset that is not there yet answers 503.
        after: [...service.after, ...rule.map((step) => step.name)],
      },
      meshObject({
        kind: "VirtualService",
        name,
        namespace,
        spec: {
          hosts: [host],
          http: [omitUndefined({ route, timeout: config.timeout, retries })],
        },
      }),
    ),
  ];
}

function ambientSteps(service: Service): readonly ObjectStep[] {
  const { config, name, versions } = service;
  const breaker = planBreaker(config);
  const backends = versions.map((version) => versionService(service, version));
  // A route's traffic goes to the Services of the versions, so that is where their limits count.
  const hosts = [
    { host: name, part: "destination" },
    ...versions.map((one) => ({ host: one.name, part: `destination-${one.version}` })),
  ];
  const rules =
    breaker === undefined
      ? []
      : hosts.map((host) => destinationRule(service, { ...host, breaker, subsets: [] }));
  if (!hasRoute("ambient", config)) return [...backends, ...rules];
  return [...backends, ...rules, httpRoute(service, [...backends, ...rules])];
}

function versionService(service: Service, { version, name }: Version): ObjectStep {
  const { key, namespace, config, after } = service;
  return objectStep(
    {
      name: stepName.service(key, `version-${version}`),
      title: `backends of ${key} that run ${version}`,
      after,
    },
    meshObject({
      kind: "Service",
      name,
      namespace,
      spec: {
        selector: { ...config.selector, version },
        ports: [
          {
            name: config.protocol,
            port: config.port,
            targetPort: config.targetPort ?? config.port,
            appProtocol: config.protocol,
          },
        ],
      },
    }),
  );
}

function httpRoute(service: Service, before: readonly ObjectStep[]): ObjectStep {
  const { key, name, namespace, config, versions } = service;
  const { port } = config;
  const backendRefs =
    versions.length === 0
      ? [{ name, port }]
      : versions.map((one) => ({ name: one.name, port, weight: one.weight }));
  const timeouts = config.timeout && { request: gatewayDuration(config.timeout) };
  return objectStep(
    {
      name: stepName.service(key, "route"),
      title: `routes of ${key}`,
      after: [...service.after, ...before.map((step) => step.name)],
    },
    meshObject({
      kind: "HTTPRoute",
      name,
      namespace,
      spec: {
        parentRefs: [{ group: "", kind: "Service", name, port }],
        rules: [omitUndefined({ backendRefs, timeouts: timeouts ?? undefined })],
      },
    }),
  );
}

function destinationRule(
  service: Service,
  args: {
    readonly host: string;
    readonly part: string;
    readonly breaker: BreakerPlan | undefined;
    readonly subsets: readonly JsonObject[];
  },
): ObjectStep {
  const policy = args.breaker === undefined ? undefined : trafficPolicy(args.breaker);
  return objectStep(
    {
      name: stepName.service(service.key, args.part),
      title: `limits and versions of ${service.namespace}/${args.host}`,
      after: service.after,
    },
    meshObject({
      kind: "DestinationRule",
      name: args.host,
      namespace: service.namespace,
      spec: omitUndefined({
        host: fqdn(service, args.host),
        trafficPolicy: policy,
        subsets: args.subsets.length > 0 ? args.subsets : undefined,
      }),
    }),
  );
}

function fqdn(service: Service, host: string): string {
  return `${host}.${service.namespace}.svc.${service.domain}`;
}

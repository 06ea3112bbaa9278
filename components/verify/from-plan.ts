/** What `verify` should find, out of the plan of an environment; takes it by its form alone. */
import type { MutualTls, WantedBreaker, WantedGateway, WantedMesh, WantedService } from "./wanted";

/** A plan of components/mesh, as far as a cluster can prove it. */
export interface PlannedMesh {
  readonly mode: WantedMesh["mode"];
  readonly version: string;
  readonly revision: string;
  readonly canary?: { readonly version: string; readonly revision: string };
  readonly namespaces: readonly { readonly name: string; readonly mtls: MutualTls }[];
  readonly services: readonly PlannedService[];
  readonly egress: {
    readonly mode: "allow-list" | "any";
    readonly allow: readonly {
      readonly hosts: readonly string[];
      readonly ports: readonly { readonly number: number }[];
      readonly namespaces: readonly string[];
    }[];
  };
  readonly gateways: readonly {
    readonly name: string;
    readonly namespace: string;
    readonly type: WantedGateway["serviceType"];
    readonly ports: readonly number[];
  }[];
}

interface PlannedService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly breaker?: object;
  readonly weights?: Readonly<Record<string, number>>;
  readonly versionNames?: Readonly<Record<string, string>>;
  readonly timeout?: string;
  readonly attempts: number;
}

/** The mesh section of the environment, for what its plan does not repeat. */
export interface ConfiguredMesh {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly retries?:
          | {
              readonly perTryTimeout?: string | undefined;
              readonly retryOn?: readonly string[] | undefined;
            }
          | undefined;
      }
    >
  >;
  readonly workloads: Readonly<Record<string, { readonly plaintextPorts: readonly number[] }>>;
}

export function wantedMesh(args: {
  readonly environment: string;
  readonly trustDomain: string;
  readonly mesh: PlannedMesh;
  readonly config: ConfiguredMesh;
}): WantedMesh {
  const { environment, trustDomain, mesh, config } = args;
  return {
    environment,
    mode: mesh.mode,
    revisions: {
      [mesh.revision]: mesh.version,
      ...(mesh.canary === undefined ? {} : { [mesh.canary.revision]: mesh.canary.version }),
    },
    trustDomain,
    namespaces: mesh.namespaces.map(({ name, mtls }) => ({ name, mtls })),
    plaintextPorts: Object.fromEntries(
      Object.entries(config.workloads).map(([key, one]) => [key, one.plaintextPorts]),
    ),
    services: mesh.services.map((service) => wantedService(service, config)),
    egress: {
      allowList: mesh.egress.mode === "allow-list",
      hosts: mesh.egress.allow.flatMap(({ hosts, ports, namespaces }) =>
        hosts.flatMap((host) => ports.map(({ number }) => ({ host, port: number, namespaces }))),
      ),
    },
    gateways: mesh.gateways.map(({ name, namespace, type, ports }) => ({
      name,
      namespace,
      serviceType: type,
      ports,
    })),
  };
}

function wantedService(service: PlannedService, config: ConfiguredMesh): WantedService {
  const { namespace, name, port, breaker, weights, versionNames, timeout, attempts } = service;
  const retries = config.services[`${namespace}/${name}`]?.retries;
  const routed = service.protocol !== "tcp" && (timeout !== undefined || retries !== undefined);
  return {
    namespace,
    name,
    port,
    ...(breaker === undefined ? {} : { breaker: wantedBreaker(breaker) }),
    ...(weights === undefined ? {} : { weights }),
    ...(versionNames === undefined ? {} : { versionNames }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(routed
      ? {
          retries: {
            attempts,
            ...(retries?.perTryTimeout === undefined
              ? {}
              : { perTryTimeout: retries.perTryTimeout }),
            ...(retries?.retryOn === undefined ? {} : { retryOn: retries.retryOn }),
          },
        }
      : {}),
  };
}

const proven = [
  "maxConnections",
  "http1MaxPendingRequests",
  "http2MaxRequests",
  "maxRequestsPerConnection",
  "maxRetries",
  "ejection",
  "consecutive5xxErrors",
  "consecutiveGatewayErrors",
  "interval",
  "baseEjectionTime",
  "maxEjectionPercent",
  "minHealthPercent",
] as const;

/** A cluster shows these; time-outs and budgets are left to what the API server holds. */
function wantedBreaker(breaker: object): WantedBreaker {
  const rows = Object.entries(breaker).filter(
    ([key, value]) => value !== undefined && (proven as readonly string[]).includes(key),
  );
  return Object.fromEntries(rows);
}

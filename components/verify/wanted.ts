/** What the environment declares about its mesh, as far as a running cluster can prove it. */

export type MutualTls = "strict" | "permissive";

export interface WantedNamespace {
  readonly name: string;
  readonly mtls: MutualTls;
}

/** Limits of a DestinationRule under their Istio names; absent ones are not checked. */
export interface WantedBreaker {
  readonly maxConnections?: number;
  readonly http1MaxPendingRequests?: number;
  readonly http2MaxRequests?: number;
  readonly maxRequestsPerConnection?: number;
  readonly maxRetries?: number;
  /** False: failing backends stay in use. */
  readonly ejection?: boolean;
  readonly consecutive5xxErrors?: number;
  readonly consecutiveGatewayErrors?: number;
  /** Durations as Istio writes them: `10s`, `3m`, `500ms`. */
  readonly interval?: string;
  readonly baseEjectionTime?: string;
  readonly maxEjectionPercent?: number;
  readonly minHealthPercent?: number;
}

export interface WantedRetries {
  readonly attempts: number;
  readonly perTryTimeout?: string;
  readonly retryOn?: readonly string[];
}

export interface WantedService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly breaker?: WantedBreaker;
  /** Percent of the traffic by version. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Subset or Service of each version; absent: called like the version. */
  readonly versionNames?: Readonly<Record<string, string>>;
  readonly timeout?: string;
  readonly retries?: WantedRetries;
}

export interface WantedEgressHost {
  readonly host: string;
  readonly port: number;
  /** Namespaces that may reach it; empty means all of the mesh. */
  readonly namespaces: readonly string[];
}

export interface WantedGateway {
  readonly namespace: string;
  readonly name: string;
  /** Ports of its Service. */
  readonly ports: readonly number[];
  readonly serviceType: "LoadBalancer" | "NodePort" | "ClusterIP";
}

export interface WantedMesh {
  readonly environment: string;
  readonly mode: "sidecar" | "ambient";
  /** Versions of the control planes that should run, by revision. */
  readonly revisions: Readonly<Record<string, string>>;
  readonly trustDomain: string;
  readonly namespaces: readonly WantedNamespace[];
  /** Ports that take plaintext although their namespace is STRICT, by namespace/workload. */
  readonly plaintextPorts: Readonly<Record<string, readonly number[]>>;
  readonly services: readonly WantedService[];
  readonly egress: { readonly allowList: boolean; readonly hosts: readonly WantedEgressHost[] };
  readonly gateways: readonly WantedGateway[];
}

/** Namespace of the control plane and the node agents. */
export const systemNamespace = "istio-system";

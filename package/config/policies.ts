// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { Replicas } from "./istio";

/** Traffic settings of a service. */
export interface Service {
  /** Port of the Service. A whole number, 1 to 65535. */
  port: number;
  /**
   * What runs on it; routes need one of the first three. One of "http", "http2", "grpc", "tcp".
   * Default: "http"
   */
  protocol?: string;
  /** Backends that serve it, for breaker and rules. A whole number of at least 1. */
  replicas?: number;
  /** Pod labels of the service; needed for `callers`, and for a canary in ambient mode. */
  selector?: Record<string, string>;
  /** Port of the pods; default: `port`. A whole number, 1 to 65535. */
  targetPort?: number;
  /**
   * Who may call it, by mTLS identity: namespace/service-account, or all of a namespace. Default:
   * by `access`; an empty list: nobody.
   */
  callers?: string[];
  /** Limits and ejection of failing backends. */
  breaker?: Breaker;
  /** Share of the traffic by value of the pod label `version`, percent. */
  canary?: Record<string, number>;
  /** Time limit of a request with all its tries. */
  timeout?: string;
  /** What the calling application waits by itself. */
  callerTimeout?: string;
  /** Default: none; Istio's own two are switched off. */
  retries?: Retries;
  /**
   * True where a request may reach the service twice.
   * Default: false
   */
  idempotent?: boolean;
}

/** Limits and ejection of failing backends. */
export interface Breaker {
  /**
   * Values that are not written; none: Istio's own, which is no limit. One of "default", "strict",
   * "none".
   * Default: "default"
   */
  preset?: string;
  /** TCP connections to one service. A whole number of at least 1. */
  maxConnections?: number;
  /** Time to open a connection. */
  connectTimeout?: string;
  /** Life of a connection, after which it is replaced. */
  maxConnectionDuration?: string;
  /** Requests that wait for a connection. A whole number of at least 1. */
  http1MaxPendingRequests?: number;
  /** Requests in flight. A whole number of at least 1. */
  http2MaxRequests?: number;
  /**
   * Requests before a connection is closed; 0: never closed for it. A whole number of at least 0.
   */
  maxRequestsPerConnection?: number;
  /** Retries in flight. A whole number of at least 1. */
  maxRetries?: number;
  /** Idle time of a connection; below the application's keep-alive. */
  idleTimeout?: string;
  /** Idle time before the first TCP keep-alive, in whole seconds. */
  tcpKeepaliveTime?: string;
  /** Retries as a share of the requests in flight. A number, 0 to 100. */
  retryBudgetPercent?: number;
  /** Failing backends are left out for a while; default: unless there is only one. */
  ejection?: boolean;
  /** Failures before ejection; 0: ignored. A whole number of at least 0. */
  consecutive5xxErrors?: number;
  /** Failures 502, 503, 504 before ejection; 0: ignored. A whole number of at least 0. */
  consecutiveGatewayErrors?: number;
  /** Time between two looks at all backends. */
  interval?: string;
  /** First ejection; each further one is longer. */
  baseEjectionTime?: string;
  /**
   * Share of the backends that may be ejected; for none: `ejection: false`. A whole number, 1 to
   * 100.
   */
  maxEjectionPercent?: number;
  /** Below this share of healthy backends all of them are used again. A whole number, 0 to 100. */
  minHealthPercent?: number;
}

/** Default: none; Istio's own two are switched off. */
export interface Retries {
  /** Tries after the first one. A whole number, 0 to 10. */
  attempts: number;
  /** Time limit of each try. */
  perTryTimeout?: string;
  /**
   * What is tried again; default: failures before the request arrived (connect-failure,
   * refused-stream, reset-before-request, unavailable). At least one.
   */
  retryOn?: string[];
}

/** What is declared to an installed Istio. */
export interface PoliciesConfig {
  /**
   * "sidecar": A proxy beside each pod. "ambient": A proxy on each node, and waypoints for layer 7.
   */
  mode: string;
  /**
   * Whether plaintext is refused in the whole mesh. One of "permissive", "strict".
   * Default: "strict"
   */
  mtls?: string;
  /**
   * Who may call a service without `callers`: any, or with declared nobody, and no other workload
   * of a namespace either. One of "any", "declared".
   * Default: "any"
   */
  access?: string;
  /** Callers without mTLS; their targets cannot be strict while they are listed. */
  plaintextClients?: PlaintextClient[];
  /** Traffic settings by namespace/service. */
  services?: Record<string, Service>;
  /** What leaves the cluster. */
  egress?: Egress;
  /** Findings accepted in writing; one that no longer applies is a problem. */
  accept?: AcceptedMeshFinding[];
  /** (sidecar) Namespaces outside the mesh whose services are called from inside. */
  visibleNamespaces?: string[];
  /** Namespaces in the mesh by name. */
  namespaces?: Record<string, Namespace>;
  /** Settings of existing workloads by namespace/name. */
  workloads?: Record<string, Workload>;
}

/** A caller without mTLS. */
export interface PlaintextClient {
  /** Workload namespace/name, or a namespace. */
  to: string;
  /** Caller that stays outside the mesh. */
  from: string;
  /** Day it will be gone, YYYY-MM-DD. */
  until?: string;
}

/** What leaves the cluster. */
export interface Egress {
  /**
   * Whether proxies refuse destinations that are not declared. One of "allow-list", "any".
   * Default: "allow-list"
   */
  mode?: string;
  /** Destinations outside the cluster by permanent name. */
  allow?: Record<string, EgressDestination>;
}

/** A destination outside the cluster. */
export interface EgressDestination {
  /** Names of the destination. At least one. */
  hosts: string[];
  /** Its ports. At least one. */
  ports: EgressPort[];
  /**
   * Its addresses, for network policies and to tell destinations of TCP apart; none: any address.
   */
  ranges?: string[];
  /** Namespaces that may reach it. At least one. */
  namespaces: string[];
  /** Who answers for it. */
  owner: string;
  /** Why it is needed. */
  purpose: string;
  /** Where the data goes, ISO 3166. */
  country: string;
  /** Ground for a country outside the EEA. */
  exception?: string;
}

/** A port of a destination outside the cluster. */
export interface EgressPort {
  /** Port. A whole number, 1 to 65535. */
  number: number;
  /**
   * TLS where the application encrypts by itself. One of "TLS", "HTTPS", "HTTP", "HTTP2", "GRPC",
   * "TCP".
   */
  protocol: string;
}

/** A finding about the mesh that was accepted in writing. */
export interface AcceptedMeshFinding {
  /** Rule of the finding. */
  rule: string;
  /** Place of the finding. */
  at: string;
  /** Why it may stay. */
  reason: string;
  /** Who decided. */
  by: string;
}

/** A namespace in the mesh. */
export interface Namespace {
  /**
   * False for a namespace that something else makes. It is never removed.
   * Default: true
   */
  create?: boolean;
  /** Default: as the whole mesh. One of "permissive", "strict". */
  mtls?: string;
  /** Default: as the whole mesh. One of "any", "declared". */
  access?: string;
  /**
   * Control plane: of `version` or of `canaryVersion`. One of "stable", "canary".
   * Default: "stable"
   */
  revision?: string;
  /** (ambient) Layer 7 proxy of the namespace; default: where a service has a breaker or route. */
  waypoint?: NamespaceWaypoint;
}

/** A waypoint that is sized unlike the others. */
export interface NamespaceWaypoint {
  /**
   * False: the namespace has no waypoint, whatever its services declare.
   * Default: true
   */
  enabled?: boolean;
  /** Default: 1 on one worker, else 2. */
  replicas?: Replicas;
}

/** Settings of an existing workload. */
export interface Workload {
  /**
   * Kind of the workload. One of "Deployment", "StatefulSet", "DaemonSet".
   * Default: "Deployment"
   */
  kind?: string;
  /** Pod labels; needed for `plaintextPorts`. */
  selector?: Record<string, string>;
  /**
   * Ports that stay open to callers outside the mesh, such as metrics. Each a whole number, 1 to
   * 65535.
   */
  plaintextPorts?: number[];
  /** (sidecar) Settings of its sidecars, as pod annotations. */
  proxy?: WorkloadProxy;
}

/** Settings of its sidecars, as pod annotations. */
export interface WorkloadProxy {
  /** CPU requested. */
  cpu?: string;
  /** CPU limit; by default what the chart says. */
  cpuLimit?: string;
  /** Memory requested. */
  memory?: string;
  /** Memory limit; by default what the chart says. */
  memoryLimit?: string;
  /** Worker threads; default: what the CPU limit allows. A whole number of at least 1. */
  concurrency?: number;
  /** Destinations that go past the proxy: no mTLS, no policy, no metrics. */
  excludeOutboundIPRanges?: string[];
  /** Ports whose callers go past the proxy. Each a whole number, 1 to 65535. */
  excludeInboundPorts?: number[];
  /** Time the proxy drains when the pod ends. */
  drainDuration?: string;
}

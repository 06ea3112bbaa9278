// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Traffic settings of a service. */
export interface Service {
  /** Port of the Service. A whole number, 1 to 65535. */
  port: number;
  /**
   * Protocol on the port; canary, timeout and retries need http, http2 or grpc. One of "http",
   * "http2", "grpc", "tcp".
   * Default: "http"
   */
  protocol?: string;
  /**
   * Number of backend pods, from which the breaker's ejection limits are derived; by default,
   * unknown. A whole number of at least 1.
   */
  replicas?: number;
  /**
   * Pod labels that the Service selects; required for `callers`, and for a canary in ambient mode.
   */
  selector?: Record<string, string>;
  /** Port of the pods; by default, `port`. A whole number, 1 to 65535. */
  targetPort?: number;
  /**
   * mTLS identities that may call the service: namespace/service-account, or a namespace for all of
   * its accounts. By default, `access` decides; an empty list allows no one.
   */
  callers?: string[];
  /**
   * Share of the traffic in percent, by version (value of the pod label `version`); the shares sum
   * to 100.
   */
  canary?: Record<string, number>;
  /** Timeout of a request including all retries, such as 2s; by default, none. */
  timeout?: string;
  /**
   * Timeout of the calling application itself, such as 1500ms; it is only compared with `timeout`.
   */
  callerTimeout?: string;
  /**
   * Circuit breaker: connection and request limits, and ejection of failing backends; by default,
   * there is none.
   */
  breaker?: Breaker;
  /** Retries of failed requests; by default, none: Istio's two default retries are disabled. */
  retries?: Retries;
  /**
   * True: the service may safely receive the same request twice, so retries of requests that
   * arrived are no finding.
   * Default: false
   */
  idempotent?: boolean;
}

/**
 * Circuit breaker: connection and request limits, and ejection of failing backends; by default,
 * there is none.
 */
export interface Breaker {
  /**
   * Source of the values that are not declared; with none, Istio's own defaults apply, which set no
   * limits. One of "default", "strict", "none".
   * Default: "default"
   */
  preset?: string;
  /**
   * Maximum number of TCP connections to the service. By default, 1000; with preset strict, 100. A
   * whole number of at least 1.
   */
  maxConnections?: number;
  /** Timeout for opening a TCP connection. By default, 2s; with preset strict, 1s. */
  connectTimeout?: string;
  /** Maximum lifetime of a connection, after which it is replaced, such as 30m. */
  maxConnectionDuration?: string;
  /**
   * Maximum number of requests that wait for a connection. By default, 256; with preset strict, 32.
   * A whole number of at least 1.
   */
  http1MaxPendingRequests?: number;
  /**
   * Maximum number of requests in flight. By default, 1024; with preset strict, 256. A whole number
   * of at least 1.
   */
  http2MaxRequests?: number;
  /**
   * Number of requests after which a connection is closed; 0 means no limit. By default, 0. A whole
   * number of at least 0.
   */
  maxRequestsPerConnection?: number;
  /** Maximum number of retries in flight. A whole number of at least 1. */
  maxRetries?: number;
  /**
   * Idle time after which a connection is closed; it must be shorter than the application's own
   * keep-alive timeout. By default, 50s.
   */
  idleTimeout?: string;
  /** Idle time before the first TCP keep-alive probe, in whole seconds, such as 300s. */
  tcpKeepaliveTime?: string;
  /**
   * Maximum number of retries in flight, in percent of all requests in flight. By default, 20; with
   * preset strict, 10. A number, 0 to 100.
   */
  retryBudgetPercent?: number;
  /**
   * True: failing backends are ejected temporarily. By default, true unless `replicas` is 1; with
   * preset none, only if a field of ejection is set.
   */
  ejection?: boolean;
  /**
   * Number of consecutive 5xx responses after which a backend is ejected; 0 disables this check. By
   * default, 7; with preset strict, 5. A whole number of at least 0.
   */
  consecutive5xxErrors?: number;
  /**
   * Number of consecutive 502, 503 or 504 responses after which a backend is ejected; 0 disables
   * this check. By default, 5; with preset strict, 3. A whole number of at least 0.
   */
  consecutiveGatewayErrors?: number;
  /** Interval between two ejection sweeps. By default, 10s; with preset strict, 5s. */
  interval?: string;
  /**
   * Duration of a backend's first ejection; each further one is longer. By default, 30s; with
   * preset strict, 60s.
   */
  baseEjectionTime?: string;
  /**
   * Maximum share of backends that may be ejected at once, in percent; to disable ejection, set
   * `ejection: false`. By default, 50, or 34 if `replicas` is 3; unset with preset none. A whole
   * number, 1 to 100.
   */
  maxEjectionPercent?: number;
  /**
   * Share of healthy backends below which all backends get requests again, in percent. By default,
   * 50 if `replicas` is below 4, else unset; unset with preset none. A whole number, 0 to 100.
   */
  minHealthPercent?: number;
}

/** Retries of failed requests; by default, none: Istio's two default retries are disabled. */
export interface Retries {
  /** Maximum number of retries after the first attempt. A whole number, 0 to 10. */
  attempts: number;
  /** Timeout of each attempt, such as 500ms; by default, none but that of the request. */
  perTryTimeout?: string;
  /**
   * Conditions for a retry, as Envoy names them, or status codes such as 503; by default, failures
   * before the request arrived (connect-failure, refused-stream, reset-before-request,
   * unavailable). At least one.
   */
  retryOn?: string[];
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Traffic settings of a service. */
export interface ServiceArgs {
  /** Port of the Service. A whole number, 1 to 65535. */
  readonly port: number;
  /**
   * Protocol on the port; canary, timeout and retries need http, http2 or grpc.
   * @default "http"
   */
  readonly protocol?: "http" | "http2" | "grpc" | "tcp" | undefined;
  /**
   * Number of backend pods, from which the breaker's ejection limits are derived; by default,
   * unknown. A whole number of at least 1.
   */
  readonly replicas?: number | undefined;
  /**
   * Pod labels that the Service selects; required for `callers`, and for a canary in ambient mode.
   */
  readonly selector?: Readonly<Record<string, string>> | undefined;
  /** Port of the pods; by default, `port`. A whole number, 1 to 65535. */
  readonly targetPort?: number | undefined;
  /**
   * mTLS identities that may call the service: namespace/service-account, or a namespace for all of
   * its accounts. By default, `access` decides; an empty list allows no one.
   */
  readonly callers?: readonly string[] | undefined;
  /**
   * Share of the traffic in percent, by version (value of the pod label `version`); the shares sum
   * to 100.
   */
  readonly canary?: Readonly<Record<string, number>> | undefined;
  /** Timeout of a request including all retries, such as 2s; by default, none. */
  readonly timeout?: string | undefined;
  /**
   * Timeout of the calling application itself, such as 1500ms; it is only compared with `timeout`.
   */
  readonly callerTimeout?: string | undefined;
  /**
   * Circuit breaker: connection and request limits, and ejection of failing backends; by default,
   * there is none.
   */
  readonly breaker?: BreakerArgs | undefined;
  /** Retries of failed requests; by default, none: Istio's two default retries are disabled. */
  readonly retries?: RetriesArgs | undefined;
  /**
   * True: the service may safely receive the same request twice, so retries of requests that
   * arrived are no finding.
   * @default false
   */
  readonly idempotent?: boolean | undefined;
}

/**
 * Circuit breaker: connection and request limits, and ejection of failing backends; by default,
 * there is none.
 */
export interface BreakerArgs {
  /**
   * Source of the values that are not declared; with none, Istio's own defaults apply, which set no
   * limits.
   * @default "default"
   */
  readonly preset?: "default" | "strict" | "none" | undefined;
  /**
   * Maximum number of TCP connections to the service. By default, 1000; with preset strict, 100. A
   * whole number of at least 1.
   */
  readonly maxConnections?: number | undefined;
  /** Timeout for opening a TCP connection. By default, 2s; with preset strict, 1s. */
  readonly connectTimeout?: string | undefined;
  /** Maximum lifetime of a connection, after which it is replaced, such as 30m. */
  readonly maxConnectionDuration?: string | undefined;
  /**
   * Maximum number of requests that wait for a connection. By default, 256; with preset strict, 32.
   * A whole number of at least 1.
   */
  readonly http1MaxPendingRequests?: number | undefined;
  /**
   * Maximum number of requests in flight. By default, 1024; with preset strict, 256. A whole number
   * of at least 1.
   */
  readonly http2MaxRequests?: number | undefined;
  /**
   * Number of requests after which a connection is closed; 0 means no limit. By default, 0. A whole
   * number of at least 0.
   */
  readonly maxRequestsPerConnection?: number | undefined;
  /** Maximum number of retries in flight. A whole number of at least 1. */
  readonly maxRetries?: number | undefined;
  /**
   * Idle time after which a connection is closed; it must be shorter than the application's own
   * keep-alive timeout. By default, 50s.
   */
  readonly idleTimeout?: string | undefined;
  /** Idle time before the first TCP keep-alive probe, in whole seconds, such as 300s. */
  readonly tcpKeepaliveTime?: string | undefined;
  /**
   * Maximum number of retries in flight, in percent of all requests in flight. By default, 20; with
   * preset strict, 10. A number, 0 to 100.
   */
  readonly retryBudgetPercent?: number | undefined;
  /**
   * True: failing backends are ejected temporarily. By default, true unless `replicas` is 1; with
   * preset none, only if a field of ejection is set.
   */
  readonly ejection?: boolean | undefined;
  /**
   * Number of consecutive 5xx responses after which a backend is ejected; 0 disables this check. By
   * default, 7; with preset strict, 5. A whole number of at least 0.
   */
  readonly consecutive5xxErrors?: number | undefined;
  /**
   * Number of consecutive 502, 503 or 504 responses after which a backend is ejected; 0 disables
   * this check. By default, 5; with preset strict, 3. A whole number of at least 0.
   */
  readonly consecutiveGatewayErrors?: number | undefined;
  /** Interval between two ejection sweeps. By default, 10s; with preset strict, 5s. */
  readonly interval?: string | undefined;
  /**
   * Duration of a backend's first ejection; each further one is longer. By default, 30s; with
   * preset strict, 60s.
   */
  readonly baseEjectionTime?: string | undefined;
  /**
   * Maximum share of backends that may be ejected at once, in percent; to disable ejection, set
   * `ejection: false`. By default, 50, or 34 if `replicas` is 3; unset with preset none. A whole
   * number, 1 to 100.
   */
  readonly maxEjectionPercent?: number | undefined;
  /**
   * Share of healthy backends below which all backends get requests again, in percent. By default,
   * 50 if `replicas` is below 4, else unset; unset with preset none. A whole number, 0 to 100.
   */
  readonly minHealthPercent?: number | undefined;
}

/** Retries of failed requests; by default, none: Istio's two default retries are disabled. */
export interface RetriesArgs {
  /** Maximum number of retries after the first attempt. A whole number, 0 to 10. */
  readonly attempts: number;
  /** Timeout of each attempt, such as 500ms; by default, none but that of the request. */
  readonly perTryTimeout?: string | undefined;
  /**
   * Conditions for a retry, as Envoy names them, or status codes such as 503; by default, failures
   * before the request arrived (connect-failure, refused-stream, reset-before-request,
   * unavailable). At least one.
   */
  readonly retryOn?: readonly string[] | undefined;
}

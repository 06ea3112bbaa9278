// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Traffic settings of a service. */
export interface ServiceArgs {
  /** Port of the Service. A whole number, 1 to 65535. */
  readonly port: number;
  /**
   * Protocol on the port; routes require one of the first three.
   * @default "http"
   */
  readonly protocol?: "http" | "http2" | "grpc" | "tcp" | undefined;
  /** Number of backends; the breaker and the rules use it. A whole number of at least 1. */
  readonly replicas?: number | undefined;
  /** Pod labels of the service; required for `callers`, and for a canary in ambient mode. */
  readonly selector?: Readonly<Record<string, string>> | undefined;
  /** Port of the pods; by default, `port`. A whole number, 1 to 65535. */
  readonly targetPort?: number | undefined;
  /**
   * Who may call the service, by mTLS identity: namespace/service-account, or a whole namespace. By
   * default, `access` decides; with an empty list, no one may call it.
   */
  readonly callers?: readonly string[] | undefined;
  /** Circuit breaker: connection and request limits, and ejection of failing backends. */
  readonly breaker?: BreakerArgs | undefined;
  /** Share of the traffic by value of the pod label `version`, percent. */
  readonly canary?: Readonly<Record<string, number>> | undefined;
  /** Timeout of a request, including all retries. */
  readonly timeout?: string | undefined;
  /** Timeout of the calling application itself. */
  readonly callerTimeout?: string | undefined;
  /**
   * Retries of failed requests; by default, there are none, and the two default retries of Istio
   * are disabled.
   */
  readonly retries?: RetriesArgs | undefined;
  /**
   * True if the service may safely receive the same request twice.
   * @default false
   */
  readonly idempotent?: boolean | undefined;
}

/** Circuit breaker: connection and request limits, and ejection of failing backends. */
export interface BreakerArgs {
  /**
   * Source of the values that are not declared; none means Istio's own defaults, which set no
   * limits.
   * @default "default"
   */
  readonly preset?: "default" | "strict" | "none" | undefined;
  /** Maximum number of TCP connections to the service. A whole number of at least 1. */
  readonly maxConnections?: number | undefined;
  /** Timeout for opening a connection. */
  readonly connectTimeout?: string | undefined;
  /** Maximum lifetime of a connection, after which it is replaced. */
  readonly maxConnectionDuration?: string | undefined;
  /** Maximum number of requests that wait for a connection. A whole number of at least 1. */
  readonly http1MaxPendingRequests?: number | undefined;
  /** Maximum number of requests in flight. A whole number of at least 1. */
  readonly http2MaxRequests?: number | undefined;
  /**
   * Number of requests after which a connection is closed; 0 means no limit. A whole number of at
   * least 0.
   */
  readonly maxRequestsPerConnection?: number | undefined;
  /** Maximum number of retries in flight. A whole number of at least 1. */
  readonly maxRetries?: number | undefined;
  /**
   * Idle time after which a connection is closed; it must be shorter than the keep-alive time of
   * the application.
   */
  readonly idleTimeout?: string | undefined;
  /** Idle time before the first TCP keep-alive probe, in whole seconds. */
  readonly tcpKeepaliveTime?: string | undefined;
  /** Maximum retries as a share of the requests in flight, in percent. A number, 0 to 100. */
  readonly retryBudgetPercent?: number | undefined;
  /**
   * True: failing backends are ejected for some time; by default, true unless there is only one
   * backend.
   */
  readonly ejection?: boolean | undefined;
  /**
   * Number of consecutive 5xx failures before ejection; 0 disables this check. A whole number of at
   * least 0.
   */
  readonly consecutive5xxErrors?: number | undefined;
  /**
   * Number of consecutive failures with 502, 503 or 504 before ejection; 0 disables this check. A
   * whole number of at least 0.
   */
  readonly consecutiveGatewayErrors?: number | undefined;
  /** Interval between two checks of all backends. */
  readonly interval?: string | undefined;
  /** Duration of the first ejection; each further one is longer. */
  readonly baseEjectionTime?: string | undefined;
  /**
   * Maximum share of ejected backends, in percent; to disable ejection, set `ejection: false`. A
   * whole number, 1 to 100.
   */
  readonly maxEjectionPercent?: number | undefined;
  /**
   * Share of healthy backends below which all backends are used again, in percent. A whole number,
   * 0 to 100.
   */
  readonly minHealthPercent?: number | undefined;
}

/**
 * Retries of failed requests; by default, there are none, and the two default retries of Istio are
 * disabled.
 */
export interface RetriesArgs {
  /** Number of retries after the first attempt. A whole number, 0 to 10. */
  readonly attempts: number;
  /** Timeout of each attempt. */
  readonly perTryTimeout?: string | undefined;
  /**
   * Conditions for a retry; by default, failures before the request arrived (connect-failure,
   * refused-stream, reset-before-request, unavailable). At least one.
   */
  readonly retryOn?: readonly string[] | undefined;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Traffic settings of a service. */
export interface Service {
  /** Port of the Service. A whole number, 1 to 65535. */
  port: number;
  /**
   * Protocol on the port; routes require one of the first three. One of "http", "http2", "grpc",
   * "tcp".
   * Default: "http"
   */
  protocol?: string;
  /** Number of backends; the breaker and the rules use it. A whole number of at least 1. */
  replicas?: number;
  /** Pod labels of the service; required for `callers`, and for a canary in ambient mode. */
  selector?: Record<string, string>;
  /** Port of the pods; by default, `port`. A whole number, 1 to 65535. */
  targetPort?: number;
  /**
   * Who may call the service, by mTLS identity: namespace/service-account, or a whole namespace. By
   * default, `access` decides; with an empty list, no one may call it.
   */
  callers?: string[];
  /** Circuit breaker: connection and request limits, and ejection of failing backends. */
  breaker?: Breaker;
  /** Share of the traffic by value of the pod label `version`, percent. */
  canary?: Record<string, number>;
  /** Timeout of a request, including all retries. */
  timeout?: string;
  /** Timeout of the calling application itself. */
  callerTimeout?: string;
  /**
   * Retries of failed requests; by default, there are none, and the two default retries of Istio
   * are disabled.
   */
  retries?: Retries;
  /**
   * True if the service may safely receive the same request twice.
   * Default: false
   */
  idempotent?: boolean;
}

/** Circuit breaker: connection and request limits, and ejection of failing backends. */
export interface Breaker {
  /**
   * Source of the values that are not declared; none means Istio's own defaults, which set no
   * limits. One of "default", "strict", "none".
   * Default: "default"
   */
  preset?: string;
  /** Maximum number of TCP connections to the service. A whole number of at least 1. */
  maxConnections?: number;
  /** Timeout for opening a connection. */
  connectTimeout?: string;
  /** Maximum lifetime of a connection, after which it is replaced. */
  maxConnectionDuration?: string;
  /** Maximum number of requests that wait for a connection. A whole number of at least 1. */
  http1MaxPendingRequests?: number;
  /** Maximum number of requests in flight. A whole number of at least 1. */
  http2MaxRequests?: number;
  /**
   * Number of requests after which a connection is closed; 0 means no limit. A whole number of at
   * least 0.
   */
  maxRequestsPerConnection?: number;
  /** Maximum number of retries in flight. A whole number of at least 1. */
  maxRetries?: number;
  /**
   * Idle time after which a connection is closed; it must be shorter than the keep-alive time of
   * the application.
   */
  idleTimeout?: string;
  /** Idle time before the first TCP keep-alive probe, in whole seconds. */
  tcpKeepaliveTime?: string;
  /** Maximum retries as a share of the requests in flight, in percent. A number, 0 to 100. */
  retryBudgetPercent?: number;
  /**
   * True: failing backends are ejected for some time; by default, true unless there is only one
   * backend.
   */
  ejection?: boolean;
  /**
   * Number of consecutive 5xx failures before ejection; 0 disables this check. A whole number of at
   * least 0.
   */
  consecutive5xxErrors?: number;
  /**
   * Number of consecutive failures with 502, 503 or 504 before ejection; 0 disables this check. A
   * whole number of at least 0.
   */
  consecutiveGatewayErrors?: number;
  /** Interval between two checks of all backends. */
  interval?: string;
  /** Duration of the first ejection; each further one is longer. */
  baseEjectionTime?: string;
  /**
   * Maximum share of ejected backends, in percent; to disable ejection, set `ejection: false`. A
   * whole number, 1 to 100.
   */
  maxEjectionPercent?: number;
  /**
   * Share of healthy backends below which all backends are used again, in percent. A whole number,
   * 0 to 100.
   */
  minHealthPercent?: number;
}

/**
 * Retries of failed requests; by default, there are none, and the two default retries of Istio are
 * disabled.
 */
export interface Retries {
  /** Number of retries after the first attempt. A whole number, 0 to 10. */
  attempts: number;
  /** Timeout of each attempt. */
  perTryTimeout?: string;
  /**
   * Conditions for a retry; by default, failures before the request arrived (connect-failure,
   * refused-stream, reset-before-request, unavailable). At least one.
   */
  retryOn?: string[];
}

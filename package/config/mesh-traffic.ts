// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Traffic settings of a service. */
export interface AnyService {
  /** Port of the Service. A whole number, 1 to 65535. */
  port: number;
  /**
   * (sidecar, ambient) Protocol on the port; canary, timeout and retries need http, http2 or grpc.
   * One of "http", "http2", "grpc", "tcp". (linkerd) Protocol on the port; breaker, canary, timeout
   * and retries need http, http2 or grpc. One of "http", "http2", "grpc", "tcp".
   * Default: "http"
   */
  protocol?: string;
  /**
   * (sidecar, ambient) Number of backend pods, from which the breaker's ejection limits are
   * derived; by default, unknown. A whole number of at least 1. (linkerd) Number of backends, used
   * by findings; by default, unknown. A whole number of at least 1.
   */
  replicas?: number;
  /**
   * (sidecar, ambient) Pod labels that the Service selects; required for `callers`, and for a
   * canary in ambient mode. (linkerd) Pod labels that select the service's pods; required for
   * `callers` and `canary`.
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
   * (sidecar, ambient) Circuit breaker: connection and request limits, and ejection of failing
   * backends; by default, there is none. (linkerd) Circuit breaker: a backend with consecutive
   * failures gets no requests for some time. The Service must exist; by default, there is none.
   */
  breaker?: AnyBreaker;
  /**
   * (sidecar, ambient) Retries of failed requests; by default, none: Istio's two default retries
   * are disabled. (linkerd) Retries of failed requests; by default, none.
   */
  retries?: AnyRetries;
  /**
   * (sidecar, ambient) True: the service may safely receive the same request twice, so retries of
   * requests that arrived are no finding. (linkerd) True: the service may safely receive the same
   * request twice, so retries are no finding.
   * Default: false
   */
  idempotent?: boolean;
}

/**
 * Circuit breaker: connection and request limits, and ejection of failing backends; by default,
 * there is none.
 */
export interface AnyBreaker {
  /**
   * (sidecar, ambient) Source of the values that are not declared; with none, Istio's own defaults
   * apply, which set no limits. One of "default", "strict", "none".
   * Default: "default"
   */
  preset?: string;
  /**
   * (sidecar, ambient) Maximum number of TCP connections to the service. By default, 1000; with
   * preset strict, 100. A whole number of at least 1.
   */
  maxConnections?: number;
  /**
   * (sidecar, ambient) Timeout for opening a TCP connection. By default, 2s; with preset strict,
   * 1s.
   */
  connectTimeout?: string;
  /**
   * (sidecar, ambient) Maximum lifetime of a connection, after which it is replaced, such as 30m.
   */
  maxConnectionDuration?: string;
  /**
   * (sidecar, ambient) Maximum number of requests that wait for a connection. By default, 256; with
   * preset strict, 32. A whole number of at least 1.
   */
  http1MaxPendingRequests?: number;
  /**
   * (sidecar, ambient) Maximum number of requests in flight. By default, 1024; with preset strict,
   * 256. A whole number of at least 1.
   */
  http2MaxRequests?: number;
  /**
   * (sidecar, ambient) Number of requests after which a connection is closed; 0 means no limit. By
   * default, 0. A whole number of at least 0.
   */
  maxRequestsPerConnection?: number;
  /** (sidecar, ambient) Maximum number of retries in flight. A whole number of at least 1. */
  maxRetries?: number;
  /**
   * (sidecar, ambient) Idle time after which a connection is closed; it must be shorter than the
   * application's own keep-alive timeout. By default, 50s.
   */
  idleTimeout?: string;
  /**
   * (sidecar, ambient) Idle time before the first TCP keep-alive probe, in whole seconds, such as
   * 300s.
   */
  tcpKeepaliveTime?: string;
  /**
   * (sidecar, ambient) Maximum number of retries in flight, in percent of all requests in flight.
   * By default, 20; with preset strict, 10. A number, 0 to 100.
   */
  retryBudgetPercent?: number;
  /**
   * (sidecar, ambient) True: failing backends are ejected temporarily. By default, true unless
   * `replicas` is 1; with preset none, only if a field of ejection is set.
   */
  ejection?: boolean;
  /**
   * (sidecar, ambient) Number of consecutive 5xx responses after which a backend is ejected; 0
   * disables this check. By default, 7; with preset strict, 5. A whole number of at least 0.
   * (linkerd) Number of consecutive 5xx responses, or gRPC failures, after which a client's proxy
   * ejects the backend. A whole number of at least 1.
   */
  consecutive5xxErrors?: number;
  /**
   * (sidecar, ambient) Number of consecutive 502, 503 or 504 responses after which a backend is
   * ejected; 0 disables this check. By default, 5; with preset strict, 3. A whole number of at
   * least 0.
   */
  consecutiveGatewayErrors?: number;
  /**
   * (sidecar, ambient) Interval between two ejection sweeps. By default, 10s; with preset strict,
   * 5s.
   */
  interval?: string;
  /**
   * (sidecar, ambient) Duration of a backend's first ejection; each further one is longer. By
   * default, 30s; with preset strict, 60s. (linkerd) Duration of the first ejection, such as 500ms;
   * each further one is longer, up to `maxEjectionTime`.
   */
  baseEjectionTime?: string;
  /**
   * (sidecar, ambient) Maximum share of backends that may be ejected at once, in percent; to
   * disable ejection, set `ejection: false`. By default, 50, or 34 if `replicas` is 3; unset with
   * preset none. A whole number, 1 to 100.
   */
  maxEjectionPercent?: number;
  /**
   * (sidecar, ambient) Share of healthy backends below which all backends get requests again, in
   * percent. By default, 50 if `replicas` is below 4, else unset; unset with preset none. A whole
   * number, 0 to 100.
   */
  minHealthPercent?: number;
  /**
   * (linkerd) Maximum duration of an ejection, such as 2m.
   * Default: "60s"
   */
  maxEjectionTime?: string;
}

/** Retries of failed requests; by default, none: Istio's two default retries are disabled. */
export interface AnyRetries {
  /** Maximum number of retries after the first attempt. A whole number, 0 to 10. */
  attempts: number;
  /**
   * (sidecar, ambient) Timeout of each attempt, such as 500ms; by default, none but that of the
   * request. (linkerd) Timeout of each attempt, after which the next one starts, such as 500ms; by
   * default, none.
   */
  perTryTimeout?: string;
  /**
   * (sidecar, ambient) Conditions for a retry, as Envoy names them, or status codes such as 503; by
   * default, failures before the request arrived (connect-failure, refused-stream,
   * reset-before-request, unavailable). At least one. (linkerd) Responses that are retried. HTTP:
   * 5xx, gateway-error (502 to 504), or a status such as 503. gRPC: cancelled, deadline-exceeded,
   * internal, resource-exhausted, unavailable. By default, gateway-error, or unavailable for gRPC.
   * At least one.
   */
  retryOn?: string[];
}

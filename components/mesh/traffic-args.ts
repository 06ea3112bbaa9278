// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Traffic settings of a service. */
export interface ServiceArgs {
  /** Port of the Service. A whole number, 1 to 65535. */
  readonly port: number;
  /**
   * What runs on it; routes need one of the first three.
   * @default "http"
   */
  readonly protocol?: "http" | "http2" | "grpc" | "tcp" | undefined;
  /** Backends that serve it, for breaker and rules. A whole number of at least 1. */
  readonly replicas?: number | undefined;
  /** Pod labels of the service; needed for `callers`, and for a canary in ambient mode. */
  readonly selector?: Readonly<Record<string, string>> | undefined;
  /** Port of the pods; default: `port`. A whole number, 1 to 65535. */
  readonly targetPort?: number | undefined;
  /**
   * Who may call it, by mTLS identity: namespace/service-account, or all of a namespace. Default:
   * by `access`; an empty list: nobody.
   */
  readonly callers?: readonly string[] | undefined;
  /** Limits and ejection of failing backends. */
  readonly breaker?: BreakerArgs | undefined;
  /** Share of the traffic by value of the pod label `version`, percent. */
  readonly canary?: Readonly<Record<string, number>> | undefined;
  /** Time limit of a request with all its tries. */
  readonly timeout?: string | undefined;
  /** What the calling application waits by itself. */
  readonly callerTimeout?: string | undefined;
  /** Default: none; Istio's own two are switched off. */
  readonly retries?: RetriesArgs | undefined;
  /**
   * True where a request may reach the service twice.
   * @default false
   */
  readonly idempotent?: boolean | undefined;
}

/** Limits and ejection of failing backends. */
export interface BreakerArgs {
  /**
   * Values that are not written; none: Istio's own, which is no limit.
   * @default "default"
   */
  readonly preset?: "default" | "strict" | "none" | undefined;
  /** TCP connections to one service. A whole number of at least 1. */
  readonly maxConnections?: number | undefined;
  /** Time to open a connection. */
  readonly connectTimeout?: string | undefined;
  /** Life of a connection, after which it is replaced. */
  readonly maxConnectionDuration?: string | undefined;
  /** Requests that wait for a connection. A whole number of at least 1. */
  readonly http1MaxPendingRequests?: number | undefined;
  /** Requests in flight. A whole number of at least 1. */
  readonly http2MaxRequests?: number | undefined;
  /**
   * Requests before a connection is closed; 0: never closed for it. A whole number of at least 0.
   */
  readonly maxRequestsPerConnection?: number | undefined;
  /** Retries in flight. A whole number of at least 1. */
  readonly maxRetries?: number | undefined;
  /** Idle time of a connection; below the application's keep-alive. */
  readonly idleTimeout?: string | undefined;
  /** Idle time before the first TCP keep-alive, in whole seconds. */
  readonly tcpKeepaliveTime?: string | undefined;
  /** Retries as a share of the requests in flight. A number, 0 to 100. */
  readonly retryBudgetPercent?: number | undefined;
  /** Failing backends are left out for a while; default: unless there is only one. */
  readonly ejection?: boolean | undefined;
  /** Failures before ejection; 0: ignored. A whole number of at least 0. */
  readonly consecutive5xxErrors?: number | undefined;
  /** Failures 502, 503, 504 before ejection; 0: ignored. A whole number of at least 0. */
  readonly consecutiveGatewayErrors?: number | undefined;
  /** Time between two looks at all backends. */
  readonly interval?: string | undefined;
  /** First ejection; each further one is longer. */
  readonly baseEjectionTime?: string | undefined;
  /**
   * Share of the backends that may be ejected; for none: `ejection: false`. A whole number, 1 to
   * 100.
   */
  readonly maxEjectionPercent?: number | undefined;
  /** Below this share of healthy backends all of them are used again. A whole number, 0 to 100. */
  readonly minHealthPercent?: number | undefined;
}

/** Default: none; Istio's own two are switched off. */
export interface RetriesArgs {
  /** Tries after the first one. A whole number, 0 to 10. */
  readonly attempts: number;
  /** Time limit of each try. */
  readonly perTryTimeout?: string | undefined;
  /**
   * What is tried again; default: failures before the request arrived (connect-failure,
   * refused-stream, reset-before-request, unavailable). At least one.
   */
  readonly retryOn?: readonly string[] | undefined;
}

/**
 * Every value a breaker can have, one row each. The schema, the DestinationRule, what goes with
 * ejection, and `verify` follow this table, so a field is added here and nowhere else.
 */
import * as z from "zod";
import { milliseconds } from "../text/duration";
import { duration } from "./fields";

export interface BreakerField {
  /** What the operator may write; the description is its documentation. */
  readonly schema: z.ZodType<number | string | boolean>;
  /** Its place in the `trafficPolicy` of a DestinationRule; true is written as a map there. */
  readonly policy: string;
  /** Where a proxy shows the value it has in use. */
  readonly envoy: EnvoyPlace;
}

/** A place in a cluster of Envoy's config dump. */
export interface EnvoyPlace {
  readonly path: EnvoyPath;
  /**
   * How the value is written there: a number, text such as `1.500s`, whole seconds, a map with a
   * `value` that is left out if it is 0, or nothing but that the place exists.
   * @default number
   */
  readonly form?: "number" | "duration" | "seconds" | "percent" | "presence";
  /** Where Envoy keeps how often it acts on the value, in percent; at 0 the value is 0 in effect. */
  readonly enforcedBy?: EnvoyPath;
  /** What Envoy does where the place does not exist. @default - nothing that could be declared */
  readonly otherwise?: number;
}

export type EnvoyPath = readonly (string | number)[];

const count = z.number().int();
const percent = z.number().min(0).max(100);
/** Istio cuts what is finer off. */
const wholeSeconds = duration.refine(
  (text) => milliseconds(text) % 1000 === 0,
  "expected whole seconds",
);

/** Istio writes one threshold a cluster, for requests of default priority. */
const threshold = ["circuit_breakers", "thresholds", 0];
const outlier = "outlier_detection";
const http = [
  "typed_extension_protocol_options",
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
  "common_http_protocol_options",
];

/** https://istio.io/latest/docs/reference/config/networking/destination-rule/ */
export const breakerFields = {
  maxConnections: {
    schema: count.min(1).describe("Maximum number of TCP connections to the service."),
    policy: "connectionPool.tcp.maxConnections",
    envoy: { path: [...threshold, "max_connections"] },
  },
  connectTimeout: {
    schema: duration.describe("Timeout for opening a TCP connection."),
    policy: "connectionPool.tcp.connectTimeout",
    envoy: { path: ["connect_timeout"], form: "duration" },
  },
  maxConnectionDuration: {
    schema: duration.describe(
      "Maximum lifetime of a connection, after which it is replaced, such as 30m.",
    ),
    policy: "connectionPool.tcp.maxConnectionDuration",
    envoy: { path: [...http, "max_connection_duration"], form: "duration" },
  },
  http1MaxPendingRequests: {
    schema: count.min(1).describe("Maximum number of requests that wait for a connection."),
    policy: "connectionPool.http.http1MaxPendingRequests",
    envoy: { path: [...threshold, "max_pending_requests"] },
  },
  http2MaxRequests: {
    schema: count.min(1).describe("Maximum number of requests in flight."),
    policy: "connectionPool.http.http2MaxRequests",
    envoy: { path: [...threshold, "max_requests"] },
  },
  maxRequestsPerConnection: {
    schema: count
      .min(0)
      .describe("Number of requests after which a connection is closed; 0 means no limit."),
    policy: "connectionPool.http.maxRequestsPerConnection",
    envoy: { path: [...http, "max_requests_per_connection"], otherwise: 0 },
  },
  maxRetries: {
    // Istio takes 0 for no limit.
    schema: count.min(1).describe("Maximum number of retries in flight."),
    policy: "connectionPool.http.maxRetries",
    envoy: { path: [...threshold, "max_retries"] },
  },
  idleTimeout: {
    schema: duration.describe(
      "Idle time after which a connection is closed; it must be shorter than the application's own keep-alive timeout.",
    ),
    policy: "connectionPool.http.idleTimeout",
    envoy: { path: [...http, "idle_timeout"], form: "duration" },
  },
  tcpKeepaliveTime: {
    schema: wholeSeconds.describe(
      "Idle time before the first TCP keep-alive probe, in whole seconds, such as 300s.",
    ),
    policy: "connectionPool.tcp.tcpKeepalive.time",
    envoy: {
      path: ["upstream_connection_options", "tcp_keepalive", "keepalive_time"],
      form: "seconds",
    },
  },
  retryBudgetPercent: {
    schema: percent.describe(
      "Maximum number of retries in flight, in percent of all requests in flight.",
    ),
    policy: "retryBudget.percent",
    envoy: { path: [...threshold, "retry_budget", "budget_percent"], form: "percent" },
  },
  ejection: {
    schema: z
      .boolean()
      .describe(
        "True: failing backends are ejected temporarily. By default, true unless `replicas` is 1; with preset none, only if a field of ejection is set.",
      ),
    policy: "outlierDetection",
    envoy: { path: [outlier], form: "presence" },
  },
  consecutive5xxErrors: {
    schema: count
      .min(0)
      .describe(
        "Number of consecutive 5xx responses after which a backend is ejected; 0 disables this check.",
      ),
    policy: "outlierDetection.consecutive5xxErrors",
    envoy: {
      path: [outlier, "consecutive_5xx"],
      enforcedBy: [outlier, "enforcing_consecutive_5xx"],
    },
  },
  consecutiveGatewayErrors: {
    schema: count
      .min(0)
      .describe(
        "Number of consecutive 502, 503 or 504 responses after which a backend is ejected; 0 disables this check.",
      ),
    policy: "outlierDetection.consecutiveGatewayErrors",
    envoy: {
      path: [outlier, "consecutive_gateway_failure"],
      enforcedBy: [outlier, "enforcing_consecutive_gateway_failure"],
    },
  },
  interval: {
    schema: duration.describe("Interval between two ejection sweeps."),
    policy: "outlierDetection.interval",
    envoy: { path: [outlier, "interval"], form: "duration" },
  },
  baseEjectionTime: {
    schema: duration.describe(
      "Duration of a backend's first ejection; each further one is longer.",
    ),
    policy: "outlierDetection.baseEjectionTime",
    envoy: { path: [outlier, "base_ejection_time"], form: "duration" },
  },
  maxEjectionPercent: {
    // Istio takes 0 for unset, and Envoy's 10 would apply.
    schema: percent
      .int()
      .min(1)
      .describe(
        "Maximum share of backends that may be ejected at once, in percent; to disable ejection, set `ejection: false`. By default, 50, or 34 if `replicas` is 3; unset with preset none.",
      ),
    policy: "outlierDetection.maxEjectionPercent",
    envoy: { path: [outlier, "max_ejection_percent"] },
  },
  minHealthPercent: {
    schema: percent
      .int()
      .describe(
        "Share of healthy backends below which all backends get requests again, in percent. By default, 50 if `replicas` is below 4, else unset; unset with preset none.",
      ),
    policy: "outlierDetection.minHealthPercent",
    envoy: { path: ["common_lb_config", "healthy_panic_threshold"], form: "percent" },
  },
} as const satisfies Readonly<Record<string, BreakerField>>;

type Fields = typeof breakerFields;
export type BreakerFieldName = keyof Fields;

/** The resulting values of a breaker; an undefined value means no limit. */
export type BreakerPlan = {
  readonly [Name in BreakerFieldName]?: z.output<Fields[Name]["schema"]>;
};

/** The table, where its rows are gone through. */
export const breakerRows: readonly (readonly [BreakerFieldName, BreakerField])[] = Object.entries(
  breakerFields,
) as [BreakerFieldName, BreakerField][];

/** Their schemas, none of them required. */
export type BreakerShape = {
  readonly [Name in BreakerFieldName]: z.ZodOptional<Fields[Name]["schema"]>;
};

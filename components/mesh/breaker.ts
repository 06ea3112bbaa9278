/** Circuit breakers: presets, what the operator wrote on top, and the DestinationRule's form. */
import type { JsonObject } from "../objects/step";
import { prune } from "./json";
import type { BreakerConfig, ServiceConfig } from "./traffic-config";

type Limits = Omit<BreakerConfig, "preset" | "consecutiveErrors">;

/** What a breaker does in the end; what is absent has no limit. */
export type BreakerPlan = Limits;

const presets: Readonly<Record<BreakerConfig["preset"], Limits>> = {
  default: {
    maxConnections: 1000,
    connectTimeout: "2s",
    http1MaxPendingRequests: 256,
    http2MaxRequests: 1024,
    maxRequestsPerConnection: 0,
    retryBudgetPercent: 20,
    idleTimeout: "50s",
    consecutive5xxErrors: 7,
    consecutiveGatewayErrors: 5,
    interval: "10s",
    baseEjectionTime: "30s",
  },
  strict: {
    maxConnections: 100,
    connectTimeout: "1s",
    http1MaxPendingRequests: 32,
    http2MaxRequests: 256,
    maxRequestsPerConnection: 0,
    retryBudgetPercent: 10,
    idleTimeout: "50s",
    consecutive5xxErrors: 5,
    consecutiveGatewayErrors: 3,
    interval: "5s",
    baseEjectionTime: "60s",
  },
  none: {},
};

const ejectionFields = [
  "consecutive5xxErrors",
  "consecutiveGatewayErrors",
  "interval",
  "baseEjectionTime",
  "maxEjectionPercent",
  "minHealthPercent",
] as const;

export function planBreaker({ breaker, replicas }: ServiceConfig): BreakerPlan | undefined {
  if (breaker === undefined) return undefined;
  const { preset, consecutiveErrors: _, ...written } = breaker;
  const shares = preset === "none" ? {} : ejectionShares(replicas);
  const merged: Limits = { ...presets[preset], ...shares, ...written };
  const wanted = ejectionFields.some((field) => written[field] !== undefined);
  const ejection = written.ejection ?? (wanted || (preset !== "none" && replicas !== 1));
  const limits = Object.fromEntries(
    Object.entries(merged).filter(
      ([key, value]) =>
        value !== undefined &&
        key !== "ejection" &&
        (ejection || !(ejectionFields as readonly string[]).includes(key)),
    ),
  ) as Limits;
  return { ...limits, ejection };
}

/** At least one of few backends stays; below four, all are used again when half are out. */
function ejectionShares(replicas: number | undefined): Limits {
  if (replicas === undefined || replicas >= 4) return { maxEjectionPercent: 50 };
  return { maxEjectionPercent: replicas === 3 ? 34 : 50, minHealthPercent: 50 };
}

/** `trafficPolicy` of a DestinationRule. */
export function trafficPolicy(breaker: BreakerPlan): JsonObject {
  return prune({
    connectionPool: {
      tcp: {
        maxConnections: breaker.maxConnections,
        connectTimeout: breaker.connectTimeout,
        tcpKeepalive: { time: breaker.tcpKeepaliveTime },
      },
      http: {
        http1MaxPendingRequests: breaker.http1MaxPendingRequests,
        http2MaxRequests: breaker.http2MaxRequests,
        maxRequestsPerConnection: breaker.maxRequestsPerConnection,
        maxRetries: breaker.maxRetries,
        idleTimeout: breaker.idleTimeout,
      },
    },
    retryBudget: { percent: breaker.retryBudgetPercent },
    // An empty map is not the same as none: it ejects at Envoy's own values.
    outlierDetection: breaker.ejection === true ? prune(outlierDetection(breaker)) : undefined,
  });
}

function outlierDetection(breaker: BreakerPlan) {
  return {
    consecutive5xxErrors: breaker.consecutive5xxErrors,
    consecutiveGatewayErrors: breaker.consecutiveGatewayErrors,
    interval: breaker.interval,
    baseEjectionTime: breaker.baseEjectionTime,
    maxEjectionPercent: breaker.maxEjectionPercent,
    minHealthPercent: breaker.minHealthPercent,
  };
}

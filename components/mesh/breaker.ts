/** Circuit breakers: presets, what the operator wrote on top, and the DestinationRule's form. */
import type { Json, JsonObject } from "../steps/step";
import { breakerRows, type BreakerPlan } from "./breaker-fields";
import { merge } from "./json";
import type { BreakerConfig, ServiceConfig } from "./traffic-config";

export const presets: Readonly<Record<BreakerConfig["preset"], BreakerPlan>> = {
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

const ejectionFields = breakerRows.flatMap(([name, { policy }]) =>
  policy.startsWith("outlierDetection.") ? [name] : [],
);

export function planBreaker({ breaker, replicas }: ServiceConfig): BreakerPlan | undefined {
  if (breaker === undefined) return undefined;
  const { preset, consecutiveErrors: _, ...written } = breaker;
  const shares = preset === "none" ? {} : ejectionShares(replicas);
  const merged = { ...presets[preset], ...shares, ...written };
  const wanted = ejectionFields.some((field) => written[field] !== undefined);
  const ejection = written.ejection ?? (wanted || (preset !== "none" && replicas !== 1));
  const limits = breakerRows.flatMap(([name]) => {
    const applies = name !== "ejection" && (ejection || !ejectionFields.includes(name));
    return applies && merged[name] !== undefined ? [[name, merged[name]] as const] : [];
  });
  return { ...Object.fromEntries(limits), ejection };
}

/** At least one of few backends stays; below four, all are used again when half are out. */
function ejectionShares(replicas: number | undefined): BreakerPlan {
  if (replicas === undefined || replicas >= 4) return { maxEjectionPercent: 50 };
  return { maxEjectionPercent: replicas === 3 ? 34 : 50, minHealthPercent: 50 };
}

/** `trafficPolicy` of a DestinationRule. */
export function trafficPolicy(breaker: BreakerPlan): JsonObject {
  return breakerRows.reduce<JsonObject>((policy, [name, field]) => {
    const value = breaker[name];
    if (value === undefined || value === false) return policy;
    // An empty map is not the same as none: it ejects at Envoy's own values.
    return merge(policy, nested(field.policy.split("."), value === true ? {} : value));
  }, {});
}

function nested([key = "", ...inner]: readonly string[], value: Json): JsonObject {
  return { [key]: inner.length === 0 ? value : nested(inner, value) };
}

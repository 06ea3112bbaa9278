/** Findings about breakers, time limits and retries. */
import { planBreaker } from "./breaker";
import type { BreakerPlan } from "./breaker-fields";
import type { MeshContext } from "./context";
import type { Finding, Rule } from "./finding";
import { ejectsOnFirstError, retriesExceedTimeout, timeoutAfterCaller } from "./rules-of-any-mesh";
import { sorted } from "../text/sorted";
import { defaultRetryOn } from "./traffic";
import type { ServiceConfig } from "./traffic-config";

interface Place {
  /** Path of the service. */
  readonly at: string;
  readonly mode: "sidecar" | "ambient";
  readonly service: ServiceConfig;
  readonly breaker: BreakerPlan;
}

const limits = ["maxConnections", "http1MaxPendingRequests", "http2MaxRequests"] as const;

/** Below these, one limit shared by all clients is reached in ordinary traffic. */
const serverMinimum = {
  maxConnections: 100,
  http1MaxPendingRequests: 32,
  http2MaxRequests: 100,
} as const;

/** Conditions under which Envoy tries again after a try ran out of time. */
const coversTimeouts = ["5xx", "gateway-error", "reset"];
/** Conditions under which the request cannot have reached the service. */
const beforeArrival: readonly string[] = defaultRetryOn;

const limitOfOne: Rule = each(({ at, mode, breaker }) =>
  limits.flatMap((field) => {
    if (breaker[field] !== 1) return [];
    const where =
      mode === "sidecar"
        ? "in each client, and once more for all clients together at the server's own proxy"
        : "for all clients of a waypoint pod together";
    return [
      {
        rule: "limit-of-one",
        at: `${at}.breaker.${field}`,
        value: "1",
        consequence: `answers 503 to the second request at the same moment, ${where}`,
        safe: `at least ${serverMinimum[field]}`,
      },
    ];
  }),
);

const limitsAlsoAtServer: Rule = each(({ at, mode, breaker }) =>
  limits.flatMap((field) => {
    const value = breaker[field];
    if (mode === "ambient" || value === undefined || value === 1) return [];
    if (value >= serverMinimum[field]) return [];
    return [
      {
        rule: "limits-also-at-server",
        at: `${at}.breaker.${field}`,
        value: String(value),
        consequence:
          "counts in each client and again at the server's own proxy, where all clients share it",
        safe: `at least ${serverMinimum[field]}`,
      },
    ];
  }),
);

const connectionChurn: Rule = each(({ at, breaker }) => {
  const value = breaker.maxRequestsPerConnection ?? 0;
  if (value === 0 || value >= 100) return [];
  return [
    {
      rule: "connection-churn",
      at: `${at}.breaker.maxRequestsPerConnection`,
      value: String(value),
      consequence: `opens a new connection with a TLS handshake every ${value} requests and fills port and connection tables`,
      safe: "0 (no limit) or at least 100",
    },
  ];
});

const ejectsEveryBackend: Rule = each(({ at, breaker }) => {
  const { maxEjectionPercent: percent = 0, minHealthPercent = 0 } = breaker;
  if (breaker.ejection !== true || percent <= 50 || minHealthPercent >= 50) return [];
  return [
    {
      rule: "ejects-every-backend",
      at: `${at}.breaker.maxEjectionPercent`,
      value: `${percent} %`,
      consequence:
        percent === 100
          ? "lets one bad minute take all backends out at once: every request is answered 503, as panic mode is off"
          : "leaves fewer than half of the backends with all of the load, which then fail too",
      safe: "at most 50 (34 for three backends), or minHealthPercent of at least 50 beside it",
    },
  ];
});

const singleBackend: Rule = each(({ at, service, breaker }) => {
  if (breaker.ejection !== true || service.replicas !== 1) return [];
  return [
    {
      rule: "single-backend-ejection",
      at: `${at}.breaker.ejection`,
      value: "ejection with 1 replica",
      consequence: "takes the only backend out and with it the service",
      safe: "ejection: false, or more replicas",
    },
  ];
});

const firstError: Rule = each(({ at, breaker }) =>
  (["consecutive5xxErrors", "consecutiveGatewayErrors"] as const).flatMap((field) => {
    if (breaker.ejection !== true || breaker[field] !== 1) return [];
    return [ejectsOnFirstError(`${at}.breaker.${field}`)];
  }),
);

const tryTimeoutNotRetried: Rule = perService(({ at, service: { retries } }) => {
  if (!retries?.perTryTimeout || retries.attempts === 0) return [];
  const retryOn: readonly string[] = retries.retryOn ?? defaultRetryOn;
  if (retryOn.some((condition) => coversTimeouts.includes(condition))) return [];
  return [
    {
      rule: "try-timeout-not-retried",
      at: `${at}.retries.perTryTimeout`,
      value: retries.perTryTimeout,
      consequence: `cuts a slow try off, but retryOn (${retryOn.join(", ")}) does not cover it: it fails instead of being tried again`,
      safe: "reset, gateway-error or 5xx in retryOn, or no perTryTimeout",
    },
  ];
});

const retriesNotIdempotent: Rule = perService(({ at, service }) => {
  const { retries, idempotent } = service;
  if (idempotent || retries === undefined || retries.attempts === 0) return [];
  const risky = (retries.retryOn ?? []).filter((condition) => !beforeArrival.includes(condition));
  if (risky.length === 0) return [];
  return [
    {
      rule: "retries-not-idempotent",
      at: `${at}.retries.retryOn`,
      value: risky.join(", "),
      consequence: "sends requests again that may have been carried out, such as payments",
      safe: `idempotent: true if that does no harm, else only ${beforeArrival.join(", ")}`,
    },
  ];
});

export const trafficRules: readonly Rule[] = [
  limitOfOne,
  limitsAlsoAtServer,
  connectionChurn,
  ejectsEveryBackend,
  singleBackend,
  firstError,
  perService(retriesExceedTimeout),
  tryTimeoutNotRetried,
  retriesNotIdempotent,
  perService(timeoutAfterCaller),
];

function perService(judge: (place: Omit<Place, "breaker">) => readonly Finding[]): Rule {
  return ({ config }: MeshContext) =>
    sorted(config.services).flatMap(([key, service]) =>
      judge({ at: `services.${key}`, mode: config.mode, service }),
    );
}

function each(judge: (place: Place) => readonly Finding[]): Rule {
  return perService((place) => {
    const breaker = planBreaker(place.service);
    return breaker === undefined ? [] : judge({ ...place, breaker });
  });
}

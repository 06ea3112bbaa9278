/** Traffic of services: breakers, canaries, time limits, retries. */
import * as z from "zod";
import { refused } from "../config/refused";
import { presets } from "./breaker";
import { breakerRows, type BreakerFieldName, type BreakerShape } from "./breaker-fields";
import { duration, labels, labelValue, name, namespacedName, port } from "./fields";

const count = z.number().int();
const percent = z.number().min(0).max(100);

/** The fields of a breaker, each with its values in the presets. */
const breakerShape = Object.fromEntries(
  breakerRows.map(([field, { schema }]) => [
    field,
    schema.describe([schema.description, ...presetValues(field)].join(" ")).optional(),
  ]),
) as BreakerShape;

function presetValues(field: BreakerFieldName): readonly string[] {
  const value = presets.default[field];
  if (value === undefined) return [];
  const strict = presets.strict[field];
  return [`By default, ${value}${strict === value ? "" : `; with preset strict, ${strict}`}.`];
}

export const BreakerConfig = z.strictObject({
  preset: z
    .enum(["default", "strict", "none"])
    .default("default")
    .describe(
      "Source of the values that are not declared; with none, Istio's own defaults apply, which set no limits.",
    ),
  ...breakerShape,
  consecutiveErrors: refused(
    "Istio ignores consecutiveErrors since 1.5 and Envoy's 5 applies; write consecutive5xxErrors or consecutiveGatewayErrors",
  ),
});
export type BreakerConfig = z.output<typeof BreakerConfig>;

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter */
const retryOn = z.union([
  z.enum([
    "5xx",
    "gateway-error",
    "reset",
    "reset-before-request",
    "connect-failure",
    "refused-stream",
    "retriable-4xx",
    "cancelled",
    "deadline-exceeded",
    "internal",
    "resource-exhausted",
    "unavailable",
  ]),
  z.string().regex(/^[45]\d\d$/, 'expected a condition such as "reset" or a status such as "503"'),
]);

const RetriesConfig = z.strictObject({
  attempts: count.min(0).max(10).describe("Maximum number of retries after the first attempt."),
  perTryTimeout: duration
    .optional()
    .describe("Timeout of each attempt, such as 500ms; by default, none but that of the request."),
  retryOn: z
    .array(retryOn)
    .min(1)
    .optional()
    .describe(
      "Conditions for a retry, as Envoy names them, or status codes such as 503; by default, failures before the request arrived (connect-failure, refused-stream, reset-before-request, unavailable).",
    ),
});

/** What a mesh of any kind can be told of a service. */
export const fieldsOfAnyMesh = {
  targetPort: port.optional().describe("Port of the pods; by default, `port`."),
  callers: z
    .array(z.union([namespacedName, name]))
    .optional()
    .describe(
      "mTLS identities that may call the service: namespace/service-account, or a namespace for all of its accounts. By default, `access` decides; an empty list allows no one.",
    ),
  canary: z
    .record(labelValue, percent.int())
    .refine((weights) => Object.keys(weights).length > 0, "expected at least one version")
    .refine(
      (weights) => Object.values(weights).reduce((sum, weight) => sum + weight, 0) === 100,
      "expected weights that sum to 100",
    )
    .optional()
    .describe(
      "Share of the traffic in percent, by version (value of the pod label `version`); the shares sum to 100.",
    ),
  timeout: duration
    .optional()
    .describe("Timeout of a request including all retries, such as 2s; by default, none."),
  callerTimeout: duration
    .optional()
    .describe(
      "Timeout of the calling application itself, such as 1500ms; it is only compared with `timeout`.",
    ),
};

const ServiceConfig = z.strictObject({
  port: port.describe("Port of the Service."),
  protocol: z
    .enum(["http", "http2", "grpc", "tcp"])
    .default("http")
    .describe("Protocol on the port; canary, timeout and retries need http, http2 or grpc."),
  replicas: count
    .min(1)
    .optional()
    .describe(
      "Number of backend pods, from which the breaker's ejection limits are derived; by default, unknown.",
    ),
  selector: labels
    .optional()
    .describe(
      "Pod labels that the Service selects; required for `callers`, and for a canary in ambient mode.",
    ),
  ...fieldsOfAnyMesh,
  breaker: BreakerConfig.optional().describe(
    "Circuit breaker: connection and request limits, and ejection of failing backends; by default, there is none.",
  ),
  retries: RetriesConfig.optional().describe(
    "Retries of failed requests; by default, none: Istio's two default retries are disabled.",
  ),
  idempotent: z
    .boolean()
    .default(false)
    .describe(
      "True: the service may safely receive the same request twice, so retries of requests that arrived are no finding.",
    ),
});
export type ServiceConfig = z.output<typeof ServiceConfig>;
export { ServiceConfig as ServiceSchema };

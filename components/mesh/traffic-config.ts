/** Traffic of services: breakers, canaries, time limits, retries. */
import * as z from "zod";
import { refused } from "../config/refused";
import { breakerShape } from "./breaker-fields";
import { duration, labels, labelValue, name, namespacedName, port } from "./fields";

const count = z.number().int();
const percent = z.number().min(0).max(100);

export const BreakerConfig = z.strictObject({
  preset: z
    .enum(["default", "strict", "none"])
    .default("default")
    .describe(
      "Source of the values that are not declared; none means Istio's own defaults, which set no limits.",
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
  attempts: count.min(0).max(10).describe("Number of retries after the first attempt."),
  perTryTimeout: duration.optional().describe("Timeout of each attempt."),
  retryOn: z
    .array(retryOn)
    .min(1)
    .optional()
    .describe(
      "Conditions for a retry; by default, failures before the request arrived (connect-failure, refused-stream, reset-before-request, unavailable).",
    ),
});

const ServiceConfig = z.strictObject({
  port: port.describe("Port of the Service."),
  protocol: z
    .enum(["http", "http2", "grpc", "tcp"])
    .default("http")
    .describe("Protocol on the port; routes require one of the first three."),
  replicas: count
    .min(1)
    .optional()
    .describe("Number of backends; the breaker and the rules use it."),
  selector: labels
    .optional()
    .describe(
      "Pod labels of the service; required for `callers`, and for a canary in ambient mode.",
    ),
  targetPort: port.optional().describe("Port of the pods; by default, `port`."),
  callers: z
    .array(z.union([namespacedName, name]))
    .optional()
    .describe(
      "Who may call the service, by mTLS identity: namespace/service-account, or a whole namespace. By default, `access` decides; with an empty list, no one may call it.",
    ),
  breaker: BreakerConfig.optional().describe(
    "Circuit breaker: connection and request limits, and ejection of failing backends.",
  ),
  canary: z
    .record(labelValue, percent.int())
    .refine((weights) => Object.keys(weights).length > 0, "expected at least one version")
    .refine(
      (weights) => Object.values(weights).reduce((sum, weight) => sum + weight, 0) === 100,
      "expected weights that sum to 100",
    )
    .optional()
    .describe("Share of the traffic by value of the pod label `version`, percent."),
  timeout: duration.optional().describe("Timeout of a request, including all retries."),
  callerTimeout: duration.optional().describe("Timeout of the calling application itself."),
  retries: RetriesConfig.optional().describe(
    "Retries of failed requests; by default, there are none, and the two default retries of Istio are disabled.",
  ),
  idempotent: z
    .boolean()
    .default(false)
    .describe("True if the service may safely receive the same request twice."),
});
export type ServiceConfig = z.output<typeof ServiceConfig>;
export { ServiceConfig as ServiceSchema };

/** Traffic of services: breakers, canaries, time limits, retries. */
import * as z from "zod";
import { breakerShape } from "./breaker-fields";
import { duration, labels, labelValue, name, namespacedName, port, refused } from "./fields";

const count = z.number().int();
const percent = z.number().min(0).max(100);

export const BreakerConfig = z.strictObject({
  preset: z
    .enum(["default", "strict", "none"])
    .default("default")
    .describe("Values that are not written; none: Istio's own, which is no limit."),
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
  attempts: count.min(0).max(10).describe("Tries after the first one."),
  perTryTimeout: duration.optional().describe("Time limit of each try."),
  retryOn: z
    .array(retryOn)
    .min(1)
    .optional()
    .describe(
      "What is tried again; default: failures before the request arrived (connect-failure, refused-stream, reset-before-request, unavailable).",
    ),
});

const ServiceConfig = z.strictObject({
  port: port.describe("Port of the Service."),
  protocol: z
    .enum(["http", "http2", "grpc", "tcp"])
    .default("http")
    .describe("What runs on it; routes need one of the first three."),
  replicas: count.min(1).optional().describe("Backends that serve it, for breaker and rules."),
  selector: labels
    .optional()
    .describe("Pod labels of the service; needed for `callers`, and for a canary in ambient mode."),
  targetPort: port.optional().describe("Port of the pods; default: `port`."),
  callers: z
    .array(z.union([namespacedName, name]))
    .optional()
    .describe(
      "Who may call it, by mTLS identity: namespace/service-account, or all of a namespace. Default: by `access`; an empty list: nobody.",
    ),
  breaker: BreakerConfig.optional().describe("Limits and ejection of failing backends."),
  canary: z
    .record(labelValue, percent.int())
    .refine((weights) => Object.keys(weights).length > 0, "expected at least one version")
    .refine(
      (weights) => Object.values(weights).reduce((sum, weight) => sum + weight, 0) === 100,
      "expected weights that sum to 100",
    )
    .optional()
    .describe("Share of the traffic by value of the pod label `version`, percent."),
  timeout: duration.optional().describe("Time limit of a request with all its tries."),
  callerTimeout: duration.optional().describe("What the calling application waits by itself."),
  retries: RetriesConfig.optional().describe("Default: none; Istio's own two are switched off."),
  idempotent: z
    .boolean()
    .default(false)
    .describe("True where a request may reach the service twice."),
});
export type ServiceConfig = z.output<typeof ServiceConfig>;
export { ServiceConfig as ServiceSchema };

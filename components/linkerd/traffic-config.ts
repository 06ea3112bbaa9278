/** Traffic of services as Linkerd has it: a breaker of one kind, canaries, time limits, retries by status. */
import * as z from "zod";
import { duration, labels, labelValue, name, namespacedName, port } from "../mesh/fields";

const count = z.number().int();

/** The annotations `balancer.linkerd.io/failure-accrual-consecutive-*`; defaults are Linkerd's own: policy-controller, outbound/index.rs. */
export const breakerFields = {
  consecutive5xxErrors: count
    .min(1)
    .default(7)
    .describe(
      "Number of consecutive 5xx responses, or gRPC failures, after which a client's proxy ejects the backend.",
    ),
  baseEjectionTime: duration
    .default("1s")
    .describe(
      "Duration of the first ejection, such as 500ms; each further one is longer, up to `maxEjectionTime`.",
    ),
  maxEjectionTime: duration.default("60s").describe("Maximum duration of an ejection, such as 2m."),
};

const statusConditions = ["5xx", "gateway-error"] as const;
export const grpcConditions = [
  "cancelled",
  "deadline-exceeded",
  "internal",
  "resource-exhausted",
  "unavailable",
] as const;

/** Istio's conditions for which a proxy of Linkerd has no name. */
const unknownConditions = [
  "reset",
  "reset-before-request",
  "connect-failure",
  "refused-stream",
  "retriable-4xx",
];

/** Policy-controller, parse_http_retry and parse_grpc_retry. */
const retryOn = z.string().superRefine((text, context) => {
  const known = [...statusConditions, ...grpcConditions] as readonly string[];
  if (known.includes(text) || /^[45]\d\d$/.test(text)) return;
  const message = unknownConditions.includes(text)
    ? `Linkerd tries again by the status of an answer alone; a connection that fails is one of gateway-error (502 to 504), or unavailable of gRPC`
    : `expected ${known.join(", ")}, or a status such as "503"`;
  context.addIssue({ code: "custom", message, input: text });
});

const RetriesConfig = z.strictObject({
  attempts: count.min(0).max(10).describe("Maximum number of retries after the first attempt."),
  perTryTimeout: duration
    .optional()
    .describe(
      "Timeout of each attempt, after which the next one starts, such as 500ms; by default, none.",
    ),
  retryOn: z
    .array(retryOn)
    .min(1)
    .optional()
    .describe(
      "Responses that are retried. HTTP: 5xx, gateway-error (502 to 504), or a status such as 503. gRPC: cancelled, deadline-exceeded, internal, resource-exhausted, unavailable. By default, gateway-error, or unavailable for gRPC.",
    ),
});

/** All but the breaker, whose refused fields follow the table of Istio's. */
export const serviceFields = {
  port: port.describe("Port of the Service."),
  protocol: z
    .enum(["http", "http2", "grpc", "tcp"])
    .default("http")
    .describe(
      "Protocol on the port; breaker, canary, timeout and retries need http, http2 or grpc.",
    ),
  replicas: count
    .min(1)
    .optional()
    .describe("Number of backends, used by findings; by default, unknown."),
  selector: labels
    .optional()
    .describe("Pod labels that select the service's pods; required for `callers` and `canary`."),
  targetPort: port.optional().describe("Port of the pods; by default, `port`."),
  callers: z
    .array(z.union([namespacedName, name]))
    .optional()
    .describe(
      "mTLS identities that may call the service: namespace/service-account, or a namespace for all of its accounts. By default, `access` decides; an empty list allows no one.",
    ),
  canary: z
    .record(labelValue, z.number().int().min(0).max(100))
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
  retries: RetriesConfig.optional().describe("Retries of failed requests; by default, none."),
  idempotent: z
    .boolean()
    .default(false)
    .describe(
      "True: the service may safely receive the same request twice, so retries are no finding.",
    ),
};

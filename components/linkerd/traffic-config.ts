/** Traffic of services as Linkerd has it: a breaker of one kind, canaries, time limits, retries by status. */
import * as z from "zod";
import { duration, labels, port } from "../mesh/fields";
import { fieldsOfAnyMesh } from "../mesh/traffic-config";

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
  ...fieldsOfAnyMesh,
  retries: RetriesConfig.optional().describe("Retries of failed requests; by default, none."),
  idempotent: z
    .boolean()
    .default(false)
    .describe(
      "True: the service may safely receive the same request twice, so retries are no finding.",
    ),
};

/** The mesh section of an environment whose mesh is Linkerd. */
import * as z from "zod";
import { name, namespacedName, labels, port, Replicas, Resources } from "../mesh/fields";
import { policyFields } from "../mesh/policy-config";
import { TrustConfig } from "../trust/config";
import { checkLinkerd } from "./checks";
import {
  refusedBreaker,
  refusedControlPlane,
  refusedInstall,
  refusedNamespace,
  refusedWorkload,
} from "./refused-fields";
import { breakerFields, serviceFields } from "./traffic-config";
import { newestLinkerd, versionProblem } from "./versions";

const hub = z
  .string()
  .regex(/^[a-z0-9][a-z0-9./:_-]*$/, "expected a registry such as mirror.example.net/linkerd")
  .describe("Registry and path of the images, such as mirror.example.net/linkerd.");

/** What the charts themselves name. */
export const officialHub = "cr.l5d.io/linkerd";

const ChartsConfig = z
  .discriminatedUnion("source", [
    z.strictObject({ source: z.literal("official").describe("Linkerd's own Helm repository.") }),
    z.strictObject({
      source: z.literal("mirror").describe("Your own Helm repository or OCI registry."),
      repository: z
        .string()
        .regex(/^(oci|https):\/\/[^\s]+$/, "expected oci://… or https://…")
        .describe(
          "Helm repository (https://…) or OCI path (oci://…) with the charts under their own names.",
        ),
      hub,
    }),
    z.strictObject({
      source: z.literal("directory").describe("A directory on the computer that runs Pulumi."),
      path: z
        .string()
        .regex(/^(\/|~\/|\.\/)[\w./~-]+$/, "expected /…, ~/… or ./…")
        .describe(
          "Directory of unpacked charts with their dependencies: linkerd-crds, linkerd-control-plane, linkerd2-cni.",
        ),
      hub: hub.default(officialHub),
    }),
  ])
  .default({ source: "official" })
  .describe("Where charts and images come from.");

const version = z.string().superRefine((text, context) => {
  const problem = versionProblem(text);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem, input: text });
});

const BreakerConfig = z
  .strictObject({ ...breakerFields, ...refusedBreaker })
  .describe("Circuit breaker: a backend with consecutive failures gets no requests for some time.");

const ServiceConfig = z.strictObject({
  ...serviceFields,
  breaker: BreakerConfig.optional().describe(
    "Circuit breaker: a backend with consecutive failures gets no requests for some time. The Service must exist; by default, there is none.",
  ),
});
export type ServiceConfig = z.output<typeof ServiceConfig>;

const NamespaceConfig = z.strictObject({
  create: z
    .boolean()
    .default(true)
    .describe(
      "True: the stack creates the namespace. False: something else creates it. The stack never deletes it.",
    ),
  mtls: policyFields.mtls
    .unwrap()
    .optional()
    .describe(
      "`mtls` of this namespace, for pods that start after the change; by default, that of the whole mesh.",
    ),
  access: policyFields.access
    .unwrap()
    .optional()
    .describe(
      "`access` of this namespace, for pods that start after the change; by default, that of the whole mesh.",
    ),
  ...refusedNamespace,
});

const WorkloadConfig = z.strictObject({
  selector: labels.describe("Pod labels that select the workload's pods."),
  plaintextPorts: z
    .array(port)
    .min(1)
    .describe(
      "Pod ports that accept plaintext from callers outside the mesh even under strict mTLS, such as a metrics port.",
    ),
  ...refusedWorkload,
});

const fields = z.strictObject({
  version: version.default(newestLinkerd).describe("Edge release of Linkerd, edge-YY.M.N."),
  charts: ChartsConfig,
  controlPlane: z
    .strictObject({
      resources: Resources.optional().describe(
        "CPU and memory of each container of the control plane; by default, requests of 100m and 50Mi, and a memory limit of 250Mi.",
      ),
      replicas: Replicas.refine(({ min, max }) => min === max, {
        path: ["max"],
        message: "expected the same as min: Linkerd's control plane has no autoscaler",
      })
        .optional()
        .describe(
          "Number of pods of each component, all on different nodes; by default, one per node that takes pods, at most 3.",
        ),
      ...refusedControlPlane,
    })
    .prefault({})
    .describe("The control plane: identity, destination and proxy-injector."),
  proxy: z
    .strictObject({
      resources: Resources.optional().describe(
        "CPU and memory of a proxy; by default, requests of 100m and 20Mi, and a memory limit of 250Mi.",
      ),
    })
    .prefault({})
    .describe("Defaults of every proxy."),
  accessLog: z
    .enum(["off", "text", "json"])
    .default("off")
    .describe(
      "Format of the access log, one line per request on each proxy's standard output: text is Apache's format; off disables it.",
    ),
  linkerdCni: z
    .boolean()
    .default(true)
    .describe(
      "True: the CNI plugin of Linkerd redirects the traffic of pods. False: an init container with NET_ADMIN does, in every pod.",
    ),
  gatewayApi: z
    .boolean()
    .default(true)
    .describe(
      "True: the stack installs the Gateway API definitions of Linkerd's own chart. False: something else installs them, with HTTPRoute and GRPCRoute v1, TLSRoute and TCPRoute v1alpha2.",
    ),
  trust: TrustConfig.default({ roots: ["1"], signedBy: "1" }).describe(
    "Root certificates of the mesh, which the stack creates and rotates.",
  ),
  ...refusedInstall,
  ...policyFields,
  namespaces: z
    .record(name, NamespaceConfig)
    .default({})
    .describe("Namespaces in the mesh, by name."),
  services: z
    .record(namespacedName, ServiceConfig)
    .default({})
    .describe("Traffic settings of Services, by namespace/name."),
  workloads: z
    .record(namespacedName, WorkloadConfig)
    .default({})
    .describe("Workloads with ports that accept plaintext, by namespace/name."),
});

/** A member of the section's modes; whoever puts it among others checks it by checkLinkerd. */
export const LinkerdMode = fields.extend({
  mode: z
    .literal("linkerd")
    .describe("Linkerd instead of Istio: one small proxy in each pod, for mTLS and metrics."),
});

/** The same for a program, whose class says the mode. */
export const LinkerdConfig = fields.superRefine(checkLinkerd);
export type LinkerdConfig = z.output<typeof fields>;

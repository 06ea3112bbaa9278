/** The mesh section of an environment file. */
import * as z from "zod";
import { refused } from "../config/refused";
import { TrustConfig } from "../trust/config";
import { checkMesh } from "./checks";
import { name, namespacedName, Resources } from "./fields";
import { installFields } from "./install-config";
import {
  AmbientNamespace,
  AmbientWorkload,
  policyFields,
  SidecarNamespace,
  SidecarWorkload,
  WaypointConfig,
} from "./policy-config";

const visibleNamespaces = z
  .array(name)
  .default([])
  .describe(
    "Namespaces outside the mesh whose services are called from inside it; sidecars know no others, and an egress boundary closes to all others.",
  );
const enrolment = "Namespaces enrolled in the mesh, by name.";
const workloads = "Settings of workloads that something else creates, by namespace/name.";

const sidecarMode = z.literal("sidecar").describe("One proxy (sidecar) in each pod.");
const ambientMode = z
  .literal("ambient")
  .describe("One proxy (ztunnel) on each node, and waypoints for layer 7.");

const sidecarIstio = z.strictObject({
  mode: sidecarMode,
  ...installFields,
  proxy: z
    .strictObject({
      resources: Resources.optional().describe(
        "CPU and memory of a sidecar; by default, `preset` decides.",
      ),
    })
    .prefault({})
    .describe("Settings of every sidecar."),
  istioCni: z
    .boolean()
    .default(true)
    .describe(
      "True: the istio-cni node agent sets up traffic redirection. False: each pod needs a privileged init container for it.",
    ),
  gatewayApi: z
    .boolean()
    .default(false)
    .describe("True: the stack also installs the CRDs of the Gateway API."),
  trust: TrustConfig.optional().describe(
    "Roots of trust that the stack makes and rotates; by default, istiod makes one that is valid for ten years. A mesh has them from its first installation or not at all.",
  ),
  ztunnel: refused("ztunnel exists in ambient mode only"),
  waypoint: refused("waypoints exist in ambient mode only"),
});

const sidecarPolicies = z.strictObject({
  mode: sidecarMode,
  ...policyFields,
  visibleNamespaces,
  namespaces: z.record(name, SidecarNamespace).default({}).describe(enrolment),
  workloads: z.record(namespacedName, SidecarWorkload).default({}).describe(workloads),
});

const ambientIstio = z.strictObject({
  mode: ambientMode,
  ...installFields,
  ztunnel: z
    .strictObject({
      resources: Resources.optional().describe(
        "CPU and memory of ztunnel; by default, requests of 200m and 512Mi without limits.",
      ),
      drainSeconds: z
        .number()
        .int()
        .min(1)
        .default(30)
        .describe(
          "Time for which existing connections of a node continue when its ztunnel is replaced, in seconds.",
        ),
    })
    .prefault({})
    .describe("Settings of ztunnel, the proxy on each node."),
  waypoint: WaypointConfig.prefault({}).describe("Settings of every waypoint."),
  trust: refused(
    "ztunnel learns of a new root only when it renews its certificates; leave it out, istiod makes a root of its own",
  ),
  proxy: refused("there are no sidecars in ambient mode; size ztunnel and waypoint"),
  istioCni: refused("ambient mode always has istio-cni"),
  gatewayApi: refused("ambient mode always has the Gateway API"),
});

const ambientPolicies = z.strictObject({
  mode: ambientMode,
  ...policyFields,
  namespaces: z.record(name, AmbientNamespace).default({}).describe(enrolment),
  workloads: z.record(namespacedName, AmbientWorkload).default({}).describe(workloads),
  visibleNamespaces,
});

/** What installs Istio. */
export const IstioConfig = z.discriminatedUnion("mode", [sidecarIstio, ambientIstio]);

/** What is declared to an installed Istio. */
export const PoliciesConfig = z.discriminatedUnion("mode", [sidecarPolicies, ambientPolicies]);

/** Both together, to stand beside other modes; whoever does that checks them by checkMesh. */
export const istioModes = [
  sidecarIstio.extend(sidecarPolicies.shape),
  ambientIstio.extend(ambientPolicies.shape),
] as const;

export const MeshConfig = z.discriminatedUnion("mode", istioModes).superRefine(checkMesh);
export type MeshConfig = z.output<typeof MeshConfig>;
export type SidecarMesh = Extract<MeshConfig, { readonly mode: "sidecar" }>;
export type AmbientMesh = Extract<MeshConfig, { readonly mode: "ambient" }>;

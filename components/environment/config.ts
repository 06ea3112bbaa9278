/** Everything one environment declares. */
import * as z from "zod";
import { AddonsConfig, checkAddonsOf, LoadBalancerConfig, needsMesh } from "../addons";
import { describeGuardRails, guardRailsNames } from "./guard-rails";
import { clusterFields } from "../kubernetes/cluster-config";
import { checkLinkerd } from "../linkerd/checks";
import { LinkerdMode } from "../linkerd/config";
import { checkMesh } from "../mesh/checks";
import { istioModes } from "../mesh/config";
import { StorageConfig } from "../storage/config";
import { checkVolumes } from "./volumes";

/** Istio in one of its modes, or Linkerd in its place. */
const MeshSection = z
  .discriminatedUnion("mode", [...istioModes, LinkerdMode])
  .superRefine((mesh, context) => {
    if (mesh.mode === "linkerd") checkLinkerd(mesh, context);
    else checkMesh(mesh, context);
  });

/** Everything one environment declares, under `nordmesh:stack`. */
export const StackConfig = z
  .strictObject({
    release: clusterFields.release,
    guardRails: z
      .enum(guardRailsNames)
      .default("development")
      .describe(
        `Guard rails: what the environment refuses and protects. ${guardRailsNames
          .map((name) => `${name}: ${describeGuardRails(name)}`)
          .join(". ")}.`,
      ),
    artifacts: clusterFields.artifacts,
    ssh: clusterFields.ssh,
    kubernetes: clusterFields.kubernetes,
    mesh: MeshSection.optional().describe("The service mesh; by default, no mesh is installed."),
    addons: AddonsConfig.optional().describe(
      "Tools for metrics, dashboards and traces; by default, none is installed.",
    ),
    loadBalancer: LoadBalancerConfig.optional().describe(
      "MetalLB, which assigns addresses to Services of type LoadBalancer; by default, it is not installed.",
    ),
    storage: StorageConfig.optional().describe(
      "StorageClass of the local volumes that hosts declare; required if a host declares `volumes`.",
    ),
    hosts: clusterFields.hosts,
  })
  .refine(({ addons, mesh }) => addons === undefined || mesh !== undefined || !needsMesh(addons), {
    path: ["addons"],
    message:
      "expected a mesh beside them, as that is what they look at; metricsServer alone needs none",
  })
  .superRefine(({ storage, hosts, addons, mesh }, context) => {
    if (addons !== undefined && mesh !== undefined) {
      for (const { path, ...problem } of checkAddonsOf(mesh.mode, addons)) {
        context.addIssue({ code: "custom", path: ["addons", ...path], ...problem });
      }
    }
    for (const { path, ...problem } of checkVolumes({ storage, hosts })) {
      context.addIssue({ code: "custom", path: [...path], ...problem });
    }
  });
export type StackConfig = z.output<typeof StackConfig>;

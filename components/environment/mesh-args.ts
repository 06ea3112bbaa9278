// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { LinkerdInstallArgs } from "../linkerd/args";
import type { AmbientIstioArgs, SidecarIstioArgs } from "../mesh/install-args";
import type { AmbientPoliciesArgs, SidecarPoliciesArgs } from "../mesh/policy-args";

/** The service mesh; by default, no mesh is installed. */
export type MeshArgs = SidecarMeshArgs | AmbientMeshArgs | LinkerdMeshArgs;

/** One proxy (sidecar) in each pod. */
export interface SidecarMeshArgs extends SidecarIstioArgs, SidecarPoliciesArgs {}

/** One proxy (ztunnel) on each node, and waypoints for layer 7. */
export interface AmbientMeshArgs extends AmbientIstioArgs, AmbientPoliciesArgs {}

/** Linkerd instead of Istio: one small proxy in each pod, for mTLS and metrics. */
export interface LinkerdMeshArgs extends LinkerdInstallArgs {
  readonly mode: "linkerd";
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { AmbientIstioArgs, SidecarIstioArgs } from "./install-args";
import type { AmbientPoliciesArgs, SidecarPoliciesArgs } from "./policy-args";

/** The service mesh; by default, no mesh is installed. */
export type MeshArgs = SidecarMeshArgs | AmbientMeshArgs;

/** One proxy (sidecar) in each pod. */
export interface SidecarMeshArgs extends SidecarIstioArgs, SidecarPoliciesArgs {}

/** One proxy (ztunnel) on each node, and waypoints for layer 7. */
export interface AmbientMeshArgs extends AmbientIstioArgs, AmbientPoliciesArgs {}

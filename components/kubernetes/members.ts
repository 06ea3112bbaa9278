/** Who is in the cluster, and what the steps are called that make it so. */
import type { ArtifactSource } from "../host/artifacts";
import type { ReleaseSet } from "../releases/release-set";
import type { HostPlan } from "../host/plan";
import type { KubernetesConfig } from "./config";
import type { EndpointPlan } from "./endpoint";

/** Keeps pods away from a control plane as soon as there is a worker. */
export const controlPlaneTaint = "node-role.kubernetes.io/control-plane:NoSchedule";

/** Names of the steps for all of a cluster, which is called `cluster` among the resources of its program. */
export function clusterSteps(cluster: string) {
  return {
    fleet: `${cluster}-fleet`,
    credentials: `${cluster}-credentials`,
    joinToken: `${cluster}-join-token`,
    nodes: `${cluster}-nodes`,
  } as const;
}

export interface KubernetesPlanArgs {
  readonly config: KubernetesConfig;
  readonly endpoint: EndpointPlan;
  /** Name of its resource. */
  readonly resourceName: string;
  readonly clusterName: string;
  readonly clusterId: string;
  readonly release: ReleaseSet;
  readonly artifacts: ArtifactSource;
  readonly imageRepository: string;
  readonly hosts: readonly HostPlan[];
}

/** The declared bootstrap host, or the first control plane by name. */
export function bootstrapOf<
  Host extends { readonly name: string; readonly role: string; readonly bootstrap: boolean },
>(hosts: readonly Host[]): Host {
  const controlPlanes = hosts
    .filter((host) => host.role === "control-plane")
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = controlPlanes.find((host) => host.bootstrap) ?? controlPlanes[0];
  if (found === undefined) throw new Error("no control plane; checkConfig must run first");
  return found;
}

/** Taints of a node: control planes keep pods away as soon as there is a worker to take them. */
export function nodeTaints(host: HostPlan, hosts: readonly HostPlan[]): readonly string[] {
  const reserved = host.role === "control-plane" && hosts.some((other) => other.role === "worker");
  return [...new Set([...(reserved ? [controlPlaneTaint] : []), ...host.taints])];
}

/** Name of the step that makes a host a member. */
export function memberStep({ resource }: HostPlan): string {
  return `${resource}-join`;
}

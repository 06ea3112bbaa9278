/** Every decision about an environment, made once, from its parsed configuration alone. */
import {
  announcesByBgp,
  planAddons,
  planLoadBalancer,
  tracingTarget,
  type AddonsPlan,
  type LoadBalancerPlan,
} from "../addons";
import type { ImageSet } from "../host/artifacts";
import {
  clusterStepsOf,
  factsForObjects,
  planCluster,
  type ClusterPlan,
} from "../kubernetes/plan-cluster";
import { stepName as linkerdStep } from "../linkerd/context";
import { planLinkerd, type LinkerdPlan } from "../linkerd/plan";
import { stepName } from "../mesh/context";
import { planMesh, type MeshPlan } from "../mesh/plan";
import { placeSteps } from "../steps/place";
import type { ClusterStep, Step } from "../steps/step";
import { planStorage, type StoragePlan } from "../storage/plan";
import type { StackConfig } from "./config";
import type { GuardRailsName } from "./guard-rails";

/** Name of the cluster among the resources of an environment. */
export const clusterResource = "cluster";

export interface StackPlan extends ClusterPlan {
  /** Name of the environment. */
  readonly environment: string;
  readonly guardRails: GuardRailsName;
  /** Istio; undefined where there is another mesh or none. */
  readonly mesh?: MeshPlan | undefined;
  readonly linkerd?: LinkerdPlan | undefined;
  readonly addons?: AddonsPlan | undefined;
  readonly loadBalancer?: LoadBalancerPlan | undefined;
  readonly storage?: StoragePlan | undefined;
}

/** `config` must have passed parseStack: exactly one bootstrap host, a known release. */
export function planStack(args: {
  readonly environment: string;
  readonly config: StackConfig;
}): StackPlan {
  const { environment, config } = args;
  const cluster = planCluster({
    name: environment,
    prefix: "",
    resourceName: clusterResource,
    config,
    imageSets: imageSetsOf(config),
  });
  return {
    environment,
    guardRails: config.guardRails,
    ...cluster,
    ...planInCluster(config, cluster),
  };
}

/** What goes into the running cluster, in order. */
export function objectsOf(plan: StackPlan): readonly ClusterStep[] {
  const { storage, loadBalancer, mesh, linkerd, addons } = plan;
  return [storage, loadBalancer, mesh, linkerd, addons].flatMap((part) => part?.steps ?? []);
}

/** Every step, in an order in which each comes after what it waits for. */
export function stepsOf(plan: StackPlan): readonly Step[] {
  return [...clusterStepsOf(plan), ...objectsOf(plan)];
}

function planInCluster(
  config: StackConfig,
  cluster: ClusterPlan,
): Pick<StackPlan, "mesh" | "linkerd" | "addons" | "loadBalancer" | "storage"> {
  const facts = {
    ...factsForObjects(cluster),
    metricsServer: config.addons?.metricsServer !== undefined,
  };
  const { place } = facts;
  const tracing = config.addons && tracingTarget(config.addons);
  const section = config.mesh;
  const linkerd =
    section?.mode === "linkerd" ? planLinkerd({ config: section, cluster: facts }) : undefined;
  const mesh =
    section === undefined || section.mode === "linkerd"
      ? undefined
      : planMesh({
          config: section,
          cluster: { environment: facts.name, ...facts },
          ...(tracing !== undefined && { tracing }),
        });
  const storage =
    config.storage && planStorage({ config: config.storage, volumes: facts.volumes ?? [] });
  const addons =
    config.addons &&
    planAddons({
      config: config.addons,
      mesh: controlPlaneOf({ mesh, linkerd }),
      cluster: facts,
      storage,
    });
  const loadBalancer =
    config.loadBalancer && planLoadBalancer({ config: config.loadBalancer, cluster: facts });
  return {
    mesh: mesh && placeSteps(mesh, place),
    linkerd: linkerd && placeSteps(linkerd, place),
    addons: addons && placeSteps(addons, place),
    loadBalancer: loadBalancer && placeSteps(loadBalancer, place),
    storage: storage && placeSteps(storage, place),
  };
}

/** Sets of images that the declared sections run, for hosts that get them from a bundle. */
function imageSetsOf({ mesh, loadBalancer, addons }: StackConfig): readonly ImageSet[] {
  const wanted: readonly (ImageSet | false)[] = [
    "kubernetes",
    mesh?.mode === "sidecar" && "mesh",
    mesh?.mode === "ambient" && "ambient",
    loadBalancer !== undefined && "load-balancer",
    loadBalancer !== undefined && announcesByBgp(loadBalancer) && "bgp",
    addons?.metricsServer !== undefined && "metrics-server",
    addons?.prometheus !== undefined && "prometheus",
  ];
  return wanted.filter((set) => set !== false);
}

/** What addons wait for and how they look at it; without a mesh none is declared that does. */
function controlPlaneOf({
  mesh,
  linkerd,
}: Pick<StackPlan, "mesh" | "linkerd">): Parameters<typeof planAddons>[0]["mesh"] {
  if (linkerd !== undefined) {
    return { mode: "linkerd", steps: [linkerdStep.rootNamespace, linkerdStep.ready] };
  }
  if (mesh === undefined) return { mode: "sidecar", steps: [] };
  const { mode, revision } = mesh;
  return { mode, steps: [stepName.rootNamespace, stepName.ready(revision)] };
}

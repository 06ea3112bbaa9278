/** Every decision about an environment, made once, from its parsed configuration alone. */
import type { ImageSet } from "../components/host/artifacts";
import { addressesOf, planHost, type HostPlan } from "../components/host/plan";
import { planEndpoint } from "../components/kubernetes/endpoint";
import { bootstrapOf, nodeTaints } from "../components/kubernetes/members";
import { planKubernetes, type KubernetesPlan } from "../components/kubernetes/plan";
import { shutdownGraceSeconds } from "../components/kubernetes/kubeadm";
import {
  planAddons,
  planLoadBalancer,
  tracingTarget,
  type AddonsPlan,
  type LoadBalancerPlan,
} from "../components/addons";
import { stepName } from "../components/mesh/context";
import { planMesh, type MeshPlan } from "../components/mesh/plan";
import type { ClusterStep } from "../components/objects/step";
import { releases } from "./releases";
import type { StackConfig } from "./schema";

export interface StackPlan {
  /** Name of the environment. */
  readonly environment: string;
  /** What the cluster is called for ever, on its hosts and in the state. */
  readonly clusterId: string;
  readonly release: string;
  /** Where artifacts come from, in words. */
  readonly artifacts: StackConfig["artifacts"];
  /** Sorted by name: the order in the YAML file means nothing. */
  readonly hosts: readonly HostPlan[];
  readonly kubernetes: KubernetesPlan;
  readonly mesh?: MeshPlan | undefined;
  readonly addons?: AddonsPlan | undefined;
  readonly loadBalancer?: LoadBalancerPlan | undefined;
  /** What goes into the running cluster, in order. */
  readonly objects: readonly ClusterStep[];
}

/** `config` must have passed parseStack: exactly one bootstrap host, a known release. */
export function planStack(args: {
  readonly environment: string;
  readonly config: StackConfig;
}): StackPlan {
  const { environment, config } = args;
  const release = releases[config.release];
  if (release === undefined) throw new Error(`unknown release ${config.release}`);
  const clusterId = `nordmesh/${environment}`;
  const imageRepository =
    config.artifacts.source === "mirror" ? config.artifacts.imageRepository : "registry.k8s.io";
  const entries = Object.entries(config.hosts).sort(([a], [b]) => (a < b ? -1 : 1));
  const members = entries.map(([name, host]) => {
    const { role, bootstrap } = host;
    return { name, role, bootstrap, ...addressesOf(host) };
  });
  const endpoint = planEndpoint({
    config: config.kubernetes,
    hosts: members,
    first: bootstrapOf(members),
  });
  const around = {
    clusterId,
    release,
    artifacts: config.artifacts,
    sshUser: config.ssh.user,
    authorizedKeys: config.ssh.authorizedKeys,
    connectAttempts: config.ssh.connectAttempts,
    imageRepository,
    accepts: {
      cgroupV1: config.kubernetes.kubelet["failCgroupV1"] === false,
      swap: config.kubernetes.kubelet["failSwapOn"] === false,
    },
    imageSets: imageSets(config),
    balancer: endpoint.balancer,
    shutdownSeconds: shutdownGraceSeconds,
  };
  const hosts = entries.map(([name, host]) => planHost({ name, config: host, around }));
  const inCluster = planInCluster({ environment, config, hosts, kubernetes: release.kubernetes });
  return {
    environment,
    clusterId,
    release: release.name,
    artifacts: config.artifacts,
    hosts,
    kubernetes: planKubernetes({
      config: config.kubernetes,
      endpoint,
      clusterName: environment,
      clusterId,
      release,
      artifacts: config.artifacts,
      imageRepository,
      hosts,
    }),
    ...inCluster,
  };
}

function planInCluster(args: {
  readonly environment: string;
  readonly config: StackConfig;
  readonly hosts: readonly HostPlan[];
  /** Version of Kubernetes. */
  readonly kubernetes: string;
}): Pick<StackPlan, "mesh" | "addons" | "loadBalancer" | "objects"> {
  const { environment, config, hosts } = args;
  const tracing = config.addons && tracingTarget(config.addons);
  const mesh =
    config.mesh &&
    planMesh({
      config: config.mesh,
      cluster: {
        environment,
        workerNodes: schedulableNodes(hosts),
        cni: config.kubernetes.cni,
        dnsDomain: config.kubernetes.dnsDomain,
        kubernetesVersion: args.kubernetes,
      },
      ...(tracing !== undefined && { tracing }),
    });
  const addons =
    config.addons && mesh && planAddons({ config: config.addons, mesh: controlPlaneOf(mesh) });
  const loadBalancer =
    config.loadBalancer &&
    planLoadBalancer({
      config: config.loadBalancer,
      cluster: {
        taken: Object.fromEntries(hosts.map((host) => [host.name, host.nodeAddress])),
        ranges: {
          podCidr: config.kubernetes.podCidr,
          serviceCidr: config.kubernetes.serviceCidr,
        },
      },
    });
  const objects = [loadBalancer, mesh, addons].flatMap((plan) => plan?.steps ?? []);
  return { mesh, addons, loadBalancer, objects };
}

function imageSets({ mesh }: StackConfig): readonly ImageSet[] {
  return mesh === undefined ? ["kubernetes"] : ["kubernetes", "mesh"];
}

function controlPlaneOf({ mode, revision }: MeshPlan): Parameters<typeof planAddons>[0]["mesh"] {
  const steps = [stepName.rootNamespace, stepName.ready(revision)];
  return { mode, steps };
}

/** Nodes that take any pod. */
function schedulableNodes(hosts: readonly HostPlan[]): number {
  const open = (host: HostPlan): boolean =>
    nodeTaints(host, hosts).every((taint) => taint.endsWith(":PreferNoSchedule"));
  return hosts.filter(open).length;
}

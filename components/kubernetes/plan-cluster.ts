/** Every decision about the hosts of a cluster and what makes a cluster of them. */
import type { ImageSet } from "../host/artifacts";
import type { ReleaseSet } from "../releases/release-set";
import { planFleet } from "../host/fleet";
import { sourceOf } from "../host/machines";
import { planHost, type HostPlan } from "../host/plan";
import { shutdownGraceSeconds } from "../host/services";
import { releases, type ReleaseName } from "../releases/releases";
import type { CompareStep, Step } from "../steps/step";
import type { ClusterFacts, LocalVolume } from "../steps/target";
import type { ClusterConfig } from "./cluster-config";
import { planEndpoint } from "./endpoint";
import { bootstrapOf, clusterSteps, controlPlaneTaint, nodeTaints } from "./members";
import { networks } from "./networks";
import { planKubernetes, type KubernetesPlan } from "./plan";

export interface ClusterPlan {
  /** What names of resources begin with, so that a program can have several clusters. */
  readonly prefix: string;
  /** Permanent name of the cluster, on its hosts and in the state. */
  readonly clusterId: string;
  readonly release: ReleaseName;
  /** Where artifacts come from. */
  readonly artifacts: ClusterConfig["artifacts"];
  /** Images that a bundle has to give its nodes. */
  readonly imageSets: readonly ImageSet[];
  /** Sorted by name: the order in which they were declared means nothing. */
  readonly hosts: readonly HostPlan[];
  /** Compares what the hosts found out about themselves. */
  readonly fleet: CompareStep;
  readonly kubernetes: KubernetesPlan;
}

/** `config` must have passed checkCluster: one control plane at least. */
export function planCluster(args: {
  readonly name: string;
  /** What names of the resources of its hosts and objects begin with. */
  readonly prefix: string;
  /** Name of its resource. */
  readonly resourceName: string;
  readonly config: ClusterConfig;
  /** What a bundle has to give a node, besides the images of its pod network. */
  readonly imageSets: readonly ImageSet[];
}): ClusterPlan {
  const { name, prefix, resourceName, config } = args;
  const { artifacts, kubernetes } = config;
  const release: ReleaseSet = releases[config.release];
  const clusterId = `nordmesh/${name}`;
  const network = networks[kubernetes.cni].imageSet;
  const imageSets = network === undefined ? args.imageSets : [...args.imageSets, network];
  const imageRepository =
    artifacts.source === "mirror" ? artifacts.imageRepository : "registry.k8s.io";
  const entries = Object.entries(config.hosts).sort(([a], [b]) => (a < b ? -1 : 1));
  const members = entries.map(([host, own]) => {
    const { role, bootstrap } = own;
    return { name: host, role, bootstrap, ...sourceOf(own).addresses(own) };
  });
  const first = bootstrapOf(members);
  const endpoint = planEndpoint({ config: kubernetes, hosts: members, first });
  const fleet = planFleet({
    name: clusterSteps(resourceName).fleet,
    hosts: entries.map(([host]) => `${prefix}${host}`),
  });
  const context = {
    clusterId,
    release,
    artifacts,
    sshUser: config.ssh.user,
    authorizedKeys: config.ssh.authorizedKeys,
    connectAttempts: config.ssh.connectAttempts,
    imageRepository,
    accepts: {
      cgroupV1: kubernetes.kubelet["failCgroupV1"] === false,
      swap: kubernetes.kubelet["failSwapOn"] === false,
    },
    imageSets,
    network: networks[kubernetes.cni],
    balancer: endpoint.balancer,
    shutdownSeconds: shutdownGraceSeconds,
    gates: [fleet.name],
  };
  const hosts = entries.map(([host, own]) =>
    planHost({ name: host, resource: `${prefix}${host}`, config: own, context }),
  );
  return {
    prefix,
    clusterId,
    release: config.release,
    artifacts,
    imageSets,
    hosts,
    fleet,
    kubernetes: planKubernetes({
      config: kubernetes,
      endpoint,
      resourceName,
      clusterName: name,
      clusterId,
      release,
      artifacts,
      imageRepository,
      hosts,
    }),
  };
}

/** Every step on hosts, in an order in which each comes after what it waits for. */
export function clusterStepsOf({ hosts, fleet, kubernetes }: ClusterPlan): readonly Step[] {
  return [
    ...hosts.flatMap(({ machine }) => (machine.step === undefined ? [] : [machine.step])),
    ...hosts.map(({ preflight }) => preflight),
    fleet,
    ...hosts.map(({ node }) => node),
    ...hosts.flatMap(({ volumesStep }) => (volumesStep === undefined ? [] : [volumesStep])),
    ...kubernetes.steps,
  ];
}

/** True for a node that takes any pod. */
function isOpen(host: HostPlan, { hosts }: ClusterPlan): boolean {
  return nodeTaints(host, hosts).every((taint) => taint.endsWith(":PreferNoSchedule"));
}

function volumesOf(plan: ClusterPlan): readonly LocalVolume[] {
  return plan.hosts.flatMap((host) =>
    host.volumes.map(({ name, path, sizeGiB }) => ({
      node: host.name,
      name,
      path,
      sizeGiB,
      open: isOpen(host, plan),
      reserved: nodeTaints(host, plan.hosts).includes(controlPlaneTaint),
    })),
  );
}

/** What a mesh and addons must know of it. */
export function factsForObjects(plan: ClusterPlan): ClusterFacts {
  const { kubernetes, hosts, release } = plan;
  const { podNetwork, serviceCidr, dnsDomain, clusterName } = kubernetes;
  return {
    name: clusterName,
    workerNodes: hosts.filter((host) => isOpen(host, plan)).length,
    cni: podNetwork.name,
    enforcesPolicies: networks[podNetwork.name].enforcesPolicies,
    dnsDomain,
    kubernetesVersion: releases[release].kubernetes,
    // kubeadm brings none; the addon that does, says so.
    metricsServer: false,
    taken: Object.fromEntries(hosts.map((host) => [host.name, host.nodeAddress])),
    ranges: { podCidr: podNetwork.cidr, serviceCidr },
    volumes: volumesOf(plan),
    place: { host: kubernetes.bootstrapHost, after: kubernetes.stepNames.nodes },
  };
}

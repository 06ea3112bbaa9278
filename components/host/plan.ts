/** Decides everything about one host: how it comes to be, how it is reached, what is set up. */
import type { ConnectionPlan, StepPlan } from "../remote/step";
import {
  planArtifacts,
  renderArtifactRows,
  type ArtifactSource,
  type ImageSet,
  type ReleaseSet,
} from "./artifacts";
import type { HostConfig } from "./config";
import { renderContainerd } from "./containerd";
import { planKernel, renderLimits, renderModules, renderSysctl, type KernelPlan } from "./kernel";
import { planMachine, type MachinePlan } from "./machine";
import {
  renderContainerdUnit,
  renderCrictl,
  renderKubeletDropIn,
  renderKubeletUnit,
  renderSshd,
} from "./services";

export type HostRole = HostConfig["role"];

export interface HostPlan {
  readonly name: string;
  readonly role: HostRole;
  readonly bootstrap: boolean;
  /** Address other nodes use. */
  readonly nodeAddress: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly string[];
  readonly connection: ConnectionPlan;
  readonly machine: MachinePlan;
  readonly kernel: KernelPlan;
  readonly preflight: StepPlan;
  readonly node: StepPlan;
}

/** What is the same for every host of a stack. */
export interface HostSurroundings {
  readonly clusterId: string;
  readonly release: ReleaseSet;
  readonly artifacts: ArtifactSource;
  readonly sshUser: string;
  readonly authorizedKeys: readonly string[];
  readonly connectAttempts: number;
  readonly imageRepository: string;
  /** What a bundle has to give a node; other sources are asked by the kubelet when a pod needs an image. */
  readonly imageSets: readonly ImageSet[];
}

/** Ports of the static pods and the kubelet (https://kubernetes.io/docs/reference/networking/ports-and-protocols/). */
const ports = { "control-plane": [2379, 2380, 6443, 10250, 10257, 10259], worker: [10250] };

/** Boot and cloud-init of a created machine may take this many failed dials, 5 s apart. */
const bootAttempts = 240;

export function planHost(args: {
  readonly name: string;
  readonly config: HostConfig;
  readonly around: HostSurroundings;
}): HostPlan {
  const { name, config, around } = args;
  const kernel = planKernel(config.kernel);
  const address = config.source === "local" ? "127.0.0.1" : config.address;
  return {
    name,
    role: config.role,
    bootstrap: config.bootstrap,
    nodeAddress: config.nodeAddress ?? address,
    labels: config.labels,
    taints: config.taints,
    connection: {
      host: address,
      port: config.sshPort,
      user: around.sshUser,
      ...(config.source === "existing" && { hostKey: keyOnly(config.hostKey) }),
      attempts: config.source === "existing" ? around.connectAttempts : bootAttempts,
    },
    machine: planMachine({ name, config, kernel, around }),
    kernel,
    preflight: planPreflight(args),
    node: planNode({ name, kernel, around }),
  };
}

function planPreflight(args: {
  readonly name: string;
  readonly config: HostConfig;
  readonly around: HostSurroundings;
}): StepPlan {
  const { preflight, role } = args.config;
  return {
    name: `${args.name}-preflight`,
    host: args.name,
    title: "check the host before anything changes",
    scripts: ["remote/common", "host/preflight"],
    variables: {
      HOST: args.name,
      CLUSTER_ID: args.around.clusterId,
      MIN_CPUS: String(preflight.minVirtualCpus),
      MIN_MEMORY_MIB: String(preflight.minMemoryMiB),
      MIN_DISK_MIB: String(preflight.minDiskFreeMiB),
      CPU_FLAGS: preflight.cpuFlags.join(" "),
      WARN_STEAL: String(preflight.warnStealPercent),
      REFUSE_STEAL: String(preflight.refuseStealPercent),
      MAX_FSYNC_MS: String(preflight.maxFsyncMilliseconds),
      MAX_CLOCK_OFFSET: String(preflight.maxClockOffsetSeconds),
      NOT_BEFORE: String(args.around.release.publishedUnixSeconds),
      PORTS: ports[role].join(" "),
      ...artifactVariables(args.around),
    },
    secrets: [],
    removes: false,
    timeoutSeconds: 300,
  };
}

function planNode(args: {
  readonly name: string;
  readonly kernel: KernelPlan;
  readonly around: HostSurroundings;
}): StepPlan {
  const { kernel, around } = args;
  const { openFiles } = kernel;
  return {
    name: `${args.name}-node`,
    host: args.name,
    title: "tune the kernel, install containerd and the kubelet",
    scripts: ["remote/common", "host/kernel", "host/artifacts", "host/runtime", "host/node"],
    variables: {
      HOST: args.name,
      CLUSTER_ID: around.clusterId,
      MODULES_CONF: renderModules(kernel),
      SYSCTL_CONF: renderSysctl(kernel),
      SYSCTL_FLOORS: kernel.floors.join(" "),
      LIMITS_CONF: renderLimits(kernel),
      SSHD_CONF: renderSshd(),
      CONTAINERD_CONFIG: renderContainerd({
        pauseImage: `${around.imageRepository}/${around.release.pauseImage}`,
      }),
      CONTAINERD_UNIT: renderContainerdUnit({ openFiles }),
      KUBELET_UNIT: renderKubeletUnit(),
      KUBELET_DROPIN: renderKubeletDropIn({ openFiles }),
      CRICTL_CONFIG: renderCrictl(),
      RELEASE: around.release.name,
      ...artifactVariables(around),
      IMAGE_SETS: around.artifacts.source === "bundle" ? around.imageSets.join(" ") : "",
      BUNDLE_SHA256: planArtifacts({ files: [], from: around.artifacts }).bundleManifestSha256,
    },
    secrets: [],
    removes: true,
    timeoutSeconds: 2400,
  };
}

function artifactVariables(around: HostSurroundings): Readonly<Record<string, string>> {
  const plan = planArtifacts({ files: around.release.files, from: around.artifacts });
  return {
    SOURCE: plan.source,
    ARTIFACTS: renderArtifactRows(plan.files),
    BUNDLE: plan.bundlePath,
  };
}

// A comment behind a key is for people; the connection compares the key alone.
function keyOnly(hostKey: string): string {
  return hostKey.split(" ").slice(0, 2).join(" ");
}

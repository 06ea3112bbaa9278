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
  renderLogind,
  renderSshd,
} from "./services";

export type HostRole = HostConfig["role"];

export interface HostPlan {
  readonly name: string;
  readonly role: HostRole;
  readonly bootstrap: boolean;
  /** Address other nodes use. */
  readonly nodeAddress: string;
  /** host:port at which operators reach the API server of this host, were it a control plane. */
  readonly operatorAddress: string;
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
  /** How long the kubelet delays a shutdown of its host, so that pods end in order. */
  readonly shutdownSeconds: number;
  /** What the kubelet is declared to live with, besides what it refuses by itself. */
  readonly accepts: { readonly cgroupV1: boolean; readonly swap: boolean };
  /** What a bundle has to give a node; other sources are asked by the kubelet when a pod needs an image. */
  readonly imageSets: readonly ImageSet[];
  /** Load balancer of the API servers on every node; absent where an endpoint of its own leads there. */
  readonly balancer?: { readonly configuration: string; readonly unit: string } | undefined;
}

/** Where a host is reached, for each who asks. */
export interface HostAddresses {
  /** SSH server. */
  readonly address: string;
  readonly port: number;
  /** Address other nodes use. */
  readonly nodeAddress: string;
  /** host:port at which operators reach its API server, were it a control plane. */
  readonly operatorAddress: string;
}

export function addressesOf(config: HostConfig): HostAddresses {
  const { nodeAddress } = config;
  switch (config.source) {
    case "existing":
    case "libvirt": {
      const { address, sshPort: port } = config;
      const operatorAddress = `${address}:6443`;
      return { address, port, nodeAddress: nodeAddress ?? address, operatorAddress };
    }
    case "local": {
      const address = "127.0.0.1";
      const { sshPort: port, apiPort } = config;
      return {
        address,
        port,
        nodeAddress: config.nodeAddress,
        operatorAddress: `${address}:${apiPort}`,
      };
    }
    case "container": {
      const address = config.nodeAddress;
      return { address, port: 22, nodeAddress: address, operatorAddress: `${address}:6443` };
    }
    default:
      return config satisfies never;
  }
}

/** Ports of flannel, the static pods and the kubelet (https://kubernetes.io/docs/reference/networking/ports-and-protocols/). */
const ports = {
  "control-plane": [2379, 2380, 6443, 8081, 10250, 10257, 10259],
  worker: [8081, 10250],
};

/** Boot and cloud-init of a created machine may take this many failed dials, 5 s apart. */
const bootAttempts = 240;

export function planHost(args: {
  readonly name: string;
  readonly config: HostConfig;
  readonly around: HostSurroundings;
}): HostPlan {
  const { name, config, around } = args;
  const kernel = planKernel(config.kernel, { container: config.source === "container" });
  const { address, port, nodeAddress, operatorAddress } = addressesOf(config);
  return {
    name,
    role: config.role,
    bootstrap: config.bootstrap,
    nodeAddress,
    operatorAddress,
    labels: config.labels,
    taints: config.taints,
    connection: {
      host: address,
      port,
      user: around.sshUser,
      ...(config.source === "existing" && { hostKey: keyOnly(config.hostKey) }),
      attempts: config.source === "existing" ? around.connectAttempts : bootAttempts,
    },
    machine: planMachine({ name, config, kernel, around }),
    kernel,
    preflight: planPreflight(args),
    node: planNode({ name, kernel, around, ownClock: config.source !== "container" }),
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
      CGROUP_V1: args.around.accepts.cgroupV1 ? "accepted" : "refused",
      SWAP: args.around.accepts.swap ? "accepted" : "refused",
      PORTS: ports[role].join(" "),
      ...artifactVariables(args.around),
    },
    inputs: ["CLUSTER_UID"],
    secrets: [],
    removes: false,
    timeoutSeconds: 300,
  };
}

function planNode(args: {
  readonly name: string;
  readonly kernel: KernelPlan;
  readonly around: HostSurroundings;
  readonly ownClock: boolean;
}): StepPlan {
  const { kernel, around } = args;
  const { openFiles } = kernel;
  return {
    name: `${args.name}-node`,
    host: args.name,
    title: "tune the kernel, install containerd and the kubelet",
    scripts: [
      "remote/common",
      "host/kernel",
      "host/artifacts",
      "host/oom-score",
      "host/runtime",
      "host/balancer",
      "host/node",
    ],
    variables: {
      HOST: args.name,
      CLUSTER_ID: around.clusterId,
      CLOCK: args.ownClock ? "own" : "shared",
      MODULES_CONF: renderModules(kernel),
      SYSCTL_CONF: renderSysctl(kernel),
      SYSCTL_FLOORS: kernel.floors.join(" "),
      LIMITS_CONF: renderLimits(kernel),
      SSHD_CONF: renderSshd(),
      LOGIND_CONF: renderLogind({ inhibitSeconds: around.shutdownSeconds }),
      SHUTDOWN_SECONDS: String(around.shutdownSeconds),
      CONTAINERD_CONFIG: renderContainerd({
        pauseImage: `${around.imageRepository}/${around.release.pauseImage}`,
      }),
      CONTAINERD_UNIT: renderContainerdUnit({ openFiles }),
      KUBELET_UNIT: renderKubeletUnit(),
      KUBELET_DROPIN: renderKubeletDropIn({ openFiles }),
      CRICTL_CONFIG: renderCrictl(),
      API_BALANCER: around.balancer?.configuration ?? "",
      API_BALANCER_UNIT: around.balancer?.unit ?? "",
      RELEASE: around.release.name,
      ...artifactVariables(around),
      IMAGE_SETS: around.artifacts.source === "bundle" ? around.imageSets.join(" ") : "",
      BUNDLE_SHA256: planArtifacts({ files: [], from: around.artifacts }).bundleManifestSha256,
    },
    inputs: ["CLUSTER_UID"],
    secrets: [],
    removes: true,
    timeoutSeconds: 2400,
  };
}

function artifactVariables(around: HostSurroundings): Readonly<Record<string, string>> {
  const plan = planArtifacts({ files: around.release.files, from: around.artifacts });
  return {
    PROGRAMS: around.balancer === undefined ? "" : "haproxy",
    SOURCE: plan.source,
    ARTIFACTS: renderArtifactRows(plan.files),
    BUNDLE: plan.bundlePath,
  };
}

// A comment behind a key is for people; the connection compares the key alone.
function keyOnly(hostKey: string): string {
  return hostKey.split(" ").slice(0, 2).join(" ");
}

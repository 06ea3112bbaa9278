/** Decides everything about one host: how it comes to be, how it is reached, what is set up. */
import type { ConnectionPlan } from "../steps/connection";
import type { ScriptStep } from "../steps/step";
import { planArtifacts } from "./artifacts";
import type { ReleaseSet } from "../releases/release-set";
import { placeholderUserData } from "./cloud-init";
import { renderContainerd } from "./containerd";
import { preflightStep } from "./fleet";
import { planKernel, renderLimits, renderModules, renderSysctl, type KernelPlan } from "./kernel";
import { sourceOf, type HostConfig, type MachineContext, type MachinePlan } from "./machines";
import { planVolumes, volumeChecks, volumesStep, type VolumePlan } from "./volumes";
import type { PreflightConfig } from "./preflight-config";
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
  /** Name of its resource, and what the names of its steps begin with. */
  readonly resource: string;
  readonly role: HostRole;
  readonly bootstrap: boolean;
  /** Address other nodes use. */
  readonly nodeAddress: string;
  /** host:port at which operators reach the API server of this host, were it a control plane. */
  readonly operatorAddress: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly string[];
  readonly connection: ConnectionPlan;
  /** Public keys of operators, for a machine that the stack makes. */
  readonly authorizedKeys: readonly string[];
  readonly machine: MachinePlan;
  /** True on the computer that runs Pulumi. */
  readonly here: boolean;
  /** True where the node has a kernel and a clock of its own. */
  readonly ownKernel: boolean;
  readonly kernel: KernelPlan;
  readonly limits: PreflightConfig;
  /** Ports that must be free. */
  readonly ports: readonly number[];
  readonly preflight: ScriptStep;
  readonly node: ScriptStep;
  readonly volumes: readonly VolumePlan[];
  /** Makes them, last of all; undefined where there are none. */
  readonly volumesStep?: ScriptStep | undefined;
}

/** What is the same for every host of a stack. */
export interface HostContext extends MachineContext {
  readonly release: ReleaseSet;
  readonly imageRepository: string;
  /** How long the kubelet delays a shutdown of its host, so that pods end in order. */
  readonly shutdownSeconds: number;
  /** What the kubelet is declared to live with, besides what it refuses by itself. */
  readonly accepts: { readonly cgroupV1: boolean; readonly swap: boolean };
  /** What the pod network needs of a host. */
  readonly network: {
    readonly ports: readonly number[];
    readonly leaves: { readonly cniFiles: readonly string[] };
  };
  /** Load balancer of the API servers on every node; undefined if an endpoint of its own leads there. */
  readonly balancer?: { readonly configuration: string; readonly unit: string } | undefined;
  /** What must be done before a host is changed, besides its own checks. */
  readonly gates: readonly string[];
}

/** Ports of the static pods and the kubelet (https://kubernetes.io/docs/reference/networking/ports-and-protocols/). */
const ports = {
  "control-plane": [2379, 2380, 6443, 10250, 10257, 10259],
  worker: [10250],
};

function portsOf(role: HostConfig["role"], { network }: HostContext): readonly number[] {
  return [...ports[role], ...network.ports].sort((a, b) => a - b);
}

/** Boot and cloud-init of a created machine may take this many failed dials, 5 s apart. */
const bootAttempts = 240;

export function planHost(args: {
  readonly name: string;
  readonly resource: string;
  readonly config: HostConfig;
  readonly context: HostContext;
}): HostPlan {
  const { name, resource, config, context } = args;
  const source = sourceOf(config);
  const kernel = planKernel(config.kernel, { container: !source.ownKernel });
  const { address, port, nodeAddress, operatorAddress } = source.addresses(config);
  const machine = source.plan({ name, resource, config, kernel, context });
  const volumes = planVolumes(source.volumes(config));
  const node = planNode({ name, resource, kernel, context, ownClock: source.ownKernel });
  return {
    name,
    resource,
    role: config.role,
    bootstrap: config.bootstrap,
    nodeAddress,
    operatorAddress,
    labels: config.labels,
    taints: config.taints,
    connection: {
      host: address,
      port,
      user: context.sshUser,
      ...(machine.hostKey !== undefined && { hostKey: machine.hostKey }),
      attempts: machine.step === undefined ? context.connectAttempts : bootAttempts,
    },
    authorizedKeys: context.authorizedKeys,
    machine: withShownUserData({ name, kernel, machine, context }),
    here: source.here,
    ownKernel: source.ownKernel,
    kernel,
    limits: config.preflight,
    ports: portsOf(config.role, context),
    preflight: planPreflight({
      ...args,
      volumes,
      after: machine.step === undefined ? [] : [machine.step.name],
    }),
    node,
    volumes,
    volumesStep: volumesStep({
      host: name,
      resource,
      clusterId: context.clusterId,
      volumes,
      after: [node.name],
    }),
  };
}

/** What cloud-init gets, with placeholders for keys. */
function withShownUserData(args: {
  readonly name: string;
  readonly kernel: KernelPlan;
  readonly machine: MachinePlan;
  readonly context: HostContext;
}): MachinePlan {
  const { name, kernel, machine, context } = args;
  const variable = Object.keys(machine.identity).find(
    (one) => machine.identity[one] === "userData",
  );
  if (machine.step === undefined || variable === undefined) return machine;
  const content = placeholderUserData({
    hostname: name,
    user: context.sshUser,
    authorizedKeys: context.authorizedKeys,
    kernel,
    bundleMount: machine.bundleMount,
  });
  const files = { [variable]: { name: "cloud-config.yaml", content }, ...machine.step.files };
  return { ...machine, step: { ...machine.step, files } };
}

function planPreflight(args: {
  readonly name: string;
  readonly resource: string;
  readonly config: HostConfig;
  readonly context: HostContext;
  readonly volumes: readonly VolumePlan[];
  readonly after: readonly string[];
}): ScriptStep {
  const { name, resource, context } = args;
  const { preflight, role } = args.config;
  const disks = volumeChecks(args.volumes);
  return {
    kind: "script",
    name: preflightStep(resource),
    host: name,
    title: "check the host before anything changes",
    after: args.after,
    scripts: ["steps/common", ...disks.scripts, "host/preflight"],
    files: disks.files,
    values: {
      HOST: name,
      CLUSTER_ID: context.clusterId,
      MIN_CPUS: String(preflight.minVirtualCpus),
      MIN_MEMORY_MIB: String(preflight.minMemoryMiB),
      MIN_DISK_MIB: String(preflight.minDiskFreeMiB),
      CPU_FLAGS: preflight.cpuFlags.join(" "),
      WARN_STEAL: String(preflight.warnStealPercent),
      REFUSE_STEAL: String(preflight.refuseStealPercent),
      MAX_FSYNC_MS: String(preflight.maxFsyncMilliseconds),
      MAX_CLOCK_OFFSET: String(preflight.maxClockOffsetSeconds),
      NOT_BEFORE: String(context.release.publishedUnixSeconds),
      CGROUP_V1: context.accepts.cgroupV1 ? "accepted" : "refused",
      SWAP: context.accepts.swap ? "accepted" : "refused",
      PORTS: portsOf(role, context).join(" "),
      ...artifactValues(context),
    },
    inputs: { CLUSTER_UID: "plain" },
    removes: false,
    timeoutSeconds: 300,
  };
}

function planNode(args: {
  readonly name: string;
  readonly resource: string;
  readonly kernel: KernelPlan;
  readonly context: HostContext;
  readonly ownClock: boolean;
}): ScriptStep {
  const { name, resource, kernel, context } = args;
  const { openFiles } = kernel;
  const { balancer } = context;
  return {
    kind: "script",
    name: `${resource}-node`,
    host: name,
    title: "tune the kernel, install containerd and the kubelet",
    after: context.gates,
    scripts: [
      "steps/common",
      "host/kernel",
      "host/artifacts",
      "host/oom-score",
      "host/runtime",
      "host/balancer",
      "host/node",
    ],
    files: {
      API_BALANCER: { name: "api-balancer.cfg", content: balancer?.configuration ?? "" },
      API_BALANCER_UNIT: { name: "api-balancer.service", content: balancer?.unit ?? "" },
      CONTAINERD_CONFIG: {
        name: "containerd.toml",
        content: renderContainerd({
          pauseImage: `${context.imageRepository}/${context.release.pauseImage}`,
        }),
      },
      CONTAINERD_UNIT: { name: "containerd.service", content: renderContainerdUnit({ openFiles }) },
      CRICTL_CONFIG: { name: "crictl.yaml", content: renderCrictl() },
      KUBELET_DROPIN: {
        name: "kubelet-10-kubeadm.conf",
        content: renderKubeletDropIn({ openFiles }),
      },
      KUBELET_UNIT: { name: "kubelet.service", content: renderKubeletUnit() },
      LIMITS_CONF: { name: "limits.conf", content: renderLimits(kernel) },
      LOGIND_CONF: {
        name: "logind.conf",
        content: renderLogind({ inhibitSeconds: context.shutdownSeconds }),
      },
      MODULES_CONF: { name: "modules.conf", content: renderModules(kernel) },
      SSHD_CONF: { name: "sshd.conf", content: renderSshd() },
      SYSCTL_CONF: { name: "sysctl.conf", content: renderSysctl(kernel) },
    },
    values: {
      HOST: name,
      CLUSTER_ID: context.clusterId,
      CLOCK: args.ownClock ? "own" : "shared",
      SYSCTL_FLOORS: kernel.floors.join(" "),
      SHUTDOWN_SECONDS: String(context.shutdownSeconds),
      RELEASE: context.release.name,
      ...artifactValues(context),
      CNI_FILES: context.network.leaves.cniFiles.join(" "),
      IMAGE_SETS: context.artifacts.source === "bundle" ? context.imageSets.join(" ") : "",
      BUNDLE_SHA256: planArtifacts({ files: [], from: context.artifacts }).bundleManifestSha256,
    },
    inputs: { CLUSTER_UID: "plain" },
    removes: true,
    timeoutSeconds: 2400,
  };
}

function artifactValues(context: HostContext): Readonly<Record<string, string>> {
  const plan = planArtifacts({ files: context.release.files, from: context.artifacts });
  const rows = plan.files.map(({ name, sha256, url }) => `${name} ${sha256} ${url}`);
  return {
    PROGRAMS: context.balancer === undefined ? "" : "haproxy",
    SOURCE: plan.source,
    ARTIFACTS: rows.join("\n"),
    BUNDLE: plan.bundlePath,
  };
}

/** Machines the stack creates itself: a QEMU guest or container on this computer, or a libvirt domain. */
import { createHash } from "node:crypto";
import type { HostConfig } from "./config";
import { renderLocalNetwork, renderStaticNetwork } from "./cloud-init";
import type { ArtifactSource } from "./artifacts";
import type { KernelPlan } from "./kernel";
import type { ConnectionPlan, StepPlan } from "../remote/step";
import { renderDomain } from "./libvirt";

interface CreatedMachine {
  readonly user: string;
  readonly authorizedKeys: readonly string[];
}

/** Made on the computer that runs Pulumi, by a script of its own. */
interface MachineHere extends CreatedMachine {
  /** Plain parameters of the script. */
  readonly variables: Readonly<Record<string, string>>;
  /** Parameters that are paths of this computer and may begin with `~/`. */
  readonly paths: Readonly<Record<string, string>>;
}

interface CloudMachine extends CreatedMachine {
  readonly mac: string;
  /** cloud-init network configuration, version 2. */
  readonly networkConfig: string;
  readonly bundleMount?: { readonly label: string; readonly path: string } | undefined;
}

export type MachinePlan =
  | { readonly source: "existing" }
  | ({ readonly source: "local" } & MachineHere & CloudMachine)
  | ({ readonly source: "container" } & MachineHere)
  | ({
      readonly source: "libvirt";
      readonly hypervisor: ConnectionPlan;
      /** Runs on the hypervisor; USER_DATA is its secret. */
      readonly step: StepPlan;
    } & CloudMachine);

/** Label of the filesystem that carries a bundle to a created machine. */
const bundleLabel = "NORDMESH";
/** Port of the private network between local machines, on loopback. */
const localNetworkPort = "28411";

export function planMachine(args: {
  readonly name: string;
  readonly config: HostConfig;
  readonly kernel: KernelPlan;
  readonly around: {
    readonly clusterId: string;
    readonly artifacts: ArtifactSource;
    readonly sshUser: string;
    readonly authorizedKeys: readonly string[];
    readonly connectAttempts: number;
  };
}): MachinePlan {
  const { name, config, around } = args;
  const mac = macAddress(`${around.clusterId}/${name}`);
  const created = { user: around.sshUser, authorizedKeys: around.authorizedKeys };
  const booted = {
    ...created,
    mac,
    bundleMount:
      around.artifacts.source === "bundle"
        ? { label: bundleLabel, path: around.artifacts.path }
        : undefined,
  };
  switch (config.source) {
    case "existing":
      return { source: "existing" };
    case "local":
      return {
        source: "local",
        ...booted,
        networkConfig: renderLocalNetwork({ mac, address: config.nodeAddress }),
        variables: {
          MACHINE_NAME: name,
          MACHINE_CPUS: String(config.virtualCpus),
          MACHINE_MEMORY_MIB: String(config.memoryMiB),
          MACHINE_DISK_GIB: String(config.diskGiB),
          MACHINE_SSH_PORT: String(config.sshPort),
          MACHINE_API_PORT: String(config.apiPort),
          MACHINE_MAC: mac,
          MACHINE_NETWORK_PORT: localNetworkPort,
        },
        paths: pathsOf(config, { image: "MACHINE_IMAGE", bundle: "MACHINE_BUNDLE" }),
      };
    case "container":
      return {
        source: "container",
        ...created,
        variables: {
          CONTAINER_NAME: name,
          CONTAINER_NETWORK: containerNetwork(around.clusterId),
          CONTAINER_ADDRESS: `${config.nodeAddress}/24`,
          CONTAINER_USER: around.sshUser,
          ...(around.artifacts.source === "bundle" && {
            CONTAINER_BUNDLE_PATH: around.artifacts.path,
          }),
        },
        paths: pathsOf(config, { image: "CONTAINER_IMAGE", bundle: "CONTAINER_BUNDLE" }),
      };
    case "libvirt":
      return {
        source: "libvirt",
        ...booted,
        hypervisor: {
          host: config.hypervisor.address,
          port: config.hypervisor.sshPort,
          user: around.sshUser,
          hostKey: config.hypervisor.hostKey,
          attempts: around.connectAttempts,
        },
        networkConfig: renderStaticNetwork({ ...config, mac }),
        step: {
          name: `${name}-machine`,
          host: name,
          title: "create the machine on its hypervisor",
          scripts: ["remote/common", "host/libvirt"],
          variables: {
            HOST: name,
            POOL: config.hypervisor.pool,
            IMAGE_URL: config.image.url,
            IMAGE_SHA256: config.image.sha256,
            DISK_GIB: String(config.diskGiB),
            DOMAIN_XML: renderDomain({ ...config, name, mac, hypervisor: config.hypervisor }),
            NETWORK_CONFIG: renderStaticNetwork({ ...config, mac }),
          },
          inputs: [],
          secrets: ["USER_DATA"],
          removes: true,
          timeoutSeconds: 1800,
        },
      };
    default:
      return config satisfies never;
  }
}

function pathsOf(
  config: { readonly image: string; readonly bundle?: string | undefined },
  names: { readonly image: string; readonly bundle: string },
): Readonly<Record<string, string>> {
  return {
    [names.image]: config.image,
    ...(config.bundle !== undefined && { [names.bundle]: config.bundle }),
  };
}

/** Interface of this computer that reaches a cluster's containers: 15 characters, the most there may be. */
export function containerNetwork(clusterId: string): string {
  return `nm-${createHash("sha256").update(clusterId).digest("hex").slice(0, 12)}`;
}

/** What made a machine anew calls it, on the last line it printed; steps run again where it differs. */
export function parseInstance(stdout: string): string {
  return (JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { instance: string }).instance;
}

/** A stable address in QEMU's own range 52:54:00, from a name. */
export function macAddress(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  return `52:54:00:${digest.slice(0, 2)}:${digest.slice(2, 4)}:${digest.slice(4, 6)}`;
}

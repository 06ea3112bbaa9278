/** Machines the stack creates itself: a local QEMU guest or a libvirt domain. */
import { createHash } from "node:crypto";
import type { HostConfig } from "./config";
import { renderLocalNetwork, renderStaticNetwork } from "./cloud-init";
import type { ArtifactSource } from "./artifacts";
import type { KernelPlan } from "./kernel";
import type { ConnectionPlan, StepPlan } from "../remote/step";
import { renderDomain } from "./libvirt";

interface CreatedMachine {
  readonly mac: string;
  /** cloud-init network configuration, version 2. */
  readonly networkConfig: string;
  readonly user: string;
  readonly authorizedKeys: readonly string[];
  readonly bundleMount?: { readonly label: string; readonly path: string } | undefined;
}

export type MachinePlan =
  | { readonly source: "existing" }
  | ({
      readonly source: "local";
      /** Plain parameters of scripts/local.sh. */
      readonly variables: Readonly<Record<string, string>>;
    } & CreatedMachine)
  | ({
      readonly source: "libvirt";
      readonly hypervisor: ConnectionPlan;
      /** Runs on the hypervisor; USER_DATA is its secret. */
      readonly step: StepPlan;
    } & CreatedMachine);

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
  const created = {
    mac,
    user: around.sshUser,
    authorizedKeys: around.authorizedKeys,
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
        ...created,
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
      };
    case "libvirt":
      return {
        source: "libvirt",
        ...created,
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
          secrets: ["USER_DATA"],
          removes: true,
          timeoutSeconds: 1800,
        },
      };
    default:
      return config satisfies never;
  }
}

/** A stable address in QEMU's own range 52:54:00, from a name. */
export function macAddress(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  return `52:54:00:${digest.slice(0, 2)}:${digest.slice(2, 4)}:${digest.slice(4, 6)}`;
}

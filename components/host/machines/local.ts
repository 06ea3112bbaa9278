/** A virtual machine on this computer, run by QEMU. */
import * as z from "zod";
import { renderLocalNetwork } from "../cloud-init";
import { macAddress } from "../mac-address";
import { noVolumes } from "../volumes-config";
import { clusterDigest } from "./cluster-digest";
import {
  bundleMountOf,
  checkSize,
  common,
  computerPath,
  pathsOf,
  port,
  virtualMachine,
} from "./fields";
import { machineStep, type MachineSource } from "./source";

/** Port of the private network between local machines, on loopback. */
const networkPort = "28411";

/** Shell files of one machine, in the order they are joined. */
export const localScripts: readonly string[] = [
  "host/local-base",
  "host/local-accel",
  "host/local-disks",
  "host/local-run",
  "host/local-verbs",
];

const schema = z.strictObject({
  source: z.literal("local").describe("A virtual machine on this computer."),
  image: computerPath.describe(
    "Image that the machine boots: a directory with disk.raw, vmlinuz and initrd.img, or one bootable qcow2 file.",
  ),
  bundle: computerPath
    .optional()
    .describe(
      "Disk image of a bundle, with the file system label NORDMESH; it is mounted at `artifacts.path`.",
    ),
  sshPort: port.describe("Port on 127.0.0.1 that is forwarded to the machine's SSH server."),
  apiPort: port.describe("Port on 127.0.0.1 that is forwarded to port 6443 of the machine."),
  ...virtualMachine,
  ...common,
  volumes: noVolumes,
  nodeAddress: z.ipv4().describe("IPv4 address on the private /24 network of local machines."),
});

export const local: MachineSource<z.output<typeof schema>, typeof schema> = {
  schema,
  here: true,
  ownKernel: true,
  addresses({ sshPort, apiPort, nodeAddress }) {
    const address = "127.0.0.1";
    return { address, port: sshPort, nodeAddress, operatorAddress: `${address}:${apiPort}` };
  },
  claims: (config) =>
    (["sshPort", "apiPort"] as const).map((field) => ({ field, value: String(config[field]) })),
  volumes: () => ({}),
  check: checkSize,
  plan({ name, resource, config, context }) {
    const { virtualCpus: cpus, memoryMiB: memory, diskGiB: disk } = config;
    const identity = localIdentity({ name, clusterId: context.clusterId });
    return {
      source: config.source,
      summary: `machine on this computer: ${cpus} vCPUs, ${memory} MiB memory, ${disk} GiB disk`,
      bundleMount: bundleMountOf(context.artifacts),
      identity: { MACHINE_USER_DATA: "userData" },
      step: {
        ...machineStep({ name, resource, title: "create the machine on this computer" }),
        kind: "local",
        scripts: localScripts,
        files: {
          MACHINE_NETWORK_CONFIG: {
            name: "network-config.yaml",
            content: renderLocalNetwork({
              mac: identity.MACHINE_MAC,
              address: config.nodeAddress,
            }),
          },
        },
        values: {
          ...identity,
          MACHINE_CPUS: String(cpus),
          MACHINE_MEMORY_MIB: String(memory),
          MACHINE_DISK_GIB: String(disk),
          MACHINE_SSH_PORT: String(config.sshPort),
          MACHINE_API_PORT: String(config.apiPort),
          MACHINE_NETWORK_PORT: networkPort,
        },
        paths: pathsOf(config, { image: "MACHINE_IMAGE", bundle: "MACHINE_BUNDLE" }),
        inputs: { MACHINE_USER_DATA: "secret" },
        firstBootOnly: ["MACHINE_NETWORK_CONFIG", "MACHINE_USER_DATA"],
      },
    };
  },
};

/** Which machine of this computer is meant: the name of a host alone is one in every cluster that has it. */
export function localIdentity(args: { readonly name: string; readonly clusterId: string }) {
  const { name, clusterId } = args;
  return {
    MACHINE_NAME: name,
    MACHINE_CLUSTER: clusterDigest(clusterId),
    MACHINE_MAC: macAddress(`${clusterId}/${name}`),
  };
}

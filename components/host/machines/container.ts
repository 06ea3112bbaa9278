/** A systemd container on this computer: a node of its own on this computer's kernel. */
import * as z from "zod";
import { cidrAround, parseIpv4 } from "../../text/cidr";
import { sorted } from "../../text/sorted";
import type { ImageSet } from "../artifacts";
import { setInContainer } from "../kernel";
import { fileVolumes } from "../volumes-config";
import { clusterDigest } from "./cluster-digest";
import { common, computerPath, pathsOf } from "./fields";
import { machineStep, type MachineSource } from "./source";

/** Shell files of one node, in the order they are joined. */
export const containerScripts: readonly string[] = [
  "host/container-base",
  "host/container-cgroups",
  "host/container-disk",
  "host/container-network",
  "host/container-volumes",
  "host/container-run",
  "host/container-verbs",
];

const schema = z.strictObject({
  source: z.literal("container").describe("A systemd container on this computer."),
  image: computerPath.describe(
    "Root file system of the node, with systemd and an SSH server: a directory, or a tar file of one.",
  ),
  bundle: computerPath
    .optional()
    .describe("Directory of a bundle; it is bind-mounted at `artifacts.path`, without a copy."),
  ...common,
  volumes: fileVolumes,
  nodeAddress: z.ipv4().describe("IPv4 address on the /24 network of this computer's containers."),
});

export const container: MachineSource<z.output<typeof schema>, typeof schema> = {
  schema,
  here: true,
  ownKernel: false,
  addresses({ nodeAddress }) {
    const operatorAddress = `${nodeAddress}:6443`;
    return { address: nodeAddress, port: 22, nodeAddress, operatorAddress };
  },
  claims: () => [],
  volumes: ({ volumes }) =>
    Object.fromEntries(
      Object.entries(volumes).map(([name, { sizeGiB }]) => [
        name,
        { device: `/dev/nordmesh/${name}`, sizeGiB },
      ]),
    ),
  // A container has the kernel of its computer: what it cannot set is refused, not pretended.
  check({ nodeAddress, kernel }) {
    const network = cidrAround({ address: nodeAddress, prefixLength: 24 });
    const taken = [network.first, network.first + 1, network.last];
    const ownAddress = taken.includes(parseIpv4(nodeAddress))
      ? [
          {
            field: "nodeAddress",
            text: `${nodeAddress} is this computer's or the network's own address; choose one from .2 to .254`,
          },
        ]
      : [];
    const beyond = Object.entries(kernel.sysctls)
      .filter(([sysctl, value]) => value !== "leave" && !setInContainer(sysctl))
      .map(([sysctl]) => ({
        field: `kernel.sysctls.${sysctl}`,
        text: "a container cannot set it, it has the kernel of this computer; remove the line and set it here, or take another source",
      }));
    return [...ownAddress, ...beyond];
  },
  plan({ name, resource, config, context }) {
    const { artifacts } = context;
    const further = context.imageSets.filter((set) => !everyBundle.includes(set));
    return {
      source: config.source,
      summary: `container on this computer, tree ${config.image}`,
      identity: {
        CONTAINER_AUTHORIZED_KEYS: "authorizedKeys",
        CONTAINER_HOST_KEY: "hostKey",
        CONTAINER_HOST_PUBLIC_KEY: "hostPublicKey",
      },
      step: {
        ...machineStep({ name, resource, title: "create the container on this computer" }),
        kind: "local",
        scripts: containerScripts,
        files: {},
        values: {
          CONTAINER_NAME: name,
          CONTAINER_NETWORK: containerNetwork(context.clusterId),
          CONTAINER_ADDRESS: `${config.nodeAddress}/24`,
          CONTAINER_USER: context.sshUser,
          ...(artifacts.source === "bundle" && {
            CONTAINER_BUNDLE_PATH: artifacts.path,
            // A set more makes the step look at the bundle again, which may be another one by now.
            ...(further.length > 0 && { CONTAINER_IMAGE_SETS: further.join(" ") }),
          }),
          ...(Object.keys(config.volumes).length > 0 && {
            CONTAINER_VOLUMES: sorted(config.volumes)
              .map(([volume, { sizeGiB }]) => `${volume}:${sizeGiB}`)
              .join(" "),
          }),
        },
        paths: pathsOf(config, { image: "CONTAINER_IMAGE", bundle: "CONTAINER_BUNDLE" }),
        inputs: {
          CONTAINER_AUTHORIZED_KEYS: "plain",
          CONTAINER_HOST_KEY: "secret",
          CONTAINER_HOST_PUBLIC_KEY: "plain",
        },
        firstBootOnly: [
          "CONTAINER_AUTHORIZED_KEYS",
          "CONTAINER_HOST_KEY",
          "CONTAINER_HOST_PUBLIC_KEY",
        ],
      },
    };
  },
};

/** Images that need no telling. */
const everyBundle: readonly ImageSet[] = ["kubernetes", "mesh"];

/** Interface of this computer that reaches a cluster's containers: 15 characters, the most there may be. */
export function containerNetwork(clusterId: string): string {
  return `nm-${clusterDigest(clusterId)}`;
}

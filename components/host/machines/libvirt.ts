/** A virtual machine on a KVM hypervisor that is reached over SSH. */
import * as z from "zod";
import { cidrAround, contains, formatCidr, parseIpv4 } from "../../text/cidr";
import { renderStaticNetwork } from "../cloud-init";
import { renderDomain } from "../domain";
import { macAddress } from "../mac-address";
import { diskVolumes } from "../volumes-config";
import {
  address,
  bundleMountOf,
  checkSize,
  common,
  hostKey,
  ipAddress,
  sha256,
  sshPort,
  virtualMachine,
} from "./fields";
import { machineStep, type FieldProblem, type MachineSource } from "./source";

const schema = z.strictObject({
  source: z.literal("libvirt").describe("A virtual machine on a hypervisor."),
  address: z.ipv4().describe("Static IPv4 address of the machine on the hypervisor's bridge."),
  sshPort,
  hypervisor: z
    .strictObject({
      address: address.describe("IP address or DNS name of the hypervisor."),
      sshPort,
      hostKey: hostKey.describe("Public ed25519 key of the hypervisor's SSH server."),
      bridge: z
        .string()
        .regex(/^[a-z0-9._-]{1,15}$/i, "expected a network interface name")
        .describe("Network bridge that the machine is attached to."),
      pool: z
        .string()
        .regex(/^\/[\w./-]+$/, "expected an absolute path")
        .default("/var/lib/libvirt/images")
        .describe("Directory on the hypervisor that holds the machines' disks."),
    })
    .describe("Hypervisor that the machine runs on."),
  image: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe("URL of a cloud image in qcow2 format."),
      sha256: sha256.describe("SHA-256 digest of the image file."),
    })
    .describe("Image that the system disk is created from."),
  gateway: z.ipv4().describe("IPv4 address of the default gateway."),
  prefixLength: z
    .number()
    .int()
    .min(8)
    .max(30)
    .default(24)
    .describe("Prefix length of the machine's network, in bits."),
  nameservers: z.array(ipAddress).min(1).describe("DNS servers of the machine."),
  ...virtualMachine,
  ...common,
  volumes: diskVolumes,
});
type Config = z.output<typeof schema>;

export const libvirt: MachineSource<Config, typeof schema> = {
  schema,
  here: false,
  ownKernel: true,
  addresses({ address, sshPort: port, nodeAddress = address }) {
    return { address, port, nodeAddress, operatorAddress: `${address}:6443` };
  },
  claims: ({ address, sshPort }) => [{ field: "address", value: `${address}:${sshPort}` }],
  volumes: ({ volumes }) => volumes,
  check: (config) => [...checkSize(config), ...checkNetwork(config)],
  plan({ name, resource, config, context }) {
    const { hypervisor, image } = config;
    const mac = macAddress(`${context.clusterId}/${name}`);
    return {
      source: config.source,
      summary: `machine on hypervisor ${hypervisor.address}, image ${image.url}`,
      bundleMount: bundleMountOf(context.artifacts),
      identity: { USER_DATA: "userData" },
      hypervisor: {
        host: hypervisor.address,
        port: hypervisor.sshPort,
        user: context.sshUser,
        hostKey: hypervisor.hostKey,
        attempts: context.connectAttempts,
      },
      step: {
        ...machineStep({ name, resource, title: "create the machine on its hypervisor" }),
        kind: "script",
        on: hypervisor.address,
        scripts: ["steps/common", "host/libvirt"],
        files: {
          NETWORK_CONFIG: {
            name: "network-config.yaml",
            content: renderStaticNetwork({ ...config, mac }),
          },
          DOMAIN_XML: { name: "domain.xml", content: renderDomain({ ...config, name, mac }) },
        },
        values: {
          HOST: name,
          POOL: hypervisor.pool,
          IMAGE_URL: image.url,
          IMAGE_SHA256: image.sha256,
          DISK_GIB: String(config.diskGiB),
        },
        inputs: { USER_DATA: "secret" },
        removes: true,
        timeoutSeconds: 1800,
      },
    };
  },
};

function checkNetwork(config: Config): readonly FieldProblem[] {
  const { address, gateway } = config;
  const network = cidrAround(config);
  const reserved = [network.first, network.last, parseIpv4(gateway)];
  return [
    ...(contains(network, gateway)
      ? []
      : [
          {
            field: "gateway",
            text: `${gateway} is outside the machine's network ${formatCidr(network)}`,
          },
        ]),
    ...(reserved.includes(parseIpv4(address))
      ? [
          {
            field: "address",
            text: `${address} is the gateway's or the network's own address; choose a free one`,
          },
        ]
      : []),
  ];
}

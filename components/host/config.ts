import { isIP } from "node:net";
import * as z from "zod";

const ipAddress = z.string().refine((text) => isIP(text) !== 0, "expected an IP address");
const dnsName = /^(?![\d.]+$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
const address = z
  .string()
  .max(253)
  .refine(
    (text) => isIP(text) !== 0 || dnsName.test(text),
    "expected an IP address or a DNS name, without a port",
  );
const port = z.number().int().min(1).max(65535);
const sshPort = port.default(22).describe("Port of the SSH server.");
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits");
/** Head of an ed25519 public key on the wire, RFC 8709: the type, then the length of the point. */
const ed25519Head = Buffer.from("0000000b7373682d6564323535313900000020", "hex");
const hostKey = z.string().refine((text) => {
  const [type, blob = ""] = text.split(" ");
  const bytes = Buffer.from(blob, "base64");
  const complete = bytes.length === ed25519Head.length + 32 && bytes.toString("base64") === blob;
  return type === "ssh-ed25519" && complete && bytes.indexOf(ed25519Head) === 0;
}, 'expected an ed25519 public host key, "ssh-ed25519 AAAA…" (on the host: cat /etc/ssh/ssh_host_ed25519_key.pub)');
const labelName = "([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)";
const labelKey = new RegExp(`^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?${labelName}$`);
const taint = new RegExp(
  `^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?${labelName}(=${labelName}?)?:(NoSchedule|PreferNoSchedule|NoExecute)$`,
);
const kubernetesName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "expected a DNS label in lower case");

/** Kernel profile of a host. */
export const KernelConfig = z.strictObject({
  profile: z
    .enum(["balanced", "throughput"])
    .default("balanced")
    .describe("Named set of sysctls; throughput has larger queues and buffers."),
  sysctls: z
    .record(
      z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_*/-]+)+$/i, "expected a dotted sysctl name"),
      z.union([
        z.number().int(),
        z.string().regex(/^[\x20-\x7e]+$/, "expected one line of plain text"),
      ]),
    )
    .default({})
    .describe(
      "Values on top of the profile, by full sysctl name; `leave` takes one out of the profile: the host keeps its own.",
    ),
  openFiles: z
    .number()
    .int()
    .min(65536)
    .default(1048576)
    .describe("Open files a service or login may hold (nofile)."),
});
export type KernelConfig = z.output<typeof KernelConfig>;

/** Limits of the checks that run before anything on a host changes. */
export const PreflightConfig = z.strictObject({
  minVirtualCpus: z
    .number()
    .int()
    .min(2)
    .default(4)
    .describe("vCPUs a host must have; kubeadm itself needs 2."),
  minMemoryMiB: z
    .number()
    .int()
    .min(1700)
    .default(7600)
    .describe("Memory a host must have, MiB. 7600 is what an 8 GiB server shows."),
  minDiskFreeMiB: z.number().int().min(2048).default(10240).describe("Free space under /var, MiB."),
  warnStealPercent: z.number().min(0).max(100).default(0.5).describe("CPU steal that warns."),
  refuseStealPercent: z.number().min(0).max(100).default(5).describe("CPU steal that refuses."),
  maxFsyncMilliseconds: z
    .number()
    .positive()
    .default(10)
    .describe("99th percentile of a 4 KiB fdatasync under /var that warns (etcd's advice)."),
  maxClockOffsetSeconds: z
    .number()
    .positive()
    .default(2)
    .describe("Difference to the clock of the machine that runs Pulumi that refuses."),
  cpuFlags: z
    .array(z.string().regex(/^[a-z0-9_]+$/, "expected a flag as /proc/cpuinfo spells it"))
    .default(["aes", "avx2", "cx16", "popcnt", "sse4_2", "ssse3"])
    .describe("Flags /proc/cpuinfo must show: AES, AVX2 and the x86-64-v2 set."),
});
export type PreflightConfig = z.output<typeof PreflightConfig>;

const common = {
  role: z.enum(["control-plane", "worker"]).describe("What the host does in the cluster."),
  bootstrap: z
    .boolean()
    .default(false)
    .describe(
      "True on the control plane that begins the cluster and where steps for all of it run; by default the first by name. Move it to one that runs before that host is replaced.",
    ),
  nodeAddress: z.ipv4().optional().describe("Address other nodes use; defaults to `address`."),
  labels: z
    .record(
      z.string().regex(labelKey, "expected a label key such as example.net/disk"),
      z
        .string()
        .regex(
          new RegExp(`^${labelName}?$`),
          "expected a label value: up to 63 of A-Z a-z 0-9 . _ -",
        ),
    )
    .default({})
    .describe("Node labels, kept as declared."),
  taints: z
    .array(
      z.string().regex(taint, "expected key=value:NoSchedule, :PreferNoSchedule or :NoExecute"),
    )
    .default([])
    .describe("Node taints, key=value:Effect."),
  kernel: KernelConfig.prefault({}).describe("Kernel settings of this host."),
  preflight: PreflightConfig.prefault({}).describe("Limits of the checks before any change."),
};

/** Of the computer that runs Pulumi. */
const computerPath = z
  .string()
  .regex(/^(\/|~\/)[\w./~-]+$/, "expected /… or ~/…, a path of this computer");

const virtualMachine = {
  virtualCpus: z.number().int().min(2).default(4).describe("vCPUs of the machine."),
  memoryMiB: z.number().int().min(2048).default(8192).describe("Memory of the machine, MiB."),
  diskGiB: z.number().int().min(10).default(40).describe("Size of the system disk, GiB."),
};

/** A server that is already reachable over SSH. */
const existing = z.strictObject({
  source: z.literal("existing").describe("A server that is there."),
  address: address.describe("IP address or DNS name of the SSH server."),
  sshPort,
  hostKey: hostKey.describe("Public ed25519 key the SSH server must show."),
  ...common,
});

/** A virtual machine on this computer, run by QEMU. */
const local = z.strictObject({
  source: z.literal("local").describe("A virtual machine on this computer."),
  image: computerPath.describe(
    "What the machine boots: a directory with disk.raw, vmlinuz and initrd.img, or one bootable qcow2 file.",
  ),
  bundle: computerPath
    .optional()
    .describe("Disk image with a bundle, labelled NORDMESH; mounted where `artifacts.path` says."),
  sshPort: port.describe("Port on 127.0.0.1 that leads to the machine's SSH server."),
  apiPort: port.describe("Port on 127.0.0.1 that leads to the machine's port 6443."),
  ...virtualMachine,
  ...common,
  nodeAddress: z.ipv4().describe("Address on the private network between local machines, /24."),
});

/** A systemd container on this computer: a node of its own on this computer's kernel. */
const container = z.strictObject({
  source: z.literal("container").describe("A systemd container on this computer."),
  image: computerPath.describe(
    "Root tree of the node, with systemd and an SSH server: a directory, or a tar file of one.",
  ),
  bundle: computerPath
    .optional()
    .describe("Directory of a bundle; appears where `artifacts.path` says, nothing is copied."),
  ...common,
  nodeAddress: z.ipv4().describe("Address on the network of this computer's containers, /24."),
});

/** A virtual machine on a KVM hypervisor that is reached over SSH. */
const libvirt = z.strictObject({
  source: z.literal("libvirt").describe("A virtual machine on a hypervisor."),
  address: z.ipv4().describe("Static address of the machine on the hypervisor's bridge."),
  sshPort,
  hypervisor: z
    .strictObject({
      address: address.describe("IP address or DNS name of the hypervisor."),
      sshPort,
      hostKey: hostKey.describe("Public ed25519 key of the hypervisor's SSH server."),
      bridge: z
        .string()
        .regex(/^[a-z0-9._-]{1,15}$/i, "expected a network interface name")
        .describe("Bridge the machine joins."),
      pool: z
        .string()
        .regex(/^\/[\w./-]+$/, "expected an absolute path")
        .default("/var/lib/libvirt/images")
        .describe("Directory for disks."),
    })
    .describe("Computer the machine runs on."),
  image: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe("Cloud image, qcow2."),
      sha256: sha256.describe("SHA-256 of that file."),
    })
    .describe("What its disk begins as."),
  gateway: z.ipv4().describe("Default route of the machine."),
  prefixLength: z.number().int().min(8).max(30).default(24).describe("Size of its network, bits."),
  nameservers: z.array(ipAddress).min(1).describe("DNS servers of the machine."),
  ...virtualMachine,
  ...common,
});

export const HostConfig = z.discriminatedUnion("source", [existing, local, container, libvirt]);
export type HostConfig = z.output<typeof HostConfig>;

export const HostName = kubernetesName;
export { sha256 };

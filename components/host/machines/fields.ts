/** Fields that sources of hosts share. */
import { isIP } from "node:net";
import * as z from "zod";
import type { ArtifactSource } from "../artifacts";
import { KernelConfig } from "../kernel-config";
import { PreflightConfig } from "../preflight-config";
import type { FieldProblem } from "./source";

export const ipAddress = z.string().refine((text) => isIP(text) !== 0, "expected an IP address");
const dnsName = /^(?![\d.]+$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
export const address = z
  .string()
  .max(253)
  .refine(
    (text) => isIP(text) !== 0 || dnsName.test(text),
    "expected an IP address or a DNS name, without a port",
  );
export const port = z.number().int().min(1).max(65535);
export const sshPort = port.default(22).describe("Port of the SSH server.");
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits");
/** Head of an ed25519 public key on the wire, RFC 8709: the type, then the length of the point. */
const ed25519Head = Buffer.from("0000000b7373682d6564323535313900000020", "hex");
export const hostKey = z.string().refine((text) => {
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

/** Of every host. */
export const common = {
  role: z.enum(["control-plane", "worker"]).describe("Role of the host in the cluster."),
  bootstrap: z
    .boolean()
    .default(false)
    .describe(
      "True: this control plane initializes the cluster and runs the cluster-wide steps; without it, the first control plane by name does. Before replacing that host, move this setting to a running control plane.",
    ),
  nodeAddress: z
    .ipv4()
    .optional()
    .describe("IPv4 address at which other nodes reach this one; by default, `address`."),
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
    .describe("Node labels by key; the stack keeps them as declared."),
  taints: z
    .array(
      z.string().regex(taint, "expected key=value:NoSchedule, :PreferNoSchedule or :NoExecute"),
    )
    .default([])
    .describe("Node taints in the form key=value:Effect, such as dedicated=db:NoSchedule."),
  kernel: KernelConfig.prefault({}).describe("Kernel settings of this host."),
  preflight: PreflightConfig.prefault({}).describe(
    "Limits of the checks that run before anything on the host is changed.",
  ),
};

/** Of the computer that runs Pulumi. */
export const computerPath = z
  .string()
  .regex(/^(\/|~\/)[\w./~-]+$/, "expected /… or ~/…, a path of this computer");

/** Size of a machine that the stack makes. */
export const virtualMachine = {
  virtualCpus: z.number().int().min(2).default(4).describe("Number of vCPUs."),
  memoryMiB: z.number().int().min(2048).default(8192).describe("Memory size, in MiB."),
  diskGiB: z.number().int().min(10).default(40).describe("Size of the system disk, in GiB."),
};

/** A machine that is smaller than its own preflight asks for would never pass it. */
export function checkSize(config: {
  readonly preflight: z.output<typeof PreflightConfig>;
  readonly virtualCpus: number;
  readonly memoryMiB: number;
  readonly diskGiB: number;
}): readonly FieldProblem[] {
  const { preflight } = config;
  const limits = [
    ["minVirtualCpus", preflight.minVirtualCpus, "virtualCpus", config.virtualCpus],
    ["minMemoryMiB", preflight.minMemoryMiB, "memoryMiB", config.memoryMiB],
    ["minDiskFreeMiB", preflight.minDiskFreeMiB, "diskGiB", config.diskGiB * 1024],
  ] as const;
  return limits
    .filter(([, needed, , given]) => needed > given)
    .map(([minimum, needed, size]) => ({
      field: `preflight.${minimum}`,
      text: `${needed} is more than the machine gets; lower it or raise ${size}`,
    }));
}

/** Label of the filesystem that carries a bundle to a created machine. */
const bundleLabel = "NORDMESH";

export function bundleMountOf(
  artifacts: ArtifactSource,
): { readonly label: string; readonly path: string } | undefined {
  return artifacts.source === "bundle" ? { label: bundleLabel, path: artifacts.path } : undefined;
}

/** Parameters of a script for what a machine is made from. */
export function pathsOf(
  config: { readonly image: string; readonly bundle?: string | undefined },
  names: { readonly image: string; readonly bundle: string },
): Readonly<Record<string, string>> {
  return {
    [names.image]: config.image,
    ...(config.bundle !== undefined && { [names.bundle]: config.bundle }),
  };
}

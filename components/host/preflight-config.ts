/** What an environment says about the checks of a host. */
import * as z from "zod";

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

/** What an environment says about the checks of a host. */
import * as z from "zod";

/** Limits of the checks that run before anything on a host changes. */
export const PreflightConfig = z.strictObject({
  minVirtualCpus: z
    .number()
    .int()
    .min(2)
    .default(4)
    .describe("Minimum number of vCPUs; kubeadm requires 2."),
  minMemoryMiB: z
    .number()
    .int()
    .min(1700)
    .default(7600)
    .describe("Minimum memory, in MiB; an 8 GiB server reports about 7600."),
  minDiskFreeMiB: z
    .number()
    .int()
    .min(2048)
    .default(10240)
    .describe("Minimum free disk space under /var, in MiB."),
  warnStealPercent: z
    .number()
    .min(0)
    .max(100)
    .default(0.5)
    .describe("CPU steal above which the check warns, in percent."),
  refuseStealPercent: z
    .number()
    .min(0)
    .max(100)
    .default(5)
    .describe("CPU steal above which the check fails, in percent."),
  maxFsyncMilliseconds: z
    .number()
    .positive()
    .default(10)
    .describe(
      "99th percentile of a 4 KiB fdatasync under /var above which the check warns, in milliseconds; the default is the etcd recommendation.",
    ),
  maxClockOffsetSeconds: z
    .number()
    .positive()
    .default(2)
    .describe(
      "Difference from the clock of the computer that runs Pulumi above which the check fails, in seconds.",
    ),
  cpuFlags: z
    .array(z.string().regex(/^[a-z0-9_]+$/, "expected a flag as /proc/cpuinfo spells it"))
    .default(["aes", "avx2", "cx16", "popcnt", "sse4_2", "ssse3"])
    .describe("Flags that /proc/cpuinfo must list; by default, AES, AVX2 and the x86-64-v2 set."),
});
export type PreflightConfig = z.output<typeof PreflightConfig>;

/** What an environment says about the kernel of a host. */
import * as z from "zod";

export const sysctlValue = z.union([
  z.number().int(),
  z.string().regex(/^[\x20-\x7e]+$/, "expected one line of plain text"),
]);

/** Kernel profile of a host. */
export const KernelConfig = z.strictObject({
  profile: z
    .enum(["balanced", "throughput"])
    .default("balanced")
    .describe(
      "Set of sysctl values. balanced: for any node of a mesh. throughput: the same with larger queues and buffers.",
    ),
  sysctls: z
    .record(
      z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_*/-]+)+$/i, "expected a dotted sysctl name"),
      sysctlValue,
    )
    .default({})
    .describe(
      "Values that override the profile, by full sysctl name; with `leave`, the host keeps its own value.",
    ),
  openFiles: z
    .number()
    .int()
    .min(65536)
    .default(1048576)
    .describe(
      "Maximum number of open files (nofile) of the kubelet, containerd and login sessions.",
    ),
});
export type KernelConfig = z.output<typeof KernelConfig>;

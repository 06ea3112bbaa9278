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
    .describe("Named set of sysctls; throughput has larger queues and buffers."),
  sysctls: z
    .record(
      z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_*/-]+)+$/i, "expected a dotted sysctl name"),
      sysctlValue,
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

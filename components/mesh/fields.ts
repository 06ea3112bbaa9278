/** Small schemas that several sections of the mesh share. */
import * as z from "zod";
import { bytes, cpuPattern, memoryPattern, milliCpus } from "./quantity";
import { durationPattern, milliseconds } from "../text/duration";

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

export const name = z
  .string()
  .regex(new RegExp(`^${label}$`), "expected a DNS label in lower case, up to 63 characters");

/** `namespace/name` of an object in the cluster. */
export const namespacedName = z
  .string()
  .regex(new RegExp(`^${label}/${label}$`), "expected namespace/name in lower case");

export const labelValue = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, "expected a label value in lower case");

export const labels = z
  .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9./_-]*$/, "expected a label key"), z.string())
  .refine((map) => Object.keys(map).length > 0, "expected at least one label");

export const port = z.number().int().min(1).max(65535);

export const duration = z
  .string()
  .regex(durationPattern, 'expected a duration such as "500ms", "2s" or "3m"')
  .refine(
    (text) => !durationPattern.test(text) || milliseconds(text) >= 1,
    "expected at least 1ms",
  );

const cpu = z
  .string()
  .regex(cpuPattern, 'expected CPU such as "100m", "0.5" or "2"')
  .refine((text) => !cpuPattern.test(text) || milliCpus(text) > 0, "expected more than 0");
const memory = z
  .string()
  .regex(memoryPattern, 'expected memory such as "256Mi" or "1Gi"')
  .refine((text) => !memoryPattern.test(text) || bytes(text) > 0, "expected more than 0");

export const resourceFields = {
  cpu: cpu.describe("CPU request, such as 100m or 0.5."),
  memory: memory.describe("Memory request, such as 256Mi."),
  cpuLimit: cpu.optional().describe("CPU limit, such as 2; by default, the chart's."),
  memoryLimit: memory.optional().describe("Memory limit, such as 1Gi; by default, the chart's."),
};

export const Resources = z
  .strictObject(resourceFields)
  .refine(
    ({ cpu: request, cpuLimit: limit }) =>
      limit === undefined || milliCpus(limit) >= milliCpus(request),
    { path: ["cpuLimit"], message: "expected at least the CPU that is requested" },
  )
  .refine(
    ({ memory: request, memoryLimit: limit }) =>
      limit === undefined || bytes(limit) >= bytes(request),
    { path: ["memoryLimit"], message: "expected at least the memory that is requested" },
  );
export type Resources = z.output<typeof Resources>;

export const Replicas = z
  .strictObject({
    min: z.number().int().min(1).describe("Minimum number of pods."),
    max: z
      .number()
      .int()
      .min(1)
      .describe("Maximum number of pods; if it equals min, there is no autoscaler."),
  })
  .refine(({ min, max }) => max >= min, { path: ["max"], message: "expected at least min" });
export type Replicas = z.output<typeof Replicas>;

/** From what a program wrote about a mesh to its plan, and which part of the plan each class makes. */
import * as z from "zod";
import { parseConfig, problemsOf } from "../config/parse";
import { placeSteps } from "../steps/place";
import type { ClusterStep } from "../steps/step";
import type { ClusterFacts } from "../steps/target";
import { MeshConfig } from "./config";
import type { TracingTarget } from "./context";
import { planMesh, type MeshPlan } from "./plan";

/** What a program says of a mesh besides what is in a file. */
const Beside = z.object({
  tracing: z
    .strictObject({
      service: z.string(),
      namespace: z.string(),
      port: z.int().min(1).max(65_535),
      samplingPercent: z.number().min(0).max(100),
    })
    .optional(),
  revision: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "expected a name such as 1-31-1")
    .optional(),
});

/** @throws ConfigError with one line a problem, by path below `args`. */
export function planFromArgs(args: {
  readonly raw: unknown;
  readonly facts: ClusterFacts;
  readonly tracing?: TracingTarget | undefined;
  /** Of a control plane that somebody else installed. */
  readonly revision?: string | undefined;
  /** True where breakers are to be counted that are declared elsewhere. */
  readonly breaks?: boolean;
  /** Problems of what is not in the schema. */
  readonly problems: readonly string[];
}): MeshPlan {
  const { raw, facts, tracing, revision, breaks, problems } = args;
  const check = (): readonly string[] => [
    ...problems,
    ...problemsOf(Beside, { tracing, revision }),
  ];
  const config = parseConfig({ schema: MeshConfig, raw, root: "args", check });
  return placeSteps(
    planMesh({
      config,
      cluster: { environment: facts.name, ...facts },
      ...(tracing !== undefined && { tracing }),
      ...(revision !== undefined && { revision }),
      ...(breaks !== undefined && { breaks }),
    }),
    facts.place,
  );
}

/** Steps that install Istio. */
export function installSteps({ steps, installs }: MeshPlan): readonly ClusterStep[] {
  return steps.filter(({ name }) => installs.includes(name));
}

/** Steps of policies; where somebody else installed Istio, none of them waits for that. */
export function policySteps(
  { steps, installs }: MeshPlan,
  { installed }: { readonly installed: "here" | "elsewhere" },
): readonly ClusterStep[] {
  const own = steps.filter(({ name }) => !installs.includes(name));
  if (installed === "here") return own;
  return own.map((step) => ({
    ...step,
    after: step.after.filter((name) => !installs.includes(name)),
  }));
}

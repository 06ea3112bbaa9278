/** From what a program wrote about a mesh to its plan, and which part of the plan each class makes. */
import { parseConfig } from "../config/parse";
import { placeSteps } from "../steps/place";
import type { ClusterStep } from "../steps/step";
import type { ClusterFacts } from "../steps/target";
import { MeshConfig } from "./config";
import type { TracingTarget } from "./context";
import { planMesh, type MeshPlan } from "./plan";

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
  const check = (): readonly string[] => problems;
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

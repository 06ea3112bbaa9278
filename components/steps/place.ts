/** Steps of a cluster that is known: where their scripts run, and what the first of them wait for. */
import type { ClusterStep, ScriptStep } from "./step";

export interface Place {
  /** Host that administers the cluster; by default the computer that runs Pulumi. */
  readonly host?: string;
  /** Step that the cluster is ready after; undefined if it is ready already. */
  readonly after?: string;
}

export function placeSteps<Plan extends { readonly steps: readonly ClusterStep[] }>(
  plan: Plan,
  { host, after }: Place,
): Plan {
  return { ...plan, steps: plan.steps.map((step) => place(step)) };

  function place(step: ClusterStep): ClusterStep {
    const first = step.after.length === 0 && after !== undefined;
    const waiting = first ? { ...step, after: [after] } : step;
    if (waiting.kind !== "script" || host === undefined) return waiting;
    return { ...waiting, host, values: { HOST: host, ...waiting.values } };
  }
}

/** The step as it runs on the computer of an operator, who has a kubeconfig and kubectl. */
export function withKubeconfig(step: ScriptStep): ScriptStep {
  const [common = "", ...rest] = step.scripts;
  return {
    ...step,
    scripts: [common, "steps/here", ...rest],
    values: { HOST: "this computer", ...step.values },
    inputs: { ...step.inputs, KUBECONFIG_TEXT: "secret" },
  };
}

/** Steps of the cluster that run on one of its control planes. */
import type { GateStep } from "../components/objects/step";
import type { StepPlan } from "../components/remote/step";
import type { StackPlan } from "./plan";

/** Where the step that waits for the nodes runs, kubectl and the administrator's kubeconfig are. */
export function gateStep({ kubernetes }: StackPlan, gate: GateStep): StepPlan {
  const host = kubernetes.bootstrapHost;
  const { name, title, scripts, variables, timeoutSeconds } = gate;
  return {
    name,
    title,
    host,
    scripts,
    variables: { HOST: host, ...variables },
    inputs: [],
    secrets: [],
    removes: false,
    timeoutSeconds,
  };
}

export function gatesOf(plan: StackPlan): readonly StepPlan[] {
  return plan.objects.flatMap((step) => (step.kind === "gate" ? [gateStep(plan, step)] : []));
}

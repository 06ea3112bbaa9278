import type { StepPlan } from "../../components/remote/step";
import { gatesOf } from "../../stacks/gates";
import type { StackPlan } from "../../stacks/plan";

/** Every step of a plan that runs over SSH. */
export function stepsOf(plan: StackPlan): readonly StepPlan[] {
  const { hosts, kubernetes } = plan;
  const machines = hosts.flatMap(({ machine }) =>
    machine.source === "libvirt" ? [machine.step] : [],
  );
  return [
    ...machines,
    ...hosts.flatMap((host) => [host.preflight, host.node]),
    ...kubernetes.steps,
    ...gatesOf(plan),
  ];
}

/** Steps that make hosts members, in the order of the plan. */
export function membersOf({ kubernetes }: StackPlan, role?: string): readonly StepPlan[] {
  const members = kubernetes.steps.filter(({ name }) => name.endsWith("-join"));
  if (role === undefined) return members;
  const controlPlane = (step: StepPlan): boolean => step.variables["PROXY_CONFIG"] !== undefined;
  return members.filter((step) => controlPlane(step) === (role === "control-plane"));
}

/** The step of this name. */
export function stepOf(plan: StackPlan, name: string): StepPlan {
  const found = stepsOf(plan).find((step) => step.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
}

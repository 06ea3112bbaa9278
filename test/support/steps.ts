import { inputsOf, variablesOf, type ScriptStep } from "../../components/steps/step";
import { stepsOf as allSteps, type StackPlan } from "../../components/environment/plan";

/** A step that runs over SSH, with what it sends in the open and the names of what stays secret. */
export interface SentStep extends ScriptStep {
  readonly host: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** Every step of a plan that runs over SSH. */
export function stepsOf(plan: StackPlan): readonly SentStep[] {
  return allSteps(plan).flatMap((step) => (step.kind === "script" ? [sent(step)] : []));
}

export function sent(step: ScriptStep): SentStep {
  const secrets = inputsOf(step, "secret");
  return { ...step, host: step.host ?? "", variables: variablesOf(step), secrets };
}

/** Steps that make hosts members, in the order of the plan. */
export function membersOf({ kubernetes }: StackPlan, role?: string): readonly SentStep[] {
  const members = kubernetes.steps.filter(({ name }) => name.endsWith("-join")).map(sent);
  if (role === undefined) return members;
  const controlPlane = (step: SentStep): boolean => step.variables["PROXY_CONFIG"] !== undefined;
  return members.filter((step) => controlPlane(step) === (role === "control-plane"));
}

/** The step of this name. */
export function stepOf(plan: StackPlan, name: string): SentStep {
  const found = stepsOf(plan).find((step) => step.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
}

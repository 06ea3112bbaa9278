/** Guard rails by name, as `stack.guardRails` chooses them: what holds whatever else is declared. */
import { ConfigError } from "../config/error";
import { planStack, type StackPlan } from "./plan";
import {
  bundlePinned,
  checkStack,
  controlPlanes,
  endpointOutlivesHosts,
  everyHostKeyPinned,
  noLocalHosts,
  podsConfined,
  risksAccepted,
  stagesAccepted,
  type Rule,
} from "./rules";

export interface GuardRails {
  /** True where resources must not be deleted by a mistake in the program or the YAML. */
  readonly protect: boolean;
  readonly rules: readonly Rule[];
}

export const guardRails = {
  development: { protect: false, rules: [risksAccepted] },
  production: {
    protect: true,
    rules: [
      controlPlanes({ atLeast: 3 }),
      endpointOutlivesHosts,
      everyHostKeyPinned,
      bundlePinned,
      noLocalHosts,
      podsConfined,
      risksAccepted,
      stagesAccepted,
    ],
  },
} as const satisfies Readonly<Record<string, GuardRails>>;

export type GuardRailsName = keyof typeof guardRails;

export const guardRailsNames = Object.keys(guardRails) as readonly GuardRailsName[];

/** What a set does, in words. */
export function describeGuardRails(name: GuardRailsName): string {
  const { protect, rules }: GuardRails = guardRails[name];
  const kept = protect ? "the cluster and its nodes from deletion" : "nothing";
  return `protects ${kept}; refuses ${rules.map(({ refuses }) => refuses).join(", ")}`;
}

/**
 * The plan of an environment that keeps the guard rails it chose; `config` must have passed parseStack.
 *
 * @throws ConfigError as refuseBroken does.
 */
export function planGuarded(args: Parameters<typeof planStack>[0]): StackPlan {
  const plan = planStack(args);
  refuseBroken(plan);
  return plan;
}

/** @throws ConfigError with every problem of every rule that the environment chose. */
export function refuseBroken(plan: StackPlan): void {
  const problems = checkStack(plan, guardRails[plan.guardRails].rules);
  if (problems.length > 0) throw new ConfigError(problems);
}

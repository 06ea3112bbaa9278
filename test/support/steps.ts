import type { StepPlan } from "../../components/remote/step";
import type { StackPlan } from "../../stacks/plan";

/** Every step of a plan that runs over SSH. */
export function stepsOf({ hosts, kubernetes }: StackPlan): readonly StepPlan[] {
  const machines = hosts.flatMap(({ machine }) =>
    machine.source === "libvirt" ? [machine.step] : [],
  );
  const { init, credentials, admission, controlPlaneJoins, workerJoins, nodes } = kubernetes;
  return [
    ...machines,
    ...hosts.flatMap((host) => [host.preflight, host.node]),
    ...[init, credentials, ...(admission === undefined ? [] : [admission])],
    ...[...controlPlaneJoins, ...workerJoins, nodes],
  ];
}

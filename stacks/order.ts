/** The steps of a stack in the order they run, and what each waits for. */
import { clusterSteps } from "../components/kubernetes/members";
import { gateStep } from "./gates";
import type { StackPlan } from "./plan";

export interface OrderedStep {
  /** Resource name. */
  readonly name: string;
  /** Host it runs on; absent for what runs on this computer or goes to the cluster's API. */
  readonly host?: string | undefined;
  readonly inCluster?: true;
  readonly title: string;
  /** Names of the steps it waits for. */
  readonly after: readonly string[];
  /** Secrets it gets, by the name of the variable. */
  readonly secrets: readonly string[];
}

/** Mirrors composeCluster, which a test compares with this. */
export function orderSteps(plan: StackPlan): readonly OrderedStep[] {
  const { hosts, kubernetes } = plan;
  const machines = hosts.flatMap((host): OrderedStep[] => {
    const name = `${host.name}-machine`;
    switch (host.machine.source) {
      case "existing":
        return [];
      case "local":
        return [
          {
            name,
            title: "create the machine on this computer",
            after: [],
            secrets: ["MACHINE_USER_DATA"],
          },
        ];
      case "container":
        return [
          {
            name,
            title: "create the container on this computer",
            after: [],
            secrets: ["CONTAINER_HOST_KEY"],
          },
        ];
      case "libvirt": {
        const { title, secrets } = host.machine.step;
        return [{ name, host: host.machine.hypervisor.host, title, after: [], secrets }];
      }
      default:
        return host.machine satisfies never;
    }
  });
  const created = new Set(machines.map((machine) => machine.name));
  const machineOf = (host: string): readonly string[] =>
    [`${host}-machine`].filter((name) => created.has(name));
  const preflights = hosts.map((host) => ({ ...host.preflight, after: machineOf(host.name) }));
  const fleet = {
    name: "fleet",
    title: "compare the hosts with each other; nothing has changed on any of them so far",
    after: preflights.map((step) => step.name),
    secrets: [],
  };
  const nodes = hosts.map((host) => ({ ...host.node, after: [fleet.name] }));
  const onHosts = [...machines, ...preflights, fleet, ...nodes, ...kubernetes.steps].map(
    ({ name, title, after, secrets, ...rest }) => {
      const host = "host" in rest ? rest.host : undefined;
      return { name, host, title, after, secrets };
    },
  );
  const inCluster = plan.objects.map((step): OrderedStep => ({
    name: step.name,
    ...(step.kind === "gate" ? { host: gateStep(plan, step).host } : { inCluster: true }),
    title: step.title,
    after: step.after.length === 0 ? [clusterSteps.nodes] : step.after,
    secrets: step.kind === "object" ? Object.values(step.secretData ?? {}) : [],
  }));
  return [...onHosts, ...inCluster];
}

/** Guard rails: what an environment refuses, whatever its YAML says. */
import { hostOf } from "../components/kubernetes/endpoint";
import { ConfigError } from "./config-error";
import type { StackPlan } from "./plan";

/** Returns one line a problem. */
export type Rule = (plan: StackPlan) => readonly string[];

/** What holds for one environment besides its configuration. */
export interface StackDeclaration {
  /** True where resources must not be deleted by a mistake in the program or the YAML. */
  readonly protect: boolean;
  readonly rules: readonly Rule[];
}

export function checkStack(plan: StackPlan, rules: readonly Rule[]): readonly string[] {
  return rules.flatMap((rule) => rule(plan));
}

/** @throws ConfigError with every problem of every rule. */
export function refuseBroken(plan: StackPlan, rules: readonly Rule[]): void {
  const problems = checkStack(plan, rules);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Enough control planes that etcd survives the loss of one. */
export function controlPlanes(args: { readonly atLeast: number }): Rule {
  return ({ environment, hosts }) => {
    const count = hosts.filter((host) => host.role === "control-plane").length;
    if (count >= args.atLeast) return [];
    return [
      `stack.hosts: ${count} of role control-plane; ${environment} needs at least ${args.atLeast}`,
    ];
  };
}

/** No connection is trusted on first use: neither to a host nor to a hypervisor. */
export const everyHostKeyPinned: Rule = ({ environment, hosts }) =>
  hosts.flatMap(({ name, connection, machine }) => {
    const pinned =
      machine.source === "existing"
        ? connection.hostKey
        : machine.source !== "libvirt" || machine.hypervisor.hostKey;
    if (pinned !== undefined) return [];
    return [`stack.hosts.${name}: no hostKey; ${environment} pins the key of every SSH server`];
  });

/** A bundle is only as good as the digest that says which one it is. */
export const bundlePinned: Rule = ({ environment, artifacts }) => {
  if (artifacts.source !== "bundle" || artifacts.manifestSha256 !== undefined) return [];
  return [
    `stack.artifacts.manifestSha256: missing; ${environment} pins its bundle (sha256sum SHA256SUMS)`,
  ];
};

/** Machines and containers on the computer that runs Pulumi are for trying things out. */
export const noLocalHosts: Rule = ({ environment, hosts }) =>
  hosts
    .filter(({ machine }) => machine.source === "local" || machine.source === "container")
    .map(
      ({ name, machine }) =>
        `stack.hosts.${name}.source: ${machine.source} is for development; ${environment} takes existing or libvirt`,
    );

/** A namespace may ask for more rights; without asking, no pod gets its node. */
export const podsConfined: Rule = ({ environment, kubernetes }) => {
  if (kubernetes.podSecurity !== "privileged") return [];
  return [
    `stack.kubernetes.podSecurity: privileged lets any pod take over its node; ${environment} takes baseline or restricted, and a namespace that needs more gets the label pod-security.kubernetes.io/enforce`,
  ];
};

/** With several control planes an external endpoint must not fail together with one of them. */
export const endpointOutlivesHosts: Rule = ({ environment, hosts, kubernetes }) => {
  const { kind, nodes } = kubernetes.endpoint;
  if (kind === "node-local") return [];
  const endpoint = hostOf(nodes);
  return hosts
    .filter((host) => [host.nodeAddress, host.connection.host].includes(endpoint))
    .map(
      ({ name }) =>
        `stack.kubernetes.endpoint: ${endpoint} is ${name} alone; ${environment} needs node-local, or a load balancer or virtual address of its own`,
    );
};

/** Nothing that is likely to hurt, unless somebody accepted it in writing. */
export const risksAccepted: Rule = ({ mesh, addons, loadBalancer }) =>
  Object.entries({ mesh, addons, loadBalancer }).flatMap(([section, plan]) => [
    ...(plan?.findings ?? []).map(
      ({ rule, at, value, consequence, safe }) =>
        `stack.${section}.${at}: ${value} ${consequence}; ${safe} (${rule})`,
    ),
    ...(plan?.unusedAcceptances ?? []).map(
      ({ rule, at }) =>
        `stack.${section}.accept: ${rule} finds nothing at ${at} any more; remove the entry`,
    ),
  ]);

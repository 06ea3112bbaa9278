/** Rules that guard rails are made of. */
import type { Finding } from "../findings/finding";
import { hostOf } from "../kubernetes/endpoint";
import type { StackPlan } from "./plan";

export interface Rule {
  /** What it refuses, in a few words after "refuses". */
  readonly refuses: string;
  /** One line a problem. */
  readonly check: (plan: StackPlan) => readonly string[];
}

export function checkStack(plan: StackPlan, rules: readonly Rule[]): readonly string[] {
  return rules.flatMap(({ check }) => check(plan));
}

/** Who demands it, by path and value: the other way out of a refusal. */
function demanding({ guardRails }: StackPlan): string {
  return `stack.guardRails ${guardRails}`;
}

/** Enough control planes that etcd survives the loss of one. */
export function controlPlanes({ atLeast }: { readonly atLeast: number }): Rule {
  return {
    refuses: `fewer than ${atLeast} control planes`,
    check: (plan) => {
      const count = plan.hosts.filter((host) => host.role === "control-plane").length;
      if (count >= atLeast) return [];
      return [
        `stack.hosts: ${count} of role control-plane; ${demanding(plan)} needs at least ${atLeast}`,
      ];
    },
  };
}

/** No connection is trusted on first use: neither to a host nor to a hypervisor. */
export const everyHostKeyPinned: Rule = {
  refuses: "an SSH server without a hostKey",
  check: (plan) =>
    plan.hosts.flatMap(({ name, connection, machine }) => {
      const pinned =
        machine.step === undefined
          ? connection.hostKey
          : machine.hypervisor === undefined || machine.hypervisor.hostKey;
      if (pinned !== undefined) return [];
      return [
        `stack.hosts.${name}: no hostKey; ${demanding(plan)} pins the key of every SSH server`,
      ];
    }),
};

/** A bundle is only as good as the digest that says which one it is. */
export const bundlePinned: Rule = {
  refuses: "a bundle without a digest",
  check: (plan) => {
    const { artifacts } = plan;
    if (artifacts.source !== "bundle" || artifacts.manifestSha256 !== undefined) return [];
    return [
      `stack.artifacts.manifestSha256: missing; ${demanding(plan)} pins its bundle (sha256sum SHA256SUMS)`,
    ];
  },
};

/** Machines and containers on the computer that runs Pulumi are for trying things out. */
export const noLocalHosts: Rule = {
  refuses: "hosts on this computer",
  check: (plan) =>
    plan.hosts
      .filter(({ here }) => here)
      .map(
        ({ name, machine }) =>
          `stack.hosts.${name}.source: ${machine.source} is for development; ${demanding(plan)} takes existing or libvirt`,
      ),
};

/** A namespace may ask for more rights; without asking, no pod gets its node. */
export const podsConfined: Rule = {
  refuses: "privileged pods by default",
  check: (plan) => {
    if (plan.kubernetes.podSecurity !== "privileged") return [];
    return [
      `stack.kubernetes.podSecurity: privileged lets any pod take over its node; ${demanding(plan)} takes baseline or restricted, and a namespace that needs more gets the label pod-security.kubernetes.io/enforce`,
    ];
  },
};

/** With several control planes an external endpoint must not fail together with one of them. */
export const endpointOutlivesHosts: Rule = {
  refuses: "an endpoint that is one of the hosts",
  check: (plan) => {
    const { kind, nodes } = plan.kubernetes.endpoint;
    if (kind === "node-local") return [];
    const endpoint = hostOf(nodes);
    return plan.hosts
      .filter((host) => [host.nodeAddress, host.connection.host].includes(endpoint))
      .map(
        ({ name }) =>
          `stack.kubernetes.endpoint: ${endpoint} is ${name} alone; ${demanding(plan)} needs node-local, or a load balancer or virtual address of its own`,
      );
  },
};

/** Nothing that is likely to hurt, unless somebody accepted it in writing. */
export const risksAccepted: Rule = {
  refuses: "risks that nobody accepted in writing",
  check: (plan) => [
    ...unaccepted(plan, ({ stage }) => stage !== true),
    ...sectionsOf(plan).flatMap(({ acceptAt, judgement: { unusedAcceptances } }) =>
      unusedAcceptances.map(
        ({ rule, at }) => `${acceptAt}: ${rule} finds nothing at ${at} any more; remove the entry`,
      ),
    ),
  ],
};

/** Nothing that only the way to production needs, unless somebody accepted that it stays. */
export const stagesAccepted: Rule = {
  refuses: "plaintext that nobody accepted in writing",
  check: (plan) => unaccepted(plan, ({ stage }) => stage === true),
};

function unaccepted(plan: StackPlan, wanted: (finding: Finding) => boolean): readonly string[] {
  return sectionsOf(plan).flatMap(({ section, judgement: { findings } }) =>
    findings
      .filter(wanted)
      .map(
        ({ rule, at, value, consequence, safe }) =>
          `${section}.${at}: ${value} ${consequence}; ${safe} (${rule})`,
      ),
  );
}

function sectionsOf({ mesh, linkerd, addons, loadBalancer, storage }: StackPlan) {
  // Both stand in the section mesh.
  return Object.entries({ mesh: mesh ?? linkerd, addons, loadBalancer, storage }).flatMap(
    ([name, judgement]) => {
      if (judgement === undefined) return [];
      const acceptAt = `stack.${name}.accept`;
      // What is found of local volumes is found on hosts.
      return [{ section: name === "storage" ? "stack" : `stack.${name}`, acceptAt, judgement }];
    },
  );
}

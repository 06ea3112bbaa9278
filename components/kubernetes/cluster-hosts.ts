/** The hosts of a cluster as resources: none of them changes before all of them passed their checks. */
import * as pulumi from "@pulumi/pulumi";
import { checkFleet, parseFacts, type HostFacts } from "../host/fleet";
import { generatedSshKey, Host } from "../host/host";
import { readSshKey, type SshKeyPair } from "../host/ssh-key";
import { noLateAddresses, type LateAddresses } from "../steps/late-addresses";
import { movedInto } from "../steps/objects";
import type { CompareStep } from "../steps/step";
import type { ClusterPlan } from "./plan-cluster";

/** A cluster whose plan is made. */
export interface PlannedCluster {
  readonly plan: ClusterPlan;
  /** Operator's private key, OpenSSH format; undefined if the SSH agent holds it. */
  readonly privateKey?: pulumi.Input<string> | undefined;
  /** Addresses and keys that come from other resources. */
  readonly addresses?: LateAddresses;
  readonly hostKeys?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** The declared key, or one the stack makes where it creates machines; else the SSH agent. */
export function operatorKey(
  name: string,
  parent: pulumi.Resource,
  { plan, privateKey }: PlannedCluster,
): pulumi.Output<SshKeyPair> | undefined {
  if (privateKey !== undefined) return pulumi.output(privateKey).apply(readSshKey);
  if (plan.hosts.every(({ machine }) => machine.step === undefined)) return undefined;
  return generatedSshKey(`${name}-ssh-key`, movedInto(parent, "operator-ssh-key"));
}

export interface Hosts {
  readonly byName: Readonly<Record<string, Host>>;
  readonly facts: pulumi.Output<Readonly<Record<string, HostFacts>>>;
}

/** Nothing on any of them changes before all of them passed their checks. */
export function createHosts(
  parent: pulumi.Resource,
  args: {
    readonly planned: PlannedCluster;
    readonly sshKey: pulumi.Output<SshKeyPair> | undefined;
    readonly uid: pulumi.Output<string>;
    readonly kept: pulumi.Resource;
  },
): Hosts {
  const { planned, sshKey, uid, kept } = args;
  const { plan, addresses = noLateAddresses, hostKeys = {} } = planned;
  let compared: (fleet: pulumi.Resource) => void = () => undefined;
  const gates = { [plan.fleet.name]: new Promise<pulumi.Resource>((done) => (compared = done)) };
  // A component that waits holds its children back: a refused edit reaches none of them.
  const opts = { ...movedInto(parent), dependsOn: [kept], protect: false };
  const hosts = plan.hosts.map((host) => {
    const own = { plan: host, sshKey, hostKey: hostKeys[host.name], addresses, gates };
    return [host.name, new Host(host.resource, { ...own, clusterUid: uid }, opts)] as const;
  });
  const byName = Object.fromEntries(hosts);
  const facts = factsOf(byName);
  compared(compareHosts(plan.fleet, facts, movedInto(parent, plan.fleet.formerly)));
  return { byName, facts };
}

function factsOf(hosts: Readonly<Record<string, Host>>): Hosts["facts"] {
  const printed = Object.entries(hosts).map(([name, host]) => [name, host.facts] as const);
  return pulumi
    .all(Object.fromEntries(printed))
    .apply((stdouts) =>
      Object.fromEntries(
        Object.entries(stdouts).map(([name, stdout]) => [name, parseFacts(stdout)]),
      ),
    );
}

function compareHosts(
  { name }: CompareStep,
  facts: Hosts["facts"],
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  // A throw inside apply would leave the steps behind it waiting for ever; a failed step ends the run.
  const check = new pulumi.ResourceHook(`${name}: compare hosts`, ({ newInputs }) => {
    const problems = checkFleet((newInputs as { readonly input: Fleet }).input);
    if (problems.length > 0) throw new Error(problems.join("\n"));
  });
  const hooks = { beforeCreate: [check], beforeUpdate: [check] };
  return new pulumi.Stash(name, { input: facts }, { ...opts, hooks });
}

type Fleet = Parameters<typeof checkFleet>[0];

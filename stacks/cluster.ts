/** Instantiates what was planned; every decision was made before. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { checkFleet, machineRows, parseFacts } from "../components/host/fleet";
import { generatedSshKey, Host } from "../components/host/host";
import { readSshKey, type SshKeyPair } from "../components/host/ssh-key";
import { keepConstants } from "../components/kubernetes/constants";
import { KubeadmCluster } from "../components/kubernetes/cluster";
import { ClusterObjects, clusterProvider, type RunGate } from "../components/objects";
import { runStep } from "../components/remote";
import { gateStep } from "./gates";
import type { StackPlan } from "./plan";

export interface StackSecrets {
  /** Operator's private key, OpenSSH format; absent where the SSH agent holds it. */
  readonly sshPrivateKey?: pulumi.Output<string> | undefined;
  /** What Kiali shows its OpenID issuer. */
  readonly kialiClientSecret?: pulumi.Output<string> | undefined;
}

export interface ClusterOutputs {
  readonly endpoint: string;
  readonly kubeconfig: pulumi.Output<string>;
  /** Private key for machines the stack created, where it generated one. */
  readonly sshPrivateKey?: pulumi.Output<string>;
  readonly hosts: Readonly<Record<string, string>>;
}

/** Above this, a run keeps no stack traces. */
const manyHosts = 50;

export function composeCluster(args: {
  readonly plan: StackPlan;
  readonly secrets: StackSecrets;
  readonly protect: boolean;
}): ClusterOutputs {
  const { plan, secrets } = args;
  // The SDK keeps a stack trace of every promise: a third of the processor time of a large run.
  if (plan.hosts.length > manyHosts) Error.stackTraceLimit = 0;
  const sshKey = operatorKey(plan, secrets);
  const uid = clusterUid();
  // A component that waits holds its children back: a refused edit reaches none of them.
  const { protect } = args;
  const dependsOn = [keepConstants("cluster-constants", plan.kubernetes.constants, { protect })];
  const hosts: Record<string, Host> = {};
  for (const host of plan.hosts) {
    hosts[host.name] = new Host(host.name, { plan: host, sshKey, clusterUid: uid }, { dependsOn });
  }
  const { fleet, facts } = checkedFleet(hosts);
  const prepared = Object.fromEntries(
    Object.entries(hosts).map(([name, host]) => [name, host.prepare([fleet])]),
  );
  const cluster = new KubeadmCluster(
    "cluster",
    { plan: plan.kubernetes, hosts, prepared, uid, machines: facts.apply(machineRows) },
    { protect, dependsOn },
  );
  putObjects({ plan, secrets, cluster, runGate: gateRunner(plan, hosts) });
  const generated = secrets.sshPrivateKey === undefined && sshKey !== undefined;
  return {
    endpoint: `https://${plan.kubernetes.endpoint.operators}`,
    kubeconfig: cluster.kubeconfig,
    ...(generated && { sshPrivateKey: pulumi.secret(sshKey.apply((key) => key.privateKey)) }),
    hosts: Object.fromEntries(
      plan.hosts.map((host) => [host.name, `${host.connection.host}:${host.connection.port}`]),
    ),
  };
}

/** What runs in the cluster; it need not be deleted one by one where the cluster itself goes. */
function putObjects(args: {
  readonly plan: StackPlan;
  readonly secrets: StackSecrets;
  readonly cluster: KubeadmCluster;
  readonly runGate: RunGate;
}): void {
  const { plan, cluster, runGate } = args;
  if (plan.objects.length === 0) return;
  const provider = clusterProvider("kubernetes", {
    kubeconfig: cluster.kubeconfig,
    clusterIdentifier: plan.clusterId,
  });
  new ClusterObjects(
    "objects",
    { steps: plan.objects, provider, secrets: addonSecrets(args), ready: [cluster.ready], runGate },
    { deletedWith: cluster.controlPlane },
  );
}

/** Gates are steps over SSH between the objects they prove and those that wait. */
function gateRunner(plan: StackPlan, hosts: Readonly<Record<string, Host>>): RunGate {
  return (gate, { deletedWith: _, ...opts }) => {
    const step = gateStep(plan, gate);
    const host = hosts[step.host];
    if (host === undefined) throw new Error(`${step.name}: no host ${step.host}`);
    return runStep({ step, connection: host.connection }, { ...host.onMachine([]), ...opts });
  };
}

/** Passwords the stack makes, and those the operator declared. */
function addonSecrets(args: {
  readonly plan: StackPlan;
  readonly secrets: StackSecrets;
}): Readonly<Record<string, pulumi.Output<string>>> {
  const { kialiClientSecret } = args.secrets;
  const generated = (args.plan.addons?.secrets ?? []).filter(({ from }) => from === "generated");
  const made = generated.map(({ name, length }) => {
    const password = new random.RandomPassword(`addons-${name}`, { length, special: false });
    return [name, password.result] as const;
  });
  return { ...Object.fromEntries(made), ...(kialiClientSecret && { kialiClientSecret }) };
}

/** The declared key, or one the stack makes where it creates machines; else the SSH agent. */
function operatorKey(
  plan: StackPlan,
  secrets: StackSecrets,
): pulumi.Output<SshKeyPair> | undefined {
  if (secrets.sshPrivateKey !== undefined) {
    return secrets.sshPrivateKey.apply(readSshKey);
  }
  if (plan.hosts.every((host) => host.machine.source === "existing")) return undefined;
  return generatedSshKey("operator-ssh-key");
}

/** Another state, or a new one after a loss, makes another: its hosts tell them apart. No secret. */
function clusterUid(): pulumi.Output<string> {
  const characters = { special: false, upper: false };
  return new random.RandomString("cluster-uid", { length: 12, ...characters }).result;
}

/** Nothing on any host changes before all of them passed their checks. */
function checkedFleet(hosts: Readonly<Record<string, Host>>): {
  readonly fleet: pulumi.Resource;
  readonly facts: pulumi.Output<FleetFacts>;
} {
  const outputs = Object.fromEntries(
    Object.entries(hosts).map(([name, host]) => [name, host.facts]),
  );
  const facts = pulumi
    .all(outputs)
    .apply((stdouts) =>
      Object.fromEntries(
        Object.entries(stdouts).map(([name, stdout]) => [name, parseFacts(stdout)]),
      ),
    );
  // A throw inside apply would leave the steps behind it waiting for ever; a failed step ends the run.
  const check = new pulumi.ResourceHook("compare hosts", ({ newInputs }) => {
    const problems = checkFleet((newInputs as { readonly input: FleetFacts }).input);
    if (problems.length > 0) throw new Error(problems.join("\n"));
  });
  const hooks = { beforeCreate: [check], beforeUpdate: [check] };
  return { fleet: new pulumi.Stash("fleet", { input: facts }, { hooks }), facts };
}

type FleetFacts = Parameters<typeof checkFleet>[0];

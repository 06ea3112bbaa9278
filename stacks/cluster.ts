/** Instantiates what was planned; every decision was made before. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { checkFleet, parseFacts } from "../components/host/fleet";
import { generatedSshKey, Host } from "../components/host/host";
import { readSshKey, type SshKeyPair } from "../components/host/ssh-key";
import { KubeadmCluster } from "../components/kubernetes/cluster";
import { ClusterObjects, clusterProvider } from "../components/objects";
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
  const hosts: Record<string, Host> = {};
  for (const host of plan.hosts) hosts[host.name] = new Host(host.name, { plan: host, sshKey });
  const fleet = checkedFleet(hosts);
  const prepared = Object.fromEntries(
    Object.entries(hosts).map(([name, host]) => [name, host.prepare([fleet])]),
  );
  const cluster = new KubeadmCluster(
    "cluster",
    { plan: plan.kubernetes, hosts, prepared },
    { protect: args.protect },
  );
  putObjects({ plan, secrets, cluster });
  const generated = secrets.sshPrivateKey === undefined && sshKey !== undefined;
  return {
    endpoint: `https://${plan.kubernetes.externalEndpoint}`,
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
}): void {
  const { plan, cluster } = args;
  if (plan.objects.length === 0) return;
  const provider = clusterProvider("kubernetes", {
    kubeconfig: cluster.kubeconfig,
    clusterIdentifier: plan.clusterId,
  });
  new ClusterObjects(
    "objects",
    { steps: plan.objects, provider, secrets: addonSecrets(args), ready: [cluster.ready] },
    { deletedWith: cluster.controlPlane },
  );
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

/** Nothing on any host changes before all of them passed their checks. */
function checkedFleet(hosts: Readonly<Record<string, Host>>): pulumi.Resource {
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
  return new pulumi.Stash("fleet", { input: facts }, { hooks });
}

type FleetFacts = Parameters<typeof checkFleet>[0];

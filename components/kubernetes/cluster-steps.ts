/** The steps that make a cluster of hosts, each behind those it waits for, and the secrets they get. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { resourceOf } from "../steps/objects";
import { runStep, type Late } from "../steps/ssh";
import type { ScriptStep } from "../steps/step";
import type { StepOptions } from "../steps/target";
import { deriveKeyBase64, deriveKey } from "../text/derive-key";
import type { Hosts } from "./cluster-hosts";
import { parseCredentials, type Credentials } from "./credentials";
import type { ClusterPlan } from "./plan-cluster";

export function createSecrets(parent: pulumi.Resource, name: string): Late {
  const secret = (of: string): pulumi.Output<string> =>
    new random.RandomPassword(`${name}-${of}`, { length: 64, special: false }, { parent }).result;
  const short = (of: string, length: number): pulumi.Output<string> => {
    const args = { length, special: false, upper: false };
    return new random.RandomPassword(`${name}-${of}`, args, { parent }).result;
  };
  return {
    ENCRYPTION_KEY: secret("encryption-key").apply(deriveKeyBase64),
    TOKEN: pulumi.interpolate`${short("token-id", 6)}.${short("token", 16)}`,
    CERTIFICATE_KEY: secret("certificate-key").apply((password) =>
      deriveKey(password).toString("hex"),
    ),
  };
}

/** Each step behind those it waits for. */
export function runSteps(
  parent: pulumi.Resource,
  args: { readonly plan: ClusterPlan; readonly hosts: Hosts; readonly late: Late },
) {
  const { plan, hosts } = args;
  const { credentials: reading } = plan.kubernetes.stepNames;
  const made = new Map<string, pulumi.Resource>(
    plan.hosts.flatMap(({ name, node, volumesStep }) => {
      const host = hosts.byName[name];
      return host === undefined ? [] : [[(volumesStep ?? node).name, host.ready] as const];
    }),
  );
  let late = args.late;
  let credentials = pulumi.output<Credentials>({ authority: "", kubeconfig: "" });
  for (const step of plan.kubernetes.steps) {
    const dependsOn = step.after.map((earlier) => resourceOf(made, { step, earlier }));
    const command = runOnHost({ step, hosts, late, opts: { parent, dependsOn } });
    made.set(step.name, command);
    if (step.name !== reading) continue;
    credentials = command.stdout.apply(parseCredentials);
    late = { ...late, AUTHORITY: credentials.authority };
  }
  return { made, credentials };
}

export function runOnHost(args: {
  readonly step: ScriptStep;
  readonly hosts: Hosts;
  readonly late: Late;
  readonly opts: StepOptions;
}) {
  const { step, hosts, late, opts } = args;
  const host = hosts.byName[step.host ?? ""];
  if (host === undefined) throw new Error(`${step.name}: no host ${step.host}`);
  const { dependsOn, ...own } = opts;
  return runStep(
    { step, connection: host.connection, late },
    { ...host.onMachine(dependsOn), ...own },
  );
}

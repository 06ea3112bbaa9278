/** The SSH edge: the only user of @pulumi/command. Owns connections and how scripts are run. */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { fromHome } from "../text/home";
import type { ConnectionPlan } from "./connection";
import { explainFailure } from "./explain";
import { sharedErrorHook } from "./hook";
import { noLateAddresses, resolveAddresses, type LateAddresses } from "./late-addresses";
import { renderLauncher, renderScript, shellText } from "./script";
import { withKubeconfig } from "./place";
import { inputsOf, variablesOf, type LocalStep, type ScriptStep } from "./step";

/** Values of variables that exist only at run time. */
export type Late = Readonly<Record<string, pulumi.Input<string>>>;

/** A reachable host: its plan and the values that only exist at run time. */
export interface Connection {
  readonly plan: ConnectionPlan;
  /** authorized_keys form; the connection is refused when the server shows another. */
  readonly hostKey: pulumi.Input<string>;
  /** What a machine that the stack made is called until it is made anew: then every step runs again. */
  readonly instance?: pulumi.Input<string> | undefined;
  /** Undefined if the SSH agent holds the key. */
  readonly privateKey?: pulumi.Input<string> | undefined;
  /** Addresses that come from other resources. */
  readonly addresses?: LateAddresses | undefined;
}

/** Runs a step's script on a host, over standard input; its last output line is a JSON fact. */
export function runStep(
  args: {
    readonly step: ScriptStep;
    readonly connection: Connection;
    /** Of the variables the step names in `inputs`; others are left out. */
    readonly late?: Late;
  },
  opts: pulumi.CustomResourceOptions,
): command.remote.Command {
  const { step, connection } = args;
  const { instance } = connection;
  const late: Late = {
    ...chosen(step, args.late ?? {}),
    ...(instance !== undefined && { MACHINE: instance }),
  };
  const hasSecret = inputsOf(step, "secret").length > 0;
  const quiet = hasSecret || step.secretOutput === true;
  return new command.remote.Command(
    step.name,
    {
      connection: connectionArgs(connection),
      create: renderLauncher(step, "ensure"),
      ...(step.removes && { delete: renderLauncher(step, "remove") }),
      stdin: textOf(step, late, connection.addresses ?? noLateAddresses),
      // Output of a step that handles a secret is not streamed: the engine would show it as it is.
      logging: quiet ? command.remote.Logging.None : command.remote.Logging.Stderr,
      addPreviousOutputInEnv: false,
    },
    {
      ...opts,
      ...(step.formerly !== undefined && { aliases: [{ name: step.formerly }] }),
      customTimeouts: { create: "2h", update: "2h", delete: "1h" },
      ...(quiet && { additionalSecretOutputs: ["stdout", "stderr"] }),
      hooks: { onError: [explainerOf(step, connection.plan)] },
    },
  );
}

/** @throws Error when a variable of `inputs` is not given. */
function chosen(step: ScriptStep | LocalStep, given: Late): Late {
  const names = Object.keys(step.inputs);
  const missing = names.filter((name) => given[name] === undefined);
  if (missing.length > 0) throw new Error(`${step.name} lacks ${missing.join(", ")}`);
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
}

/** The script with its values; only what is known at run time makes it an output. */
function textOf(step: ScriptStep, late: Late, addresses: LateAddresses): pulumi.Input<string> {
  const unknown = Object.entries(variablesOf(step))
    .map(([name, text]) => [name, resolveAddresses(text, addresses)] as const)
    .filter(([, text]) => typeof text !== "string");
  const given: Late = { ...Object.fromEntries(unknown), ...late };
  if (Object.keys(given).length === 0) return renderScript(step, {});
  const text = pulumi.output(given).apply((values) => renderScript(step, values));
  return inputsOf(step, "secret").length === 0 ? text : pulumi.secret(text);
}

/** Runs one of our own scripts on this computer, values in the environment. */
export function runLocally(
  args: { readonly step: LocalStep; readonly late: Late },
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const { step } = args;
  const paths = Object.entries(step.paths).map(([name, path]) => [name, fromHome(path)] as const);
  const files = Object.entries(step.files).map(([name, { content }]) => [name, content] as const);
  return new command.local.Command(
    step.name,
    {
      create: "bash -s -- ensure",
      delete: "bash -s -- remove",
      stdin: shellText(step.scripts),
      environment: {
        ...step.values,
        ...Object.fromEntries([...paths, ...files]),
        ...chosen(step, args.late),
      },
      logging: command.local.Logging.Stderr,
      addPreviousOutputInEnv: false,
    },
    {
      ...opts,
      // Both have one name on this computer: made first, the new one would be the old.
      deleteBeforeReplace: true,
      ignoreChanges: step.firstBootOnly.map((name) => `environment.${name}`),
    },
  );
}

/** Runs a script for a control plane on this computer: `late` has the cluster's KUBECONFIG_TEXT. */
export function runHere(
  args: {
    readonly step: ScriptStep;
    readonly late: Late;
  },
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const step = withKubeconfig(args.step);
  const run = 'OPERATOR_PATH="$PATH" exec bash -s --';
  return new command.local.Command(
    step.name,
    {
      create: `${run} ensure`,
      stdin: textOf(step, chosen(step, args.late), noLateAddresses),
      logging: command.local.Logging.None,
      addPreviousOutputInEnv: false,
    },
    opts,
  );
}

function connectionArgs(connection: Connection): command.types.input.remote.ConnectionArgs {
  const { plan, hostKey, privateKey } = connection;
  return {
    host: resolveAddresses(plan.host, connection.addresses ?? noLateAddresses),
    port: plan.port,
    user: plan.user,
    hostKey,
    dialErrorLimit: plan.attempts,
    perDialTimeout: 15,
    ...(privateKey !== undefined && { privateKey }),
  };
}

const connections = new Map<string, ConnectionPlan>();

/** Never retries: it only adds the cause in words. */
function explainerOf(step: ScriptStep, plan: ConnectionPlan): pulumi.ErrorHook {
  connections.set(step.name, plan);
  return sharedErrorHook("explain", explain);
}

const explain: pulumi.ErrorHookFunction = async ({ name, errors }) => {
  const plan = connections.get(name);
  if (plan === undefined) return false;
  const host = plan.port === 22 ? plan.host : `${plan.host}:${plan.port}`;
  const text = explainFailure({ message: errors.join("\n"), host, user: plan.user });
  if (text !== undefined) await pulumi.log.error(text);
  return false;
};

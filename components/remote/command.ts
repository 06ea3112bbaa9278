/** The SSH edge: the only user of @pulumi/command. Owns connections and how scripts are run. */
import { AsyncResource } from "node:async_hooks";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { readScripts } from "../text/asset";
import { explainFailure } from "./explain";
import { renderLauncher, renderScript } from "./script";
import type { ConnectionPlan, StepPlan } from "./step";

/** A reachable host: its plan and the values that only exist at run time. */
export interface Connection {
  readonly plan: ConnectionPlan;
  /** authorized_keys form; the connection is refused when the server shows another. */
  readonly hostKey: pulumi.Input<string>;
  /** What a machine that the stack made is called until it is made anew: then every step runs again. */
  readonly instance?: pulumi.Input<string> | undefined;
  /** Absent where the SSH agent holds the key. */
  readonly privateKey?: pulumi.Input<string> | undefined;
}

/** Runs a step's script on a host, over standard input; its last output line is a JSON fact. */
export function runStep(
  args: {
    readonly step: StepPlan;
    readonly connection: Connection;
    /** Values of the variables the step names in `inputs`. */
    readonly values?: Readonly<Record<string, pulumi.Input<string>>>;
    /** Values of the variables the step names in `secrets`. */
    readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
    /** True when what the script prints is itself a secret. */
    readonly secretOutput?: boolean;
  },
  opts: pulumi.CustomResourceOptions,
): command.remote.Command {
  const { step, connection } = args;
  const { instance } = connection;
  const late: Readonly<Record<string, pulumi.Input<string>>> = {
    ...args.values,
    ...args.secrets,
    ...(instance !== undefined && { MACHINE: instance }),
  };
  const missing = [...step.inputs, ...step.secrets].filter((name) => late[name] === undefined);
  if (missing.length > 0) throw new Error(`${step.name} lacks ${missing.join(", ")}`);
  const stdin = textOf(step, late);
  const quiet = step.secrets.length > 0 || args.secretOutput === true;
  return new command.remote.Command(
    step.name,
    {
      connection: connectionArgs(connection),
      create: renderLauncher(step, "ensure"),
      ...(step.removes && { delete: renderLauncher(step, "remove") }),
      stdin,
      // Output of a step that handles a secret is not streamed: the engine would show it as it is.
      logging: quiet ? command.remote.Logging.None : command.remote.Logging.Stderr,
      addPreviousOutputInEnv: false,
    },
    {
      ...opts,
      customTimeouts: { create: "2h", update: "2h", delete: "1h" },
      ...(quiet && { additionalSecretOutputs: ["stdout", "stderr"] }),
      hooks: { onError: [explainerOf(step, connection.plan)] },
    },
  );
}

/** The script with its values; only what is known at run time makes it an output. */
function textOf(
  step: StepPlan,
  late: Readonly<Record<string, pulumi.Input<string>>>,
): pulumi.Input<string> {
  if (Object.keys(late).length === 0) return renderScript(step, {});
  const text = pulumi.output(late).apply((values) => renderScript(step, values));
  return step.secrets.length === 0 ? text : pulumi.secret(text);
}

/** Runs one of our own scripts on this computer, parameters in the environment. */
export function runLocally(
  name: string,
  args: {
    readonly folder: string;
    readonly script: string;
    readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
    /** Parameters that only matter when the thing is made: a change of them changes nothing. */
    readonly firstBootOnly?: readonly string[];
  },
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  return new command.local.Command(
    name,
    {
      create: "bash -s -- ensure",
      delete: "bash -s -- remove",
      stdin: readScripts(args.folder, [args.script]),
      environment: args.environment,
      logging: command.local.Logging.Stderr,
      addPreviousOutputInEnv: false,
    },
    {
      ...opts,
      // Both have one name on this computer: made first, the new one would be the old.
      deleteBeforeReplace: true,
      ignoreChanges: (args.firstBootOnly ?? []).map((name) => `environment.${name}`),
    },
  );
}

function connectionArgs(connection: Connection): command.types.input.remote.ConnectionArgs {
  const { plan, hostKey, privateKey } = connection;
  return {
    host: plan.host,
    port: plan.port,
    user: plan.user,
    hostKey,
    dialErrorLimit: plan.attempts,
    perDialTimeout: 15,
    ...(privateKey !== undefined && { privateKey }),
  };
}

const connections = new Map<string, ConnectionPlan>();
let explainer: { readonly run: unknown; readonly hook: pulumi.ErrorHook } | undefined;

/** One hook a run, for all steps. Never retries: it only adds the cause in words. */
function explainerOf(step: StepPlan, plan: ConnectionPlan): pulumi.ErrorHook {
  connections.set(step.name, plan);
  const run = pulumi.runtime.getStackResource();
  // The engine calls back outside of the run's own context, where its log cannot be found.
  if (explainer === undefined || explainer.run !== run) {
    explainer = { run, hook: new pulumi.ErrorHook("explain", AsyncResource.bind(explain)) };
  }
  return explainer.hook;
}

const explain: pulumi.ErrorHookFunction = async ({ name, errors }) => {
  const plan = connections.get(name);
  if (plan === undefined) return false;
  const host = plan.port === 22 ? plan.host : `${plan.host}:${plan.port}`;
  const text = explainFailure({ message: errors.join("\n"), host, user: plan.user });
  if (text !== undefined) await pulumi.log.error(text);
  return false;
};

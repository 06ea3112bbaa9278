import * as crypto from "node:crypto";

import type { Differences } from "./diff";
import { checkFields, type Fields } from "./fields";
import type { ResourceKind, RunContext } from "./kind";
import { compact, equal, isUnknown, plain, UNKNOWN, type PropertyMap } from "./values";

/** What one run of a command printed, each without its last newline. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

export type Logging = "stdout" | "stderr" | "stdoutAndStderr" | "none";

/** The settings both command types share, as they were given; secrets unwrapped. */
export interface CommandSettings {
  readonly stdin?: string;
  readonly logging?: Logging;
  readonly environment?: Readonly<Record<string, string>>;
  readonly addPreviousOutputInEnv?: boolean;
  readonly create?: string;
  readonly update?: string;
  readonly delete?: string;
}

/** Runs one command to its end; rejects with the official provider's error text. */
export type Runner<Settings> = (run: {
  command: string;
  settings: Settings;
  previous: CommandOutput;
  context: RunContext;
}) => Promise<CommandOutput>;

/** Inputs of every command type, from the schema of version 1.2.1. */
export const commandFields: Fields = {
  create: { type: "string" },
  update: { type: "string" },
  delete: { type: "string" },
  triggers: { type: "list" },
  stdin: { type: "string" },
  logging: { type: "string" },
  environment: { type: "stringMap" },
  addPreviousOutputInEnv: { type: "boolean" },
};

const silent: CommandOutput = { stdout: "", stderr: "" };

/** A command resource: `create` at first, then `update` (or `create`) on every change. */
export function commandKind<Settings extends CommandSettings>(definition: {
  fields: Fields;
  run: Runner<Settings>;
}): ResourceKind {
  const { fields, run } = definition;
  // The fields were checked before; the engine hands back only what passed.
  const settingsOf = (inputs: PropertyMap): Settings => plain(inputs) as unknown as Settings;
  return {
    check: (inputs) => checkFields(inputs, fields),

    // The list's own elements are forced by the client library (`triggers[*]`), as officially.
    replaces: (differences: Differences) =>
      [...differences.keys()].filter((path) => path === "triggers"),

    async create({ name, inputs, preview, context }) {
      const id = name + crypto.randomBytes(4).toString("hex");
      if (preview) return { id, outputs: compact({ ...inputs, ...unknownOutput }) };
      const settings = settingsOf(inputs);
      const output =
        settings.create === undefined
          ? silent
          : await run({ command: settings.create, settings, previous: silent, context });
      return { id, outputs: compact({ ...inputs, ...output }) };
    },

    async update({ state, inputs, preview, context }) {
      const previous = outputOf(state);
      if (preview) {
        const output = outputWillChange(state, inputs) ? unknownOutput : previous;
        return compact({ ...inputs, ...output });
      }
      const settings = settingsOf(inputs);
      const command = settings.update ?? settings.create;
      if (command === undefined) return compact({ ...inputs, ...previous });
      return compact({ ...inputs, ...(await run({ command, settings, previous, context })) });
    },

    async delete({ state, context }) {
      const settings = settingsOf(state);
      if (settings.delete === undefined) return;
      await run({ command: settings.delete, settings, previous: outputOf(state), context });
    },
  };
}

const unknownOutput: CommandOutput = { stdout: UNKNOWN, stderr: UNKNOWN };

function outputOf(state: PropertyMap): CommandOutput {
  const { stdout, stderr } = plain(state) as { stdout?: string; stderr?: string };
  return { stdout: stdout ?? "", stderr: stderr ?? "" };
}

/** The official rule: an input that was there before and differs now makes the output unknown. */
function outputWillChange(state: PropertyMap, inputs: PropertyMap): boolean {
  const known = new Set([...Object.keys(state), ...Object.keys(inputs)]);
  known.delete("stdout");
  known.delete("stderr");
  return [...known].some((key) => {
    if (isUnknown(inputs[key])) return true;
    return state[key] !== undefined && !equal(inputs[key], state[key]);
  });
}

/** The environment variables that carry the previous output, unless switched off or empty. */
export function previousOutputVariables(
  settings: CommandSettings,
  previous: CommandOutput,
): Record<string, string> {
  if (settings.addPreviousOutputInEnv === false) return {};
  return {
    ...(previous.stdout === "" ? {} : { PULUMI_COMMAND_STDOUT: previous.stdout }),
    ...(previous.stderr === "" ? {} : { PULUMI_COMMAND_STDERR: previous.stderr }),
  };
}

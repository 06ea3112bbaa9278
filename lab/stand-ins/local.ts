import * as os from "node:os";

import { commandFields, commandKind, previousOutputVariables } from "./command";
import type { CommandSettings, Runner } from "./command";
import { runProcess, trimNewline, type Finished } from "./process";

interface LocalSettings extends CommandSettings {
  readonly interpreter?: readonly string[];
  readonly dir?: string;
}

const run: Runner<LocalSettings> = async ({ command, settings, previous, context }) => {
  const [program = "/bin/sh", ...flags] = settings.interpreter ?? [];
  const args = settings.interpreter?.length ? flags : ["-c"];
  const finished = await runProcess({
    argv: [program, ...args, command],
    stdin: settings.stdin ?? "",
    logging: settings.logging ?? "stdoutAndStderr",
    env: {
      ...process.env,
      ...settings.environment,
      ...previousOutputVariables(settings, previous),
    },
    ...(settings.dir === undefined ? {} : { cwd: settings.dir }),
    ...context,
  }).catch((error: Error) => {
    throw new Error(`${error.message}: running ${JSON.stringify(command)}:\n`);
  });
  const failure = describeFailure(finished);
  if (failure !== undefined) {
    throw new Error(`${failure}: running ${JSON.stringify(command)}:\n${finished.combined}`);
  }
  return { stdout: trimNewline(finished.stdout), stderr: trimNewline(finished.stderr) };
};

function describeFailure({ code, signal }: Finished): string | undefined {
  if (code === 0) return undefined;
  if (code !== null) return `exit status ${code}`;
  const number = signal === null ? 0 : os.constants.signals[signal];
  return `signal: ${signal === "SIGKILL" ? "killed" : `${signal ?? "unknown"} (${number})`}`;
}

/** `command:local:Command`, without `assetPaths` and `archivePaths`. */
export const localCommand = commandKind<LocalSettings>({
  fields: {
    ...commandFields,
    interpreter: { type: "strings" },
    dir: { type: "string" },
  },
  run,
});

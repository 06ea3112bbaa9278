import { commandFields, commandKind, previousOutputVariables } from "./command";
import type { CommandSettings, Runner } from "./command";
import { dial } from "./dial";
import type { Fields } from "./fields";
import { trimNewline } from "./process";
import { runOverSsh, type Connection } from "./ssh";

interface RemoteSettings extends CommandSettings {
  readonly connection: Connection;
}

const run: Runner<RemoteSettings> = async ({ command, settings, previous, context }) => {
  const finished = await dial({
    connection: settings.connection,
    context,
    attempt: () =>
      runOverSsh({
        connection: settings.connection,
        command,
        stdin: settings.stdin ?? "",
        logging: settings.logging ?? "stdoutAndStderr",
        variables: { ...settings.environment, ...previousOutputVariables(settings, previous) },
        log: context.log,
      }),
  });
  if (finished.failure !== undefined) {
    const where = `running ${JSON.stringify(command)}`;
    throw new Error(`${finished.failure}: ${where}:\n${finished.combined}`);
  }
  return { stdout: trimNewline(finished.stdout), stderr: trimNewline(finished.stderr) };
};

const hopFields: Fields = {
  host: { type: "string", required: true },
  port: { type: "number", default: 22 },
  user: { type: "string", default: "root" },
  privateKey: { type: "string", secret: true },
  agentSocketPath: { type: "string" },
  hostKey: { type: "string" },
  dialErrorLimit: { type: "integer", default: 10 },
  perDialTimeout: { type: "integer", default: 15 },
};

/** `command:remote:Command` over the `ssh` program, without `proxy` and passwords. */
export const remoteCommand = commandKind<RemoteSettings>({
  fields: {
    ...commandFields,
    connection: { type: hopFields, required: true, secret: true },
  },
  run,
});

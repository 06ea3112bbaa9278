/** Turns a step into the text that runs on the host. */
import { join } from "node:path";
import { readScripts } from "../text/asset";
import { withVariables } from "../text/shell";
import { variablesOf, type ScriptStep } from "./step";

/** What the script is asked to do: `ensure` on create and update, `remove` on delete. */
export type ScriptAction = "ensure" | "remove";

const components = join(__dirname, "..");

/** Text of shell files, each given as `<slice>/<file>`, in this order. */
export function shellText(names: readonly string[]): string {
  const paths = names.map((name) => {
    const [slice = "", file = ""] = name.split("/");
    return join(slice, "scripts", file);
  });
  return readScripts(components, paths);
}

/** The text sent over standard input: values never appear in a command line. */
export function renderScript(step: ScriptStep, late: Readonly<Record<string, string>>): string {
  return withVariables(shellText(step.scripts), { ...variablesOf(step), ...late });
}

/** The short command that reads the script as root, ends it in time, and says if it may not. */
export function renderLauncher(step: ScriptStep, action: ScriptAction): string {
  const refuse = 'echo "$(id -un) may not run sudo without a password on $(hostname)" >&2; exit 77';
  return [
    'if [ "$(id -u)" = 0 ]; then root=; elif sudo -n true 2>/dev/null; then root="sudo -n"',
    `else ${refuse}; fi`,
    `exec $root timeout --kill-after=30 ${step.timeoutSeconds} bash -s -- ${action}`,
  ].join("; ");
}

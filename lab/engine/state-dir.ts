import * as os from "node:os";
import * as path from "node:path";

/** Where the state of an environment that is driven from this checkout lies. */
export function defaultStateDir(environment: string): string {
  const base = process.env["XDG_STATE_HOME"] ?? path.join(os.homedir(), ".local", "state");
  return path.join(base, "nordmesh", environment);
}

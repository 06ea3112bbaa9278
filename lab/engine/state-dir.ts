import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** What `npm start` chooses from, the first best; each has a file beside `Pulumi.yaml`. */
export const samples = ["dev", "dev-vm"] as const;

/** Where the state of an environment that is driven from this checkout lies. */
export function defaultStateDir(environment: string): string {
  const base = process.env["XDG_STATE_HOME"] ?? path.join(os.homedir(), ".local", "state");
  return path.join(base, "nordmesh", environment);
}

/** The sample environment that is there, or else the one that would be made. */
export function startedEnvironment(): string {
  return samples.find((sample) => isThere(sample)) ?? samples[0];
}

/** Whether the state of an environment holds anything. */
export function isThere(environment: string, stateDir = defaultStateDir(environment)): boolean {
  const directory = path.join(stateDir, "backend", ".pulumi", "stacks");
  const files = readDirectory(directory).filter(
    (file) => path.basename(file) === `${environment}.json`,
  );
  return files.some((file) => holdsResources(fs.readFileSync(path.join(directory, file), "utf8")));
}

/** Whether a checkpoint as the engine writes it holds more than nothing. */
function holdsResources(checkpoint: string): boolean {
  const { checkpoint: stack } = JSON.parse(checkpoint) as Checkpoint;
  const { resources = [], pending_operations: pending = [] } = stack?.latest ?? {};
  return resources.length + pending.length > 0;
}

interface Checkpoint {
  readonly checkpoint?: {
    readonly latest?: {
      readonly resources?: readonly unknown[];
      readonly pending_operations?: readonly unknown[];
    } | null;
  };
}

function readDirectory(directory: string): readonly string[] {
  if (!fs.existsSync(directory)) return [];
  return fs.readdirSync(directory, { recursive: true, encoding: "utf8" });
}

import * as child_process from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as util from "node:util";

import type { Deployment, Stack } from "@pulumi/pulumi/automation";

import { endOrphans, isCli } from "./orphans";
import type { Workspace } from "./workspace";

interface Lock {
  readonly file: string;
  readonly pid: number;
  readonly hostname: string;
}

/**
 * Clears what a killed run left behind: its lock, and the operations it did not finish.
 *
 * All creates of a stack are idempotent, so an unfinished one is simply done again. Throws when
 * another run is still at work. Returns one notice for the user per thing cleared.
 */
export async function recover(stack: Stack, workspace: Workspace): Promise<readonly string[]> {
  const notices: string[] = [];
  const locks = readLocks(workspace);
  const live = locks.find(isHeld);
  if (live !== undefined) {
    throw new Error(
      `stack ${workspace.environment}: process ${live.pid} on ${live.hostname} is working on it; ` +
        `wait for it to end, or remove ${live.file} if that process is not a run`,
    );
  }
  if (locks.length > 0) {
    endOrphans(workspace.home);
    await stack.cancel();
    notices.push("the last run was killed: its lock is cleared");
  }
  if (hasPendingOperations(workspace)) {
    const count = await dropPendingOperations(stack, workspace);
    notices.push(`the last run left ${count} unfinished steps: they are done again`);
  }
  return notices;
}

/** The library's own import would write every secret in plain text to a shared directory. */
async function dropPendingOperations(stack: Stack, workspace: Workspace): Promise<number> {
  const state = await exportState(stack, workspace);
  const { deployment } = state as { deployment: { pending_operations?: unknown[] } };
  const count = deployment.pending_operations?.length ?? 0;
  const file = path.join(workspace.home, "recovered.json");
  const recovered = { ...state, deployment: { ...deployment, pending_operations: [] } };
  fs.writeFileSync(file, JSON.stringify(recovered), { mode: 0o600 });
  await runCli(stack, workspace, ["stack", "import", "--file", file]);
  fs.rmSync(file);
  return count;
}

/** The stack's whole state; its secrets stay encrypted unless they are asked for. */
export async function exportState(
  stack: Stack,
  workspace: Workspace,
  options: { readonly showSecrets?: boolean } = {},
): Promise<Deployment> {
  const flags = options.showSecrets === true ? ["--show-secrets"] : [];
  return JSON.parse(await runCli(stack, workspace, ["stack", "export", ...flags])) as Deployment;
}

async function runCli(
  stack: Stack,
  { directory, home, environment }: Workspace,
  args: readonly string[],
): Promise<string> {
  const program = path.join(home, "bin", "pulumi");
  const all = [...args, "--stack", environment, "--non-interactive"];
  const env = { ...process.env, ...stack.workspace.envVars };
  const options = { cwd: directory, env, maxBuffer: 1 << 30 };
  return (await util.promisify(child_process.execFile)(program, all, options)).stdout;
}

function readLocks({ backend, project, environment }: Workspace): readonly Lock[] {
  const directory = path.join(backend, ".pulumi", "locks", "organization", project, environment);
  if (!fs.existsSync(directory)) return [];
  const files = fs.readdirSync(directory).filter((name) => name.endsWith(".json"));
  return files.map((name) => {
    const file = path.join(directory, name);
    const { pid = 0, hostname = "" } = readJson(file) as Partial<Lock>;
    return { file, pid, hostname };
  });
}

function isHeld({ pid, hostname }: Lock): boolean {
  return hostname !== os.hostname() || isCli(pid);
}

function hasPendingOperations({ backend, project, environment }: Workspace): boolean {
  const file = path.join(backend, ".pulumi", "stacks", project, `${environment}.json`);
  if (!fs.existsSync(file)) return false;
  interface State {
    readonly checkpoint?: { readonly latest?: { readonly pending_operations?: unknown[] } };
  }
  const state = readJson(file) as State;
  return (state.checkpoint?.latest?.pending_operations?.length ?? 0) > 0;
}

/** A file that a killed run left incomplete reads as empty. */
function readJson(file: string): object {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as object;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

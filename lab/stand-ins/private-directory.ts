import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const prefix = "nordmesh-private-";
const open = new Set<string>();

/** Memory-backed where the system has it, so that a key never reaches a disk. */
function root(): string {
  try {
    fs.accessSync("/dev/shm", fs.constants.W_OK);
    return "/dev/shm";
  } catch {
    return os.tmpdir();
  }
}

/** Runs a task with a directory only this user can enter, and removes it whatever happens. */
export async function withPrivateDirectory<Result>(
  task: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = fs.mkdtempSync(path.join(root(), `${prefix}${process.pid}-`));
  open.add(directory);
  try {
    return await task(directory);
  } finally {
    remove(directory);
  }
}

/** Removes the directories still in use; for the end of the process. */
export function removePrivateDirectories(): void {
  open.forEach(remove);
}

/** Removes what killed provider processes of this user left behind. */
export function sweepPrivateDirectories(): void {
  for (const name of fs.readdirSync(root())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) remove(path.join(root(), name));
  }
}

function remove(directory: string): void {
  open.delete(directory);
  try {
    fs.rmSync(directory, { recursive: true, force: true });
  } catch {
    // Another user's directory, or one that another process removes at this moment.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

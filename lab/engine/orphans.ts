import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Ends plugins that outlived a killed CLI, and with them their connections.
 *
 * Only programs below the stack's private home count, and only those whose CLI is gone.
 */
export function endOrphans(home: string): number {
  const orphans = processes().filter(
    ({ program, parent }) =>
      program.startsWith(`${home}${path.sep}plugins${path.sep}`) && !isCli(parent),
  );
  for (const { pid } of orphans) process.kill(pid, "SIGTERM");
  return orphans.length;
}

/** True for a running CLI; a killed one that nobody collected yet has no program any more. */
export function isCli(pid: number): boolean {
  try {
    return path.basename(fs.readlinkSync(`/proc/${pid}/exe`)).startsWith("pulumi");
  } catch {
    return false;
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly program: string;
}

function processes(): readonly Process[] {
  const pids = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const [program = ""] = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name before the last parenthesis may hold blanks; state and parent follow it.
      const parent = Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]);
      return [{ pid: Number(pid), parent, program }];
    } catch {
      // The process ended while it was looked at.
      return [];
    }
  });
}

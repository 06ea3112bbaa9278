/** Collects what any user of this computer could read in the process list during a test. */
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessWatch {
  seen(): string;
  stop(): void;
}

/** Looks five times a second; each command line is kept once. */
export function watchProcesses(): ProcessWatch {
  const lines = new Set<string>();
  const timer = setInterval(() => {
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        lines.add(readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // The process ended between the two reads.
      }
    }
  }, 200);
  timer.unref();
  return { seen: () => [...lines].join("\n"), stop: () => clearInterval(timer) };
}

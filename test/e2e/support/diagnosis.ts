/** What a machine says of itself when a test on it failed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { say } from "./environment";
import type { Shell } from "./machine";

const questions = `
uptime; systemctl --failed --no-legend | cat; df -h / | tail -n 1; free -m | sed -n 2p
crictl ps -a 2>&1 | cut -c1-120 | head -n 20
journalctl -q -u kubelet -u containerd -p warning -n 20 --no-pager | cut -c1-300`;

/**
 * Of a test that failed, prints why, which mocha does at the end of its run, the end of the machine's console and,
 * where SSH answers, the state of its services.
 */
export async function diagnose(
  test: Mocha.Test | undefined,
  machine: string,
  shell: Shell | undefined,
): Promise<void> {
  if (test?.state !== "failed") return;
  say(test.err?.stack ?? "");
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const machines = join(cache, "nordmesh", "machines");
  // One folder for each cluster that has a machine of this name.
  const folders = existsSync(machines) ? readdirSync(machines) : [];
  for (const folder of folders.filter((one) => one.split(".")[0] === machine)) {
    say(`console of ${folder}:\n${lastLines(join(machines, folder, "console.log"), 30)}`);
  }
  if (shell === undefined) return;
  const limit = new Promise<string>((done) => {
    setTimeout(() => done("no answer in 60 s"), 60_000).unref();
  });
  say(`${machine}: ${await Promise.race([shell.run(questions).catch(String), limit])}`);
}

function lastLines(file: string, count: number): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-count).join("\n");
  } catch (error) {
    return String(error);
  }
}

/** kubectl on the cluster that `npm start` made. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Ended } from "./sample/proof";

export interface Kubectl {
  readonly kubeconfig: string;
  /** How a user calls it. */
  readonly line: string;
  /** Standard output; throws where the program fails. */
  run(words: readonly string[], input?: string): string;
  /** Runs to its end, however it ends. */
  attempt(words: readonly string[]): Ended;
}

export function kubectlOf(args: {
  readonly program: string;
  readonly kubeconfig: string;
}): Kubectl {
  const { program, kubeconfig } = args;
  const all = (words: readonly string[]): string[] => ["--kubeconfig", kubeconfig, ...words];
  return {
    kubeconfig,
    line: `${program} --kubeconfig ${kubeconfig}`,
    run: (words, input = "") =>
      execFileSync(program, all(words), {
        encoding: "utf8",
        input,
        stdio: ["pipe", "pipe", "inherit"],
      }),
    attempt: (words) => {
      // A node that is gone would let it wait for ever.
      const options = { encoding: "utf8", timeout: 120_000 } as const;
      const { status, stdout, stderr } = spawnSync(program, all(words), options);
      return { status, output: `${stdout}${stderr}` };
    },
  };
}

/** What an emulated control plane needs to come up again, with room. */
const apiSeconds = 900;

/** Waits until the API server of an earlier run is ready; a run that never had one waits for nothing. */
export async function waitForApi(kubectl: Kubectl, say: (text: string) => void): Promise<void> {
  if (!existsSync(kubectl.kubeconfig)) return;
  const began = Date.now();
  const passed = (): number => Math.round((Date.now() - began) / 1000);
  let told = 0;
  for (;;) {
    const { status, output } = kubectl.attempt(["get", "--raw", "/readyz", "--request-timeout=5s"]);
    if (status === 0) {
      say(`the API server is ready after ${passed()} s`);
      return;
    }
    const reason = output.trim().split("\n").at(-1) ?? "";
    if (passed() > apiSeconds) {
      throw new Error(
        `the API server of ${kubectl.kubeconfig} is not ready after ${apiSeconds} s: ${reason}`,
      );
    }
    if (passed() >= told) {
      say(`waiting for the API server: ${reason}`);
      told = passed() + 30;
    }
    await delay(2000);
  }
}

/** Nodes on this computer outside of the engine: whether containers can run, and what went down with it. */
import { execFileSync, spawnSync } from "node:child_process";
import { containerScripts } from "../components/host/machines";
import type { HostPlan } from "../components/host/plan";
import { shellText } from "../components/steps/script";
import { ensureHostPackages } from "./toolchain";

/** Why this computer cannot run containers, in a sentence. Installs what they need where it may. */
export async function containerObstacle(): Promise<string | undefined> {
  const missing = await ensureHostPackages({ purpose: "containers" }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  const { status, stdout } = spawnSync("bash", ["-s", "--", "check"], {
    encoding: "utf8",
    input: shellText(containerScripts),
  });
  return status === 0 ? undefined : stdout.trim() || missing || "the check failed";
}

/** Starts what of these hosts is there and does not run; returns their names. */
export function startStopped(hosts: readonly HostPlan[]): readonly string[] {
  return hosts.flatMap(({ name, machine }) => {
    const { step } = machine;
    if (step?.kind !== "local") return [];
    const named = Object.entries(step.values).filter(([key]) => identity.includes(key));
    const node = { scripts: step.scripts, variables: Object.fromEntries(named) };
    const { pid, instance } = tell(node, "status");
    if (pid !== 0 || instance === "") return [];
    tell(node, "start");
    return [name];
  });
}

/** What says which node it is; all else is as it was last started. */
const identity = [
  ...["MACHINE_NAME", "MACHINE_CLUSTER", "MACHINE_MAC"],
  ...["CONTAINER_NAME", "CONTAINER_NETWORK"],
];

interface Node {
  readonly scripts: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** The last line of both scripts is what they know of the node. */
function tell({ scripts, variables }: Node, verb: "status" | "start"): Known {
  const stdout = execFileSync("bash", ["-s", "--", verb], {
    encoding: "utf8",
    env: { ...process.env, ...variables },
    input: shellText(scripts),
    stdio: ["pipe", "pipe", "inherit"],
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Known;
}

interface Known {
  readonly pid: number;
  readonly instance: string;
}

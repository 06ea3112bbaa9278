/** `up` in a process of its own, killed without a chance to tidy up. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump } from "js-yaml";
import type { ContainerNodes } from "./containers";
import { root, say, type LabEnvironment } from "./environment";
import type { Stack } from "./nodes";

/** Where a run is killed; what it started on the node in question dies with it. */
export interface Death {
  readonly step: RegExp;
  readonly on?: string;
  /** The file that the step has made by then; absent: as soon as it begins. */
  readonly once?: string;
}

/** A run on the way to this stack dies there. */
export async function dieAt(
  { step, on, once }: Death,
  { environment, nodes, stack }: KilledOn,
): Promise<void> {
  const reached = async (lines: AsyncIterable<string>): Promise<void> => {
    await lineOf(lines, step);
    if (on !== undefined && once !== undefined)
      await nodes.run(on, `until [ -e ${once} ]; do sleep 0.1; done`);
  };
  await killUp({ environment, stack, reached });
  if (on !== undefined)
    await nodes.run(on, "pkill -9 -f 'bash -s -- ensure'; pkill -9 kubeadm; true");
}

interface KilledOn {
  readonly environment: LabEnvironment;
  readonly nodes: ContainerNodes;
  readonly stack: Stack;
}

/** Kills the run and all it started once `reached` resolves, which gets the lines of the run as they come. */
async function killUp(args: {
  readonly environment: LabEnvironment;
  readonly stack: Record<string, unknown>;
  readonly reached: (lines: AsyncIterable<string>) => Promise<unknown>;
}): Promise<void> {
  const { environment, stack, reached } = args;
  const config = join(environment.stateDir, "killed.yaml");
  writeFileSync(config, dump({ stack }));
  const child = spawn(
    process.execPath,
    [
      ...["--import", "tsx", "lab/engine/cli.ts", "up", environment.name],
      ...["--state-dir", environment.stateDir, "--config", config],
    ],
    {
      cwd: root,
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, NORDMESH_PULUMI: environment.lab.pulumi },
    },
  );
  const ended = new Promise<string>((done) =>
    child.on("exit", (code, signal) => done(signal ?? `exit ${code}`)),
  );
  const lines = createInterface({ input: child.stderr });
  const first = await Promise.race([ended, reached(lines).then(() => "reached")]);
  assert.equal(first, "reached", "the run was still going on");
  assert.ok(child.pid);
  process.kill(-child.pid, "SIGKILL");
  assert.equal(await ended, "SIGKILL");
  lines.close();
  say("killed");
}

/** Resolves when a line matches; never, if none does before the lines end. */
async function lineOf(lines: AsyncIterable<string>, pattern: RegExp): Promise<void> {
  for await (const line of lines) {
    say(`to be killed: ${line}`);
    if (pattern.test(line)) return;
  }
  await new Promise(() => undefined);
}

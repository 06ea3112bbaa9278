/** `tsx test/bench/preview.ts`: the real engine's first preview of 3, 100 and 500 hosts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { programFromFile } from "../../lab/engine/program";
import { findPulumi } from "../../lab/engine/pulumi";
import { openStack } from "../../lab/engine/stack";
import { root } from "../support/fixtures";
import { stackOf } from "./stack-of";

async function preview(hosts: number, pulumi: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "nordmesh-bench-"));
  const stack = await openStack({
    environment: "dev",
    stateDir: directory,
    program: programFromFile(join(root, "index.ts")),
    pulumi,
    config: { stack: stackOf(hosts) },
    parallel: 64,
    print: () => undefined,
  });
  try {
    const begin = performance.now();
    const { counts } = await stack.preview();
    const seconds = (performance.now() - begin) / 1000;
    return `${hosts} hosts: ${counts["create"]} resources in ${seconds.toFixed(1)} s`;
  } finally {
    await stack.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const pulumi = await findPulumi();
  if (pulumi === undefined) throw new Error("there is no pulumi program; run npm run lab:prepare");
  for (const hosts of [3, 100, 500]) {
    process.stdout.write(`${await preview(hosts, pulumi)}\n`);
  }
}

void main();

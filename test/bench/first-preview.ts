/** Plans one environment and previews it with the real engine; measures this process for its parent. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { programFromFile } from "../../lab/engine/program";
import { openStack } from "../../lab/engine/stack";
import { parseStack } from "../../components/environment/parse";
import { planStack } from "../../components/environment/plan";
import { root } from "../support/fixtures";
import { stackOf } from "./stack-of";

export interface Order {
  readonly hosts: number;
  readonly pulumi: string;
}

export interface Measured {
  readonly resources: number;
  readonly planMs: number;
  readonly previewSeconds: number;
  /** Processor time of this process, which holds the program and not the engine. */
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

async function measure({ hosts, pulumi }: Order): Promise<Measured> {
  const declared = stackOf(hosts);
  const begin = performance.now();
  planStack({ environment: "dev", config: parseStack(declared) });
  const planMs = performance.now() - begin;
  const directory = mkdtempSync(join(tmpdir(), "nordmesh-bench-"));
  const stack = await openStack({
    environment: "dev",
    stateDir: directory,
    program: programFromFile(join(root, "index.ts")),
    pulumi,
    config: { stack: declared },
    parallel: 64,
    print: () => undefined,
  });
  try {
    const opened = performance.now();
    const { counts } = await stack.preview();
    const previewSeconds = (performance.now() - opened) / 1000;
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
    const resources = counts["create"] ?? 0;
    return { resources, planMs, previewSeconds, cpuSeconds, peakMiB: maxRSS / 1024 };
  } finally {
    await stack.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

process.once("message", (order: Order) => {
  void measure(order).then((measured) => {
    process.send?.(measured);
    process.disconnect();
  });
});

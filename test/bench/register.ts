/** Plans and registers one environment against an address given by its parent; reports itself. */
import { performance } from "node:perf_hooks";
import { programFromFile } from "../../lab/engine/program";
import { parseStack } from "../../components/environment/parse";
import { planStack } from "../../components/environment/plan";
import { join } from "node:path";
import { root } from "../support/fixtures";
import { runProgram } from "../support/run-program";

interface Order {
  readonly address: string;
  readonly stack: unknown;
}

async function main(): Promise<void> {
  const { address, stack } = await new Promise<Order>((resolve) =>
    process.once("message", resolve),
  );
  const begin = performance.now();
  planStack({ environment: "dev", config: parseStack(stack) });
  const planned = performance.now();
  const failure = await runProgram({
    address,
    environment: "dev",
    preview: false,
    config: { "nordmesh:stack": JSON.stringify(stack) },
    secretKeys: [],
    program: programFromFile(join(root, "index.ts")),
  });
  if (failure !== undefined) throw new Error(failure);
  process.send?.({
    planMs: planned - begin,
    registerMs: performance.now() - planned,
    cpuMs: (process.resourceUsage().userCPUTime + process.resourceUsage().systemCPUTime) / 1000,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  });
  process.disconnect();
}

void main();

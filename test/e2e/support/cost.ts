/** What a path through the mesh costs, measured beside the same path without it. */
import type { Kubectl } from "./machine";
import type { Workloads } from "./workload";

/** Latency in milliseconds, processor time in seconds per 1,000 requests, memory in MiB. */
export interface Cost {
  readonly failed: number;
  readonly milliseconds: Readonly<Record<string, number>>;
  readonly processorSeconds: Readonly<Record<string, number>>;
  readonly memory: Readonly<Record<string, number>>;
}

interface Summary {
  readonly pods: {
    readonly podRef: { readonly name: string; readonly namespace: string };
    readonly containers?: {
      readonly name: string;
      readonly cpu?: { readonly usageCoreNanoSeconds?: number };
      readonly memory?: { readonly workingSetBytes?: number };
    }[];
  }[];
}

const requests = 1000;
/** Below what an emulated machine can do, so that no request waits for another one. */
const rate = 10;
/** The kubelet looks at containers every 10 to 20 s. */
const settleSeconds = 25;

/** Asks from one workload to another at a steady rate, and what their containers used for it. */
export async function measureCost(
  kubectl: Kubectl,
  args: { readonly pair: Workloads; readonly from: string; readonly to: string },
): Promise<Cost> {
  const { pair, from, to } = args;
  const ends = [...(await pair.podsOf(from)), ...(await pair.podsOf(to))].map(({ name }) => name);
  const url = `http://${to}:8080/debug`;
  const flags = ["-qps", String(rate)];
  await pair.load({ from, url, requests: 50, connections: 2, flags });
  const before = await readUsage(kubectl, ends);
  const { codes, percentiles } = await pair.load({ from, url, requests, connections: 2, flags });
  const after = await readUsage(kubectl, ends);
  const processor = Object.entries(after.processorSeconds).map(
    ([name, value]) => [name, value - (before.processorSeconds[name] ?? 0)] as const,
  );
  return {
    failed: requests - (codes["200"] ?? 0),
    milliseconds: Object.fromEntries(
      Object.entries(percentiles).map(([name, seconds]) => [name, seconds * 1000]),
    ),
    processorSeconds: Object.fromEntries(processor),
    memory: after.memory,
  };
}

/** A table for the log: one column without the mesh, one with it, and what is between them. */
export function renderCosts(costs: { readonly direct: Cost; readonly sidecars: Cost }): string {
  const { direct, sidecars } = costs;
  const latency = Object.keys(direct.milliseconds).map((name) => {
    const [without = 0, with_ = 0] = [direct.milliseconds[name], sidecars.milliseconds[name]];
    return `${name}: ${fixed(without)} ms direct, ${fixed(with_)} ms with sidecars, ${fixed(with_ - without)} ms more`;
  });
  const use = Object.entries(costs).map(
    ([name, cost]) =>
      `${name}, processor seconds per ${requests} requests: ${rows(cost.processorSeconds)}`,
  );
  return [...latency, ...use, `memory in MiB: ${rows(sidecars.memory)}`].join("\n    ");
}

function rows(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${fixed(value)}`)
    .join(", ");
}

const fixed = (value: number): string => value.toFixed(1);

/** Sums by kind of container: the applications of the pods, their proxies; and the control plane's memory. */
async function readUsage(kubectl: Kubectl, pods: readonly string[]) {
  await new Promise((done) => setTimeout(done, settleSeconds * 1000));
  const node = await kubectl.run("get", "nodes", "-o", "jsonpath={.items[0].metadata.name}");
  const path = `/api/v1/nodes/${node}/proxy/stats/summary`;
  const summary = JSON.parse(await kubectl.run("get", "--raw", path)) as Summary;
  const processorSeconds: Record<string, number> = {};
  const memory: Record<string, number> = {};
  for (const { podRef, containers = [] } of summary.pods) {
    const end = pods.includes(podRef.name);
    if (!end && podRef.namespace !== "istio-system") continue;
    for (const { name, cpu, memory: used } of containers) {
      memory[`${podRef.name} ${name}`] = (used?.workingSetBytes ?? 0) / (1 << 20);
      if (!end) continue;
      const kind = name === "istio-proxy" ? "proxies" : "applications";
      const seconds = (cpu?.usageCoreNanoSeconds ?? 0) / 1e9;
      processorSeconds[kind] = (processorSeconds[kind] ?? 0) + seconds;
    }
  }
  return { processorSeconds, memory };
}

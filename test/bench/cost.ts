/** What a path through the mesh costs, measured beside the same path without it. */
import type { ContainerNodes } from "../e2e/support/containers";
import type { Kubectl } from "../e2e/support/machine";
import type { LoadResult, Workloads } from "../e2e/support/workload";

/** Latency in milliseconds, processor time in seconds per 1,000 requests, memory in MiB. */
export interface Cost {
  readonly failed: number;
  readonly milliseconds: Readonly<Record<string, number>>;
  readonly processorSeconds: Readonly<Record<string, number>>;
  readonly memory: Readonly<Record<string, number>>;
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName: string };
  readonly status: {
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly state?: { readonly running?: object };
}

interface CostArgs {
  readonly nodes: ContainerNodes;
  readonly kubectl: Kubectl;
  readonly pair: Workloads;
  readonly from: string;
  readonly to: string;
  /** Service that leads there; default: of the same name. */
  readonly service?: string;
  readonly requestsPerSecond?: number;
  readonly requests?: number;
  /** Pods of proxies that are not beside the applications. */
  readonly proxies?: readonly string[];
}

/** Asks from one workload to another at a steady rate, and what their containers used for it. */
export async function measureCost(args: CostArgs): Promise<Cost> {
  const { pair, from, to, service = to, requestsPerSecond = 100, requests = 1000 } = args;
  const pods = [...(await pair.podsOf(from)), ...(await pair.podsOf(to))].map(({ name }) => name);
  const ends = [...pods, ...(args.proxies ?? [])];
  const flags = ["-qps", String(requestsPerSecond)];
  const load = (count: number): Promise<LoadResult> =>
    pair.load({
      ...{ from, url: `http://${service}:8080/debug`, requests: count, connections: 4, flags },
    });
  await load(requestsPerSecond * 2);
  const before = await readUsage(args, ends);
  const { codes, percentiles } = await load(requests);
  const after = await readUsage(args, ends);
  const processor = Object.entries(after.processorSeconds).map(([name, value]) => {
    const used = value - (before.processorSeconds[name] ?? 0);
    return [name, (used * 1000) / requests] as const;
  });
  return {
    failed: requests - (codes["200"] ?? 0),
    milliseconds: Object.fromEntries(
      Object.entries(percentiles).map(([name, seconds]) => [name, seconds * 1000]),
    ),
    processorSeconds: Object.fromEntries(processor),
    memory: after.memory,
  };
}

/** Nanoseconds and bytes of a container, from its control group of either version. */
const question = (id: string): string => `
dir=$(find /sys/fs/cgroup -type d -name '*${id}*' -exec test -e {}/cpuacct.usage -o -e {}/memory.current \\; -print -quit)
if [ -e "$dir/cpuacct.usage" ]; then cat "$dir/cpuacct.usage"; else awk '$1 == "usage_usec" { print $2 * 1000 }' "$dir/cpu.stat"; fi
memory=$(find /sys/fs/cgroup -type d -name '*${id}*' -exec test -e {}/memory.usage_in_bytes -o -e {}/memory.current \\; -print -quit)
cat "$memory/memory.usage_in_bytes" 2>/dev/null || cat "$memory/memory.current"`;

/** Sums by kind of container: the applications of the pods, and their proxies; the memory of each. */
async function readUsage({ nodes, kubectl }: CostArgs, ends: readonly string[]) {
  const processorSeconds: Record<string, number> = {};
  const memory: Record<string, number> = {};
  const { items } = JSON.parse(await kubectl.run("get", "pods", "-A", "-o", "json")) as {
    readonly items: readonly Pod[];
  };
  for (const { metadata, spec, status } of items.filter((pod) =>
    ends.includes(pod.metadata.name),
  )) {
    const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const { name, containerID = "", state } of all) {
      if (state?.running === undefined) continue;
      const id = containerID.split("//")[1] ?? "";
      const [nanoseconds = 0, bytes = 0] = (await nodes.run(spec.nodeName, question(id)))
        .split("\n")
        .map(Number);
      const kind = ["istio-proxy", "istio-ztunnel"].includes(name) ? "proxies" : "applications";
      processorSeconds[kind] = (processorSeconds[kind] ?? 0) + nanoseconds / 1e9;
      memory[`${metadata.name} ${name}`] = bytes / (1 << 20);
    }
  }
  return { processorSeconds, memory };
}

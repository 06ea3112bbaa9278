/**
 * `npm run bench -- mesh`: what a sidecar on both sides costs, by preset, with the same workloads on the same nodes.
 *
 * Makes three control planes and two workers of containers, measures and removes them. Root, minutes, an idle computer.
 */
import type { KubernetesObject } from "../../components/steps/step";
import { serverDeployment, serverService } from "../../lab/sample/sample";
import { ContainerNodes, containerStack } from "../e2e/support/containers";
import { measureCost, type Cost } from "./cost";
import { openEnvironment, say } from "../e2e/support/environment";
import { Kubectl } from "../e2e/support/machine";
import { accepted, namespace, testMesh } from "../e2e/support/shop";
import { startWorkloads, Workloads } from "../e2e/support/workload";

const environmentName = "dev-mesh-cost";
const rates = [100, 500];
/** Seconds each rate is held. */
const seconds = 20;

interface Variant {
  readonly title: string;
  readonly service: string;
  /** Of one proxy: requests and limits. */
  readonly size: { readonly cpu: string; readonly memory: string; readonly limits: string };
  /** `mesh.services`; absent: the mesh is told nothing. */
  readonly declared?: object;
}

const standard = { cpu: "100m", memory: "128Mi", limits: "2000m 1024Mi" };
const compact = { cpu: "50m", memory: "64Mi", limits: "500m 256Mi" };

/** As istioctl installs by default, and as the examples g2 and g3 and the preset default declare. */
const variants: readonly Variant[] = [
  { title: "istioctl defaults", service: "bench", size: standard },
  {
    title: "g2",
    service: "bench-g2",
    size: standard,
    declared: {
      breaker: {
        preset: "none",
        ...{ maxConnections: 100, http1MaxPendingRequests: 32, maxRequestsPerConnection: 100 },
        ...{ consecutive5xxErrors: 5, interval: "1s", baseEjectionTime: "3m" },
      },
    },
  },
  {
    title: "g3",
    service: "bench-g3",
    size: compact,
    declared: { timeout: "2s", retries: { attempts: 2, perTryTimeout: "500ms" } },
  },
  {
    title: "default",
    service: "bench-default",
    size: standard,
    declared: { breaker: { preset: "default" }, timeout: "10s" },
  },
];

/** One client and one server, away from each other and at the same places in every variant. */
function pairOf(args: {
  readonly namespace: string;
  readonly annotations?: Readonly<Record<string, string>>;
}): readonly KubernetesObject[] {
  const at = (name: string, node: string): KubernetesObject => {
    const deployment = serverDeployment({ ...args, name, app: name });
    const { template } = deployment["spec"] as { template: { spec: Record<string, unknown> } };
    template.spec["nodeSelector"] = { "kubernetes.io/hostname": node };
    return deployment;
  };
  return [at("asker", "w-1"), at("bench", "w-2")];
}

function annotationsOf({ size }: Variant): Record<string, string> {
  const [cpu = "", memory = ""] = size.limits.split(" ");
  return {
    "sidecar.istio.io/proxyCPU": size.cpu,
    "sidecar.istio.io/proxyMemory": size.memory,
    "sidecar.istio.io/proxyCPULimit": cpu,
    "sidecar.istio.io/proxyMemoryLimit": memory,
  };
}

function meshOf(charts: string): Record<string, unknown> {
  const { accept: _accept, egress: _egress, services: _services, ...mesh } = testMesh(charts);
  const declared = variants.flatMap(({ service, declared: settings }) =>
    settings === undefined ? [] : [[`${namespace}/${service}`, { port: 8080, ...settings }]],
  );
  const accept = [
    accepted("try-timeout-not-retried", "services.shop/bench-g3.retries.perTryTimeout"),
  ];
  return { ...mesh, accept, services: Object.fromEntries(declared) as object };
}

function row(title: string, rate: number, cost: Cost): string {
  const { p50 = 0, p90 = 0, p99 = 0 } = cost.milliseconds;
  const { applications = 0, proxies = 0 } = cost.processorSeconds;
  const numbers = [p50, p90, p99].map((value) => value.toFixed(1));
  const used = [applications, proxies].map((value) => value.toFixed(2));
  return `| ${[title, rate, ...numbers, ...used, cost.failed].join(" | ")} |`;
}

async function main(): Promise<void> {
  const nodes = new ContainerNodes(environmentName);
  nodes.removeAll();
  const environment = await openEnvironment(environmentName);
  const { lab } = environment;
  const stack = await environment.open({
    ...containerStack({
      ...{ network: "10.82.0", lab },
      ...{ controlPlanes: ["cp-1", "cp-2", "cp-3"], workers: ["w-1", "w-2"] },
    }),
    mesh: meshOf(lab.charts),
  });
  try {
    const { outputs } = await stack.up();
    const kubectl = new Kubectl(lab.kubectl, String(outputs["kubeconfig"]?.value));
    try {
      await measureAll(kubectl, nodes);
    } finally {
      kubectl.close();
    }
  } finally {
    await stack.destroy().finally(() => nodes.removeAll());
    await stack.close();
    environment.remove();
  }
}

async function measureAll(kubectl: Kubectl, nodes: ContainerNodes): Promise<void> {
  const rows: string[] = [];
  const measure = async (title: string, of: string, service: string): Promise<void> => {
    const pair = new Workloads(kubectl, of);
    for (const rate of rates) {
      const load = { requestsPerSecond: rate, requests: rate * seconds };
      const ends = { from: "asker", to: "bench", service };
      rows.push(row(title, rate, await measureCost({ nodes, kubectl, pair, ...ends, ...load })));
      say(rows.at(-1) ?? "");
    }
  };
  const outside = "outside";
  await startWorkloads(kubectl, [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: outside } },
    serverService({ name: "bench", namespace: outside }),
    ...variants.map(({ service }) => serverService({ name: service, namespace, app: "bench" })),
    ...pairOf({ namespace: outside }),
  ]);
  await measure("no mesh", outside, "bench");
  for (const variant of variants) {
    await startWorkloads(kubectl, pairOf({ namespace, annotations: annotationsOf(variant) }));
    await measure(variant.title, namespace, variant.service);
  }
  process.stdout.write(
    [
      "| | requests/s | p50 ms | p90 ms | p99 ms | CPU s applications | CPU s proxies | failed |",
      "| --- | --- | --- | --- | --- | --- | --- | --- |",
      ...rows,
      "",
    ].join("\n"),
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

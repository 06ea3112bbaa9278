/**
 * `npm run bench -- mesh`: what a sidecar on both sides costs, by preset, with the same workloads on the same nodes; then
 * what ztunnel costs, where one is given (NORDMESH_ZTUNNEL).
 *
 * Makes a control plane and two workers of containers, measures and removes them. Root, minutes, an idle computer.
 */
import type { ImageSet } from "../../components/host/artifacts";
import type { KubernetesObject } from "../../components/steps/step";
import { serverDeployment, serverService } from "../../lab/sample/sample";
import { programsToBuild } from "../../lab/prepare";
import { ContainerNodes, containerStack } from "../e2e/support/containers";
import { measureCost, type Cost } from "./cost";
import { openEnvironment, say } from "../e2e/support/environment";
import { Kubectl } from "../e2e/support/machine";
import { accepted, namespace, testMesh } from "../e2e/support/shop";
import { startWorkloads, Workloads } from "../e2e/support/workload";

const rates = [100, 500, 1000];
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

/** The same without proxies in pods. */
function ambientMesh(charts: string): Record<string, unknown> {
  const { controlPlane, mtls, namespaces } = meshOf(charts);
  return {
    ...{ mode: "ambient", charts: { source: "directory", path: charts } },
    ...{ controlPlane, mtls, namespaces },
  };
}

function row(title: string, rate: number, cost: Cost): string {
  const { p50 = 0, p90 = 0, p99 = 0 } = cost.milliseconds;
  const { applications = 0, proxies = 0 } = cost.processorSeconds;
  const numbers = [p50, p90, p99].map((value) => value.toFixed(1));
  const used = [applications, proxies].map((value) => value.toFixed(2));
  const held = Object.entries(cost.memory).flatMap(([name, mebibytes]) =>
    / istio-(proxy|ztunnel)$/.test(name) ? [mebibytes.toFixed(0)] : [],
  );
  const memory = held.join(" and ") || "-";
  return `| ${[title, rate, ...numbers, ...used, memory, cost.failed].join(" | ")} |`;
}

/** Makes a cluster with this mesh, lets it be measured, and removes it. */
async function withMesh(
  name: string,
  args: {
    readonly network: string;
    readonly sets: readonly ImageSet[];
    readonly meshOf: (charts: string) => Record<string, unknown>;
    readonly measure: (kubectl: Kubectl, nodes: ContainerNodes) => Promise<void>;
  },
): Promise<void> {
  const nodes = new ContainerNodes(name);
  nodes.removeAll();
  const environment = await openEnvironment(name, args.sets);
  const { lab } = environment;
  const stack = await environment.open({
    ...containerStack({
      ...{ network: args.network, lab, controlPlanes: ["cp-1"], workers: ["w-1", "w-2"] },
    }),
    mesh: args.meshOf(lab.charts),
  });
  try {
    const { outputs } = await stack.up();
    const kubectl = new Kubectl(lab.kubectl, String(outputs["kubeconfig"]?.value));
    try {
      await args.measure(kubectl, nodes);
    } finally {
      kubectl.close();
    }
  } finally {
    await stack.destroy().finally(() => nodes.removeAll());
    await stack.close();
    environment.remove();
  }
}

class Table {
  readonly rows: string[] = [];

  constructor(
    private readonly kubectl: Kubectl,
    private readonly nodes: ContainerNodes,
  ) {}

  /** One row for each rate, from the pod `asker` of a namespace to this Service. */
  async add(
    title: string,
    path: { readonly of: string; readonly service: string; readonly proxies?: readonly string[] },
  ): Promise<void> {
    const { of, ...way } = path;
    const { kubectl, nodes } = this;
    const ends = { pair: new Workloads(kubectl, of), from: "asker", to: "bench", ...way };
    for (const rate of rates) {
      const load = { requestsPerSecond: rate, requests: rate * seconds };
      const line = row(title, rate, await measureCost({ nodes, kubectl, ...ends, ...load }));
      this.rows.push(line);
      say(line);
    }
  }
}

const outside = "outside";

async function measureSidecars(table: Table, kubectl: Kubectl): Promise<void> {
  await startWorkloads(kubectl, [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: outside } },
    serverService({ name: "bench", namespace: outside }),
    ...variants.map(({ service }) => serverService({ name: service, namespace, app: "bench" })),
    ...pairOf({ namespace: outside }),
  ]);
  await table.add("no mesh", { of: outside, service: "bench" });
  for (const variant of variants) {
    await startWorkloads(kubectl, pairOf({ namespace, annotations: annotationsOf(variant) }));
    await table.add(variant.title, { of: namespace, service: variant.service });
  }
}

async function measureZtunnel(table: Table, kubectl: Kubectl): Promise<void> {
  await startWorkloads(kubectl, [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: outside } },
    ...[outside, namespace].flatMap((of) => [
      serverService({ name: "bench", namespace: of }),
      ...pairOf({ namespace: of }),
    ]),
  ]);
  await table.add("no mesh, beside ambient", { of: outside, service: "bench" });
  const proxies = await new Workloads(kubectl, "istio-system").podsOf("ztunnel");
  await table.add("ambient, ztunnel of every node", {
    ...{ of: namespace, service: "bench", proxies: proxies.map(({ name }) => name) },
  });
}

async function main(): Promise<void> {
  const rows: string[] = [];
  const measured =
    (measure: (table: Table, kubectl: Kubectl) => Promise<void>) =>
    async (kubectl: Kubectl, nodes: ContainerNodes): Promise<void> => {
      const table = new Table(kubectl, nodes);
      await measure(table, kubectl);
      rows.push(...table.rows);
    };
  const sidecars = { network: "10.82.0", sets: [], meshOf };
  await withMesh("dev-mesh-cost", { ...sidecars, measure: measured(measureSidecars) });
  if ((await programsToBuild(["ambient"])).includes("ztunnel")) {
    say("left out: ambient, as no ztunnel is given (NORDMESH_ZTUNNEL)");
  } else {
    const ambient = { network: "10.93.0", sets: ["ambient" as const], meshOf: ambientMesh };
    await withMesh("dev-ambient-cost", { ...ambient, measure: measured(measureZtunnel) });
  }
  const heads = ["", "requests/s", "p50 ms", "p90 ms", "p99 ms", "CPU s applications"];
  const rest = ["CPU s proxies", "MiB proxies", "failed"];
  process.stdout.write(
    [
      `| ${[...heads, ...rest].join(" | ")} |`,
      `|${" --- |".repeat(heads.length + rest.length)}`,
      ...rows,
      "",
    ].join("\n"),
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

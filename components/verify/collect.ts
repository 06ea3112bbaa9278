/** Reads a running cluster: objects, each proxy's live configuration, answers to plaintext. */
import type { MeshPlan } from "../mesh/plan";
import { byWorkload, enrolledPods, isGatewayPod } from "./check";
import { readCertificate, readConfigDump, readCounters, readHosts } from "./envoy";
import type {
  AnalyzerMessage,
  ClusterFacts,
  PodFact,
  ProbeFact,
  ProxyFact,
  Reading,
  ServiceFact,
  ZtunnelWorkload,
} from "./facts";
import { isMap, textAt } from "./json";
import {
  readCrds,
  readDaemonSets,
  readDeployments,
  readNodes,
  readPods,
  readServices,
  readWebhooks,
} from "./kube";
import { jsonOf, persistently, type Programs, type Run } from "./kubectl";
import { readPlaintextAnswer } from "./plaintext";

interface Around {
  readonly wanted: MeshPlan;
  readonly programs: Programs;
  readonly run: Run;
}

export async function collectFacts(around: Around): Promise<ClusterFacts> {
  const [deployments, daemonSets, webhooks, crds, services, slices, podList, nodes] =
    await Promise.all([
      get(around, "deployments", "-A"),
      get(around, "daemonsets", "-A"),
      get(around, "mutatingwebhookconfigurations,validatingwebhookconfigurations"),
      get(around, "customresourcedefinitions"),
      get(around, "services", "-A"),
      get(around, "endpointslices", "-A"),
      get(around, "pods", "-A"),
      get(around, "nodes"),
    ]);
  const pods = reading(podList, readPods);
  const found = pods.ok ? pods.value : [];
  const serviceFacts = slices.ok
    ? reading(services, (list) => readServices(list, slices.value))
    : slices;
  const [proxies, probes, ztunnel, analyzer] = await Promise.all([
    collectProxies(around, found),
    collectProbes({
      around,
      pods: found,
      services: serviceFacts.ok ? serviceFacts.value : [],
      controlPlanes: nodes.ok
        ? readNodes(nodes.value).flatMap((one) => (one.controlPlane ? [one.name] : []))
        : [],
    }),
    askZtunnel(around),
    analyze(around),
  ]);
  return {
    time: new Date().toISOString(),
    deployments: reading(deployments, readDeployments),
    daemonSets: reading(daemonSets, readDaemonSets),
    webhooks: reading(webhooks, readWebhooks),
    crds: reading(crds, readCrds),
    services: serviceFacts,
    pods,
    nodes: reading(nodes, readNodes),
    proxies,
    probes,
    ztunnel,
    analyzer,
  };
}

function reading<T>(from: Reading<unknown>, read: (value: unknown) => T): Reading<T> {
  return from.ok ? { ok: true, value: read(from.value) } : from;
}

async function kubectl(
  { programs, run }: Around,
  words: readonly string[],
): Promise<Reading<unknown>> {
  const common = ["--kubeconfig", programs.kubeconfig, "--request-timeout=60s"];
  return jsonOf(await persistently(() => run(programs.kubectl, [...common, ...words])));
}

function get(
  around: Around,
  kinds: string,
  ...words: readonly string[]
): Promise<Reading<unknown>> {
  return kubectl(around, ["get", kinds, ...words, "-o", "json"]);
}

/** Every proxy's certificate; the configuration of one ready proxy a workload. */
async function collectProxies(
  around: Around,
  pods: readonly PodFact[],
): Promise<readonly ProxyFact[]> {
  const gateways = around.wanted.gateways.map((one) => one.namespace);
  const own = pods.filter(
    (pod) =>
      pod.proxy !== undefined &&
      (enrolledPods(around.wanted, [pod]).length > 0 ||
        (isGatewayPod(pod) && gateways.includes(pod.namespace))),
  );
  const chosen = new Set(byWorkload(own).map(([, members]) => representative(members)));
  return Promise.all(own.map((pod) => collectProxy({ around, pod, whole: chosen.has(pod) })));
}

function representative(pods: readonly PodFact[]): PodFact | undefined {
  const sorted = [...pods].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.find((pod) => pod.ready) ?? sorted[0];
}

async function collectProxy(args: {
  readonly around: Around;
  readonly pod: PodFact;
  readonly whole: boolean;
}): Promise<ProxyFact> {
  const { around, pod, whole } = args;
  const admin = (path: string): Promise<Reading<unknown>> => {
    const inside = ["pilot-agent", "request", "GET", path];
    const target = ["exec", "-n", pod.namespace, pod.name, "-c", "istio-proxy"];
    return kubectl(around, [...target, "--", ...inside]);
  };
  const [certs, dump, clusters, stats] = await Promise.all([
    admin("certs"),
    ...(whole
      ? [admin("config_dump?include_eds"), admin("clusters?format=json"), admin(statsPath)]
      : []),
  ]);
  const { namespace, name } = pod;
  return {
    namespace,
    name,
    certificate: chained(certs, readCertificate),
    config: dump && chained(dump, readConfigDump),
    hosts: clusters && chained(clusters, readHosts),
    counters: stats && chained(stats, readCounters),
  };
}

const statsPath = `stats?format=json&filter=${encodeURIComponent("upstream_rq_pending_overflow|outlier_detection")}`;

function chained<T>(from: Reading<unknown>, read: (value: unknown) => Reading<T>): Reading<T> {
  return from.ok ? read(from.value) : from;
}

/** One ready pod a workload, up to three of the ports that its Services or containers name. */
async function collectProbes(args: {
  readonly around: Around;
  readonly pods: readonly PodFact[];
  readonly services: readonly ServiceFact[];
  readonly controlPlanes: readonly string[];
}): Promise<readonly ProbeFact[]> {
  const { around, services } = args;
  const own = enrolledPods(around.wanted, args.pods).filter(
    (pod) => pod.ready && !pod.hostNetwork && !isGatewayPod(pod),
  );
  const targets = byWorkload(own).flatMap(([, members]) => {
    // Ambient lets in what comes from the pod's own node, as the API server's would.
    const elsewhere = members.filter((pod) => !args.controlPlanes.includes(pod.node));
    const ambient = around.wanted.mode === "ambient" && elsewhere.length > 0;
    const pod = representative(ambient ? elsewhere : members);
    if (pod === undefined) return [];
    const ports = portsOf(pod, services).slice(0, 3);
    return ports.map((port) => ({ pod, port }));
  });
  return Promise.all(
    targets.map(async ({ pod, port }) => {
      const { namespace, name } = pod;
      const path = `/api/v1/namespaces/${namespace}/pods/${name}:${port}/proxy/`;
      const words = ["--kubeconfig", around.programs.kubeconfig, "--request-timeout=20s"];
      const answer = await around.run(around.programs.kubectl, [...words, "get", "--raw", path]);
      return { namespace, name, port, answer: readPlaintextAnswer(answer, name) };
    }),
  );
}

/** Ports the pod serves: targets of Services that select it, else what its containers name. */
export function portsOf(pod: PodFact, services: readonly ServiceFact[]): readonly number[] {
  const targets = services
    .filter(
      (one) =>
        one.namespace === pod.namespace &&
        Object.keys(one.selector).length > 0 &&
        Object.entries(one.selector).every(([key, value]) => pod.labels[key] === value),
    )
    .flatMap((service) => service.ports.map((one) => one.targetPort))
    .flatMap((target) =>
      /^\d+$/.test(target)
        ? [Number(target)]
        : pod.ports.filter((one) => one.name === target).map((one) => one.port),
    );
  const ports = targets.length > 0 ? targets : pod.ports.map((one) => one.port);
  return [...new Set(ports)].sort((a, b) => a - b);
}

async function askZtunnel(around: Around): Promise<Reading<readonly ZtunnelWorkload[]>> {
  const { wanted, programs, run } = around;
  if (wanted.mode !== "ambient") return { ok: false, reason: "sidecar mode has no ztunnel" };
  if (programs.istioctl === undefined) return { ok: false, reason: "istioctl was not found" };
  const words = ["ztunnel-config", "workload", "-o", "json", "--kubeconfig", programs.kubeconfig];
  const answer = jsonOf(await run(programs.istioctl, words));
  if (!answer.ok) return answer;
  const rows = Array.isArray(answer.value) ? (answer.value as readonly unknown[]) : [];
  return {
    ok: true,
    value: rows.map((one) => ({
      namespace: textAt(one, "namespace") ?? "",
      name: textAt(one, "name") ?? "?",
      protocol: textAt(one, "protocol") ?? "unknown protocol",
    })),
  };
}

async function analyze({
  wanted,
  programs,
  run,
}: Around): Promise<Reading<readonly AnalyzerMessage[]>> {
  if (programs.istioctl === undefined) return { ok: false, reason: "istioctl was not found" };
  const words = ["analyze", "-A", "-o", "json", "--kubeconfig", programs.kubeconfig];
  const answer = await run(programs.istioctl, [...words, "--revision", wanted.revision]);
  // Findings make istioctl end with an error, after it has written them as JSON.
  const read = jsonOf(answer.stdout.trim().startsWith("[") ? { ...answer, error: "" } : answer);
  if (!read.ok) return read;
  const rows = Array.isArray(read.value) ? (read.value as readonly unknown[]) : [];
  return {
    ok: true,
    value: rows.filter(isMap).map((one) => ({
      code: textAt(one, "code") ?? "?",
      level: textAt(one, "level") ?? "Error",
      origin: textAt(one, "origin") ?? "cluster",
      message: textAt(one, "message") ?? "",
    })),
  };
}

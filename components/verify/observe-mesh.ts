/** Reads a running cluster: objects, each proxy's live configuration, answers to plaintext. */
import type { MeshPlan } from "../mesh/plan";
import { byWorkload, enrolledPods, isGatewayPod } from "./check";
import { readCertificate, readConfigDump, readCounters, readHosts } from "./envoy";
import { isMap, textAt } from "../text/json";
import {
  readCrds,
  readDaemonSets,
  readDeployments,
  readNodes,
  readPods,
  readServices,
  readWebhooks,
} from "./kube";
import { jsonOf, withRetry, type Programs, type Run } from "./kubectl";
import type {
  AnalyzerMessage,
  ObservedMesh,
  ObservedPod,
  ObservedProbe,
  ObservedProxy,
  ObservedService,
  Reading,
  ZtunnelWorkload,
} from "./observed";
import { readPlaintextAnswer } from "./plaintext";

interface ObserveContext {
  readonly expected: MeshPlan;
  readonly programs: Programs;
  readonly run: Run;
}

export async function observeMesh(context: ObserveContext): Promise<ObservedMesh> {
  const [deployments, daemonSets, webhooks, crds, services, slices, podList, nodes] =
    await Promise.all([
      get(context, "deployments", "-A"),
      get(context, "daemonsets", "-A"),
      get(context, "mutatingwebhookconfigurations,validatingwebhookconfigurations"),
      get(context, "customresourcedefinitions"),
      get(context, "services", "-A"),
      get(context, "endpointslices", "-A"),
      get(context, "pods", "-A"),
      get(context, "nodes"),
    ]);
  const pods = reading(podList, readPods);
  const found = pods.ok ? pods.value : [];
  const observedServices = slices.ok
    ? reading(services, (list) => readServices(list, slices.value))
    : slices;
  const [proxies, probes, ztunnel, analyzer] = await Promise.all([
    collectProxies(context, found),
    collectProbes({
      context,
      pods: found,
      services: observedServices.ok ? observedServices.value : [],
      controlPlanes: nodes.ok
        ? readNodes(nodes.value).flatMap((one) => (one.controlPlane ? [one.name] : []))
        : [],
    }),
    askZtunnel(context),
    analyze(context),
  ]);
  return {
    time: new Date().toISOString(),
    deployments: reading(deployments, readDeployments),
    daemonSets: reading(daemonSets, readDaemonSets),
    webhooks: reading(webhooks, readWebhooks),
    crds: reading(crds, readCrds),
    services: observedServices,
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
  { programs, run }: ObserveContext,
  words: readonly string[],
): Promise<Reading<unknown>> {
  const common = ["--kubeconfig", programs.kubeconfig, "--request-timeout=60s"];
  return jsonOf(await withRetry(() => run(programs.kubectl, [...common, ...words])));
}

function get(
  context: ObserveContext,
  kinds: string,
  ...words: readonly string[]
): Promise<Reading<unknown>> {
  return kubectl(context, ["get", kinds, ...words, "-o", "json"]);
}

/** Every proxy's certificate; the configuration of one ready proxy a workload. */
async function collectProxies(
  context: ObserveContext,
  pods: readonly ObservedPod[],
): Promise<readonly ObservedProxy[]> {
  const gateways = context.expected.gateways.map((one) => one.namespace);
  const own = pods.filter(
    (pod) =>
      pod.proxy !== undefined &&
      (enrolledPods(context.expected, [pod]).length > 0 ||
        (isGatewayPod(pod) && gateways.includes(pod.namespace))),
  );
  const chosen = new Set(byWorkload(own).map(([, members]) => representative(members)));
  return Promise.all(own.map((pod) => collectProxy({ context, pod, whole: chosen.has(pod) })));
}

function representative(pods: readonly ObservedPod[]): ObservedPod | undefined {
  const sorted = [...pods].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.find((pod) => pod.ready) ?? sorted[0];
}

async function collectProxy(args: {
  readonly context: ObserveContext;
  readonly pod: ObservedPod;
  readonly whole: boolean;
}): Promise<ObservedProxy> {
  const { context, pod, whole } = args;
  const admin = (path: string): Promise<Reading<unknown>> => {
    const inside = ["pilot-agent", "request", "GET", path];
    const target = ["exec", "-n", pod.namespace, pod.name, "-c", "istio-proxy"];
    return kubectl(context, [...target, "--", ...inside]);
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
  readonly context: ObserveContext;
  readonly pods: readonly ObservedPod[];
  readonly services: readonly ObservedService[];
  readonly controlPlanes: readonly string[];
}): Promise<readonly ObservedProbe[]> {
  const { context, services } = args;
  const own = enrolledPods(context.expected, args.pods).filter(
    (pod) => pod.ready && !pod.hostNetwork && !isGatewayPod(pod),
  );
  const targets = byWorkload(own).flatMap(([, members]) => {
    // Ambient lets in what comes from the pod's own node, as the API server's would.
    const elsewhere = members.filter((pod) => !args.controlPlanes.includes(pod.node));
    const ambient = context.expected.mode === "ambient" && elsewhere.length > 0;
    const pod = representative(ambient ? elsewhere : members);
    if (pod === undefined) return [];
    const ports = portsOf(pod, services).slice(0, 3);
    return ports.map((port) => ({ pod, port }));
  });
  return Promise.all(
    targets.map(async ({ pod, port }) => {
      const { namespace, name } = pod;
      const path = `/api/v1/namespaces/${namespace}/pods/${name}:${port}/proxy/`;
      const words = ["--kubeconfig", context.programs.kubeconfig, "--request-timeout=20s"];
      const answer = await context.run(context.programs.kubectl, [...words, "get", "--raw", path]);
      return { namespace, name, port, answer: readPlaintextAnswer(answer, name) };
    }),
  );
}

/** Ports the pod serves: targets of Services that select it, else what its containers name. */
function portsOf(pod: ObservedPod, services: readonly ObservedService[]): readonly number[] {
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

async function askZtunnel(context: ObserveContext): Promise<Reading<readonly ZtunnelWorkload[]>> {
  const { expected, programs, run } = context;
  if (expected.mode !== "ambient") return { ok: false, reason: "sidecar mode has no ztunnel" };
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
  expected,
  programs,
  run,
}: ObserveContext): Promise<Reading<readonly AnalyzerMessage[]>> {
  if (programs.istioctl === undefined) return { ok: false, reason: "istioctl was not found" };
  const words = ["analyze", "-A", "-o", "json", "--kubeconfig", programs.kubeconfig];
  const answer = await run(programs.istioctl, [...words, "--revision", expected.revision]);
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

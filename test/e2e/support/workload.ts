/** What the mesh tests ask of workloads: load from one to another, and what its proxy knows. */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { isTransportError, withRetry } from "../../../components/verify/kubectl";
import type { KubernetesObject } from "../../../components/steps/step";
import { serverDeployment } from "../../../lab/sample/sample";
import { say } from "./environment";
import type { Kubectl } from "./machine";

export interface LoadArgs {
  /** Deployment that sends. */
  readonly from: string;
  readonly url: string;
  readonly requests: number;
  readonly connections: number;
  /** Further flags of `fortio load`. */
  readonly flags?: readonly string[];
}

/** Times are seconds. */
export interface LoadResult {
  /** Answers by HTTP status; -1 is no answer. */
  readonly codes: Readonly<Record<string, number>>;
  readonly percentiles: Readonly<Record<string, number>>;
  readonly requestsPerSecond: number;
}

export interface Endpoint {
  readonly address: string;
  readonly ejected: boolean;
  readonly requests: number;
  /** Opened so far. */
  readonly connections: number;
}

interface FortioReport {
  readonly RetCodes: Record<string, number>;
  readonly ActualQPS: number;
  readonly DurationHistogram: { readonly Percentiles: { Percentile: number; Value: number }[] };
}

interface EnvoyClusters {
  readonly cluster_statuses?: {
    readonly name: string;
    readonly host_statuses?: {
      readonly address: { socket_address?: { address: string; port_value: number } };
      readonly stats: { name?: string; value?: string | number }[];
      readonly health_status: { failed_outlier_check?: boolean };
    }[];
  }[];
}

/** Starts all of them at once and waits until they answer. */
export async function startWorkloads(
  kubectl: Kubectl,
  objects: readonly KubernetesObject[],
): Promise<void> {
  await kubectl.apply(objects);
  for (const { kind, metadata } of objects) {
    if (kind !== "Deployment") continue;
    await new Workloads(kubectl, metadata.namespace ?? "").ready(metadata.name);
  }
}

/** Who asks: with one worker thread, as breakers count in each, and with every counter of whom it asks. */
export function prober(namespace: string): KubernetesObject {
  const proxyStatsMatcher = { inclusionPrefixes: ["cluster.outbound"] };
  const config = JSON.stringify({ concurrency: 1, proxyStatsMatcher });
  const annotations = { "proxy.istio.io/config": config };
  return serverDeployment({ name: "prober", namespace, app: "prober", annotations });
}

/** The first result that counts; asks again until the test ends. */
export async function until<T>(ask: () => Promise<T | false>): Promise<T> {
  for (;;) {
    const found = await ask();
    if (found !== false) return found;
    await delay(500);
  }
}

/** The deployment `sender` asks fifty times a second until the work is done; each request must be answered. */
export async function whileAsked(
  workloads: Workloads,
  url: string,
  work: () => Promise<unknown>,
): Promise<void> {
  let done = false;
  const working = work().finally(() => (done = true));
  const codes: Record<string, number> = {};
  const load = { from: "sender", url, requests: 500, connections: 4, flags: ["-qps", "50"] };
  do {
    const found = await workloads.load(load);
    for (const [code, count] of Object.entries(found.codes)) {
      codes[code] = (codes[code] ?? 0) + count;
    }
  } while (!done);
  await working;
  say(`under load: ${JSON.stringify(codes)}`);
  assert.deepEqual(Object.keys(codes), ["200"]);
}

/** What a proxy counted of these endpoints. */
export function sumOf(endpoints: readonly Endpoint[]): Record<"requests" | "connections", number> {
  const sum = (of: (one: Endpoint) => number): number =>
    endpoints.reduce((all, one) => all + of(one), 0);
  return { requests: sum((one) => one.requests), connections: sum((one) => one.connections) };
}

/** Five standard deviations of a binomial distribution: wrong once in two million runs. */
export function assertShare(seen: number, { of, share }: { of: number; share: number }): void {
  const deviation = Math.sqrt(of * share * (1 - share));
  assert.ok(Math.abs(seen - of * share) <= 5 * deviation, `${seen} of ${of}, declared ${share}`);
}

/** Workloads of one namespace. */
export class Workloads {
  constructor(
    private readonly kubectl: Kubectl,
    private readonly namespace: string,
  ) {}

  async ready(...deployments: readonly string[]): Promise<void> {
    for (const name of deployments) {
      await this.kubectl.run(
        ...["-n", this.namespace, "rollout", "status", `deployment/${name}`, "--timeout=3m"],
      );
    }
  }

  async load({ from, url, requests, connections, flags = [] }: LoadArgs): Promise<LoadResult> {
    const app = await this.appOf(from);
    const output = await this.kubectl.run(
      ...["-n", this.namespace, "exec", `deployment/${from}`, "-c", app, "--"],
      ...["/usr/bin/fortio", "load", "-quiet", "-json", "-", "-qps", "0", "-timeout", "30s"],
      ...["-allow-initial-errors", "-p", "50,90,99", "-n", String(requests)],
      ...["-c", String(connections), ...flags, url],
    );
    const report = JSON.parse(output.slice(output.indexOf("{"))) as FortioReport;
    const percentiles = report.DurationHistogram.Percentiles.map(
      ({ Percentile, Value }) => [`p${Percentile}`, Value] as const,
    );
    return {
      codes: report.RetCodes,
      percentiles: Object.fromEntries(percentiles),
      requestsPerSecond: report.ActualQPS,
    };
  }

  /** Body of one GET; the status of a refusal is part of the text. */
  async ask(from: string, url: string, ...headers: readonly string[]): Promise<string> {
    const app = await this.appOf(from);
    const flags = headers.flatMap((header) => ["-H", header]);
    const words = [
      ...["-n", this.namespace, "exec", `deployment/${from}`, "-c", app, "--"],
      ...["/usr/bin/fortio", "curl", "-k", "-quiet", "-timeout", "15s", ...flags, url],
    ];
    const { stdout, error } = await withRetry(() => this.kubectl.answer(...words));
    if (isTransportError(error)) throw new Error(error);
    return `${stdout}${error}`;
  }

  /** Endpoints of a cluster as the proxy of `from` sees them. */
  async endpoints(from: string, cluster: string): Promise<readonly Endpoint[]> {
    const output = await this.admin(from, "clusters?format=json");
    const { cluster_statuses: statuses = [] } = JSON.parse(output) as EnvoyClusters;
    const found = statuses.find(({ name }) => name === cluster);
    assert.ok(
      found,
      `${from} knows no cluster ${cluster}: ${statuses.map((one) => one.name).join(", ")}`,
    );
    return (found.host_statuses ?? []).map(({ address, stats, health_status: health }) => {
      const count = (wanted: string): number =>
        Number(stats.find(({ name }) => name === wanted)?.value ?? 0);
      return {
        address: address.socket_address?.address ?? "",
        ejected: health.failed_outlier_check === true,
        requests: count("rq_total"),
        connections: count("cx_total"),
      };
    });
  }

  /** Sum of the counters of a proxy whose name matches. */
  async counter(from: string, pattern: string): Promise<number> {
    const output = await this.admin(from, `stats?filter=${encodeURIComponent(pattern)}`);
    const values = output.split("\n").filter((line) => line.includes(": "));
    return values.reduce((sum, line) => sum + Number(line.split(": ")[1]), 0);
  }

  /** Asks again where only the way there broke. */
  async admin(from: string, path: string): Promise<string> {
    const words = [
      ...["-n", this.namespace, "exec", `deployment/${from}`, "-c", "istio-proxy", "--"],
      ...["pilot-agent", "request", "GET", path],
    ];
    const { stdout, error } = await withRetry(() => this.kubectl.answer(...words));
    if (error !== "") throw new Error(error);
    return stdout;
  }

  async podsOf(app: string): Promise<readonly { name: string; address: string }[]> {
    const path = "{range .items[*]}{.metadata.name} {.status.podIP}{'\\n'}{end}";
    const output = await this.kubectl.run(
      ...["-n", this.namespace, "get", "pods", "-l", `app=${app}`],
      ...["--field-selector=status.phase=Running", "-o", `jsonpath=${path}`],
    );
    return output.split("\n").map((line) => {
      const [name = "", address = ""] = line.split(" ");
      return { name, address };
    });
  }

  /** Of the proxy of every pod with this label. */
  async proxyResources(selector: string): Promise<readonly object[]> {
    const path = `{range .items[*]}{.spec['containers','initContainers'][?(@.name=="istio-proxy")].resources}{"\\n"}{end}`;
    const output = await this.kubectl.run(
      ...["-n", this.namespace, "get", "pods", "-l", selector, "-o", `jsonpath=${path}`],
    );
    return output.split("\n").map((row) => JSON.parse(row) as object);
  }

  private async appOf(deployment: string): Promise<string> {
    return this.kubectl.run(
      ...["-n", this.namespace, "get", "deployment", deployment],
      ...["-o", "jsonpath={.metadata.labels.app}"],
    );
  }
}

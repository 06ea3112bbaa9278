/**
 * Prometheus as the addon installs it, on containers of this computer: what it scrapes, and what it still knows after a restart.
 *
 * Its charts are in no registry of modules: NORDMESH_CHARTS names a directory that has kube-prometheus-stack, with its
 * dependencies, and prometheus-operator-crds, unpacked.
 */
import assert from "node:assert/strict";
import { serverPort, shop } from "../../lab/sample/sample";
import { developmentMesh, say, skipUnlessBuilt } from "./support/environment";
import { FiveNodes } from "./support/five-nodes";
import { givenCharts, skipUnlessGiven } from "./support/given";
import type { Stack } from "./support/nodes";
import { itIsInstalledOnAVolume } from "./support/volumes";
import { prober, startWorkloads, until, Workloads } from "./support/workload";

const sets = ["prometheus"] as const;
const charts = ["kube-prometheus-stack", "prometheus-operator-crds"];
const namespace = "shop";
const scrapeSeconds = 5;
const server =
  "/api/v1/namespaces/monitoring/services/prometheus-prometheus:9090/proxy/api/v1/query";

/** Labels of a series and its value. */
interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

describe("Prometheus", function () {
  this.bail(true);
  this.timeout("15m");
  let cluster: FiveNodes;

  const declared = (): Stack => {
    const { charts: ofMesh } = cluster.environment.lab;
    const { services: _, ...mesh } = developmentMesh();
    return {
      ...cluster.declared,
      addons: {
        charts: { source: "directory", path: givenCharts },
        prometheus: { volumeGiB: 2, scrapeSeconds },
      },
      mesh: { ...mesh, charts: { source: "directory", path: ofMesh } },
    };
  };

  before(async function () {
    this.timeout("60m");
    await skipUnlessBuilt(this, sets);
    skipUnlessGiven(this, { charts });
    cluster = await FiveNodes.begin("dev-metrics", {
      ...{ network: "10.90.0", controlPlanes: ["m-cp"], workers: ["m-w1", "m-w2"], sets },
      volumes: { "m-w1": { metrics: 2 } },
    });
  });

  after(() => cluster?.end());

  itIsInstalledOnAVolume(() => cluster, declared);

  it("scrapes every sidecar, istiod and the node agents, and finds nothing down", async () => {
    await startWorkloads(cluster.kubectl, [...shop(namespace), prober(namespace)]);
    const rows = await until(async () => {
      const sidecars = await query(`up{namespace="${namespace}"}`);
      return sidecars.length === 4 && sidecars.every(isUp) && sidecars;
    });
    assert.equal(rows.length, 4);
    const all = await until(async () => {
      const found = await query("up");
      return found.every(isUp) && found;
    });
    const jobs = [...new Set(all.map(({ metric }) => metric["job"] ?? ""))].sort();
    say(`scraped: ${jobs.join(", ")}`);
    for (const job of ["proxies", "istiod", "cni"]) {
      assert.ok(
        jobs.some((name) => name.endsWith(`/mesh-${job}`)),
        job,
      );
    }
  });

  it("counts the requests that a sidecar sent", async () => {
    const workloads = new Workloads(cluster.kubectl, namespace);
    const requests = 50;
    const url = `http://catalog:${serverPort}/debug`;
    await workloads.load({ from: "prober", url, requests, connections: 1 });
    const counted = `sum(envoy_cluster_upstream_rq_total{namespace="${namespace}",cluster_name=~"outbound.*catalog.*"})`;
    const seen = await until(async () => {
      const [sum] = await query(counted);
      return Number(sum?.value[1] ?? 0) >= requests && Number(sum?.value[1]);
    });
    say(`${seen} requests counted; one proxy shows ${await valueOf(perProxy)} samples a scrape`);
  });

  it("keeps what it knows when its pod is killed", async () => {
    const { kubectl } = cluster;
    const before = await query(`count(up{namespace="${namespace}"})`);
    const [time] = before[0]?.value ?? [0];
    const pod = ["-n", "monitoring", "pod/prometheus-prometheus-prometheus-0"];
    await kubectl.run("delete", ...pod, "--grace-period=0", "--force");
    await until(async () => (await query("vector(1)").catch(() => [])).length === 1);
    const [then] = await query(`count(up{namespace="${namespace}"})`, time);
    assert.equal(then?.value[1], before[0]?.value[1]);
  });

  const perProxy = `max(scrape_samples_scraped{namespace="${namespace}"})`;
  const isUp = ({ value }: Sample): boolean => value[1] === "1";

  async function valueOf(expression: string): Promise<string> {
    return (await query(expression))[0]?.value[1] ?? "no";
  }

  /** Answer to an expression at a time, by default now. */
  async function query(expression: string, time?: number): Promise<readonly Sample[]> {
    const at = time === undefined ? "" : `&time=${time}`;
    const path = `${server}?query=${encodeURIComponent(expression)}${at}`;
    const answer = JSON.parse(await cluster.kubectl.run("get", "--raw", path)) as {
      readonly data: { readonly result: readonly Sample[] };
    };
    return answer.data.result;
  }
});

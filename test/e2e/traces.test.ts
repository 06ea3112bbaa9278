/**
 * Tempo as the addon installs it, on containers of this computer: what proxies send there, and what is left of it after a restart.
 *
 * Neither its chart nor its image is in a registry of modules: NORDMESH_CHARTS and NORDMESH_IMAGES name directories with
 * the chart `tempo`, unpacked, and `tempo.tar`.
 */
import assert from "node:assert/strict";
import { serverPort, shop } from "../../lab/sample/sample";
import { developmentMesh, say } from "./support/environment";
import { FiveNodes } from "./support/five-nodes";
import { bringImages, givenCharts, skipUnlessGiven } from "./support/given";
import type { Stack } from "./support/nodes";
import { beginTrace, Tempo } from "./support/tempo";
import { itIsInstalledOnAVolume } from "./support/volumes";
import { assertShare, prober, startWorkloads, until, Workloads } from "./support/workload";

const given = { charts: ["tempo"], images: ["tempo"] };
const namespace = "shop";
const catalog = `http://catalog:${serverPort}`;
const tracing = { volumeGiB: 1, retentionHours: 48, samplingPercent: 10 };
const forced = beginTrace();

describe("Tempo", function () {
  this.bail(true);
  this.timeout("15m");
  let cluster: FiveNodes;
  let workloads: Workloads;
  let tempo: Tempo;

  const declared = (): Stack => ({
    ...cluster.declared,
    addons: { charts: { source: "directory", path: givenCharts }, tracing },
    mesh: {
      ...developmentMesh(),
      charts: { source: "directory", path: cluster.environment.lab.charts },
    },
  });

  before(async function () {
    this.timeout("60m");
    skipUnlessGiven(this, given);
    cluster = await FiveNodes.begin("dev-traces", {
      ...{ network: "10.95.0", controlPlanes: ["t-cp"], workers: ["t-w1", "t-w2"] },
      volumes: { "t-w1": { traces: 1 } },
    });
    await cluster.up(cluster.declared);
    await bringImages(cluster.nodes, Object.keys(cluster.declared.hosts), given.images);
  });

  after(() => cluster?.end());

  itIsInstalledOnAVolume(() => cluster, declared);

  it("keeps a request through two sidecars as one trace, with the span of each", async () => {
    const { kubectl } = cluster;
    [workloads, tempo] = [new Workloads(kubectl, namespace), new Tempo(kubectl)];
    await startWorkloads(kubectl, [...shop(namespace), prober(namespace)]);
    const answer = await workloads.ask("prober", `${catalog}/debug`, ...forced.headers);
    assert.match(answer, new RegExp(`Traceparent: 00-${forced.id}-\\w+-01`));
    const spans = await until(async () => {
      const found = await tempo.spansOf(forced.id);
      return found.length === 2 && found;
    });
    const [sent, received] = spans;
    assert.deepEqual(
      spans.map(({ service, kind, parent }) => ({ service, kind, parent })),
      [
        { service: "prober.shop", kind: "SPAN_KIND_CLIENT", parent: forced.parent },
        { service: "catalog.shop", kind: "SPAN_KIND_SERVER", parent: sent?.id },
      ],
    );
    assert.notEqual(received?.id, sent?.id);
  });

  it("gets the declared share of the requests that nobody asks to trace", async () => {
    const [requests, path] = [1000, "/share"];
    await workloads.load({ from: "prober", url: `${catalog}${path}`, requests, connections: 2 });
    const query = `{ kind = client && span.http.url =~ ".*${path}" }`;
    let last = 0;
    // Proxies send spans every five seconds.
    const seen = await until(async () => {
      const [before, now] = [last, await tempo.count(query)];
      last = now;
      if (now === 0 || now !== before) await new Promise((done) => setTimeout(done, 7000));
      return now > 0 && now === before && now;
    });
    say(`${seen} of ${requests} requests traced, declared ${tracing.samplingPercent} %`);
    assertShare(seen, { of: requests, share: tracing.samplingPercent / 100 });
  });

  it("runs with the declared retention", async () => {
    const [, kept] = /^compactor:\n(?: .*\n)*? +block_retention: (\S+)$/m.exec(
      await tempo.configuration(),
    ) ?? [""];
    assert.equal(kept, `${tracing.retentionHours}h0m0s`);
  });

  it("keeps its traces when its pod is killed", async () => {
    const pod = ["-n", "monitoring", "pod/tempo-0"];
    await cluster.kubectl.run("delete", ...pod, "--grace-period=0", "--force");
    await until(async () => (await tempo.spansOf(forced.id)).length === 2);
  });

  it("comes back with `up` when its objects are deleted, and is sent spans again", async () => {
    const { kubectl } = cluster;
    const rest = ["service/tempo", "configmap/tempo", "statefulset/tempo"];
    await kubectl.run("-n", "monitoring", "delete", ...rest);
    await kubectl.run("-n", "istio-system", "delete", "telemetry/mesh-default");
    await cluster.up(declared(), { refresh: true });
    const again = beginTrace();
    await workloads.ask("prober", `${catalog}/debug`, ...again.headers);
    await until(async () => (await tempo.spansOf(again.id)).length === 2);
    assert.equal((await tempo.spansOf(forced.id)).length, 2);
  });
});

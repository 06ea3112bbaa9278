/** The second guide of 2025: two threads, a range past the proxy, 2 s with 2 tries of 500 ms, STRICT everywhere. */
import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../components/steps/step";
import { serverDeployment, serverService } from "../../../lab/sample/sample";
import { say } from "../support/environment";
import { Outside, outsidePort } from "../support/outside";
import { prober, startWorkloads, until, Workloads } from "../support/workload";
import type { Guide } from "./guide";

const namespace = "shop";
const url = "http://orders:8080/debug";
const answered = /echo debug server up/;
/** In the range that orders excludes, and beside it. */
const excluded = "10.200.0.9";
const beside = "10.201.0.9";

/** Has the labels of orders, and nothing that listens. */
const refusing: KubernetesObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    ...{ name: "refusing", namespace },
    labels: { app: "orders", "sidecar.istio.io/inject": "false" },
  },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: "pause", image: "registry.k8s.io/pause:3.10.2" }],
  },
};

export function itProvesG3(of: () => Guide): void {
  let guide: Guide;
  let shop: Workloads;
  let outside: Outside | undefined;

  after(() => outside?.end());

  it("comes up before its workloads exist, which then get the declared proxies", async () => {
    guide = of();
    await guide.up();
    const { kubectl } = guide.cluster;
    shop = new Workloads(kubectl, namespace);
    await startWorkloads(kubectl, [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "outside" } },
      serverService({ name: "orders", namespace }),
      serverDeployment({ name: "orders", namespace, app: "orders", replicas: 2 }),
      prober(namespace),
      serverDeployment({ name: "stranger", namespace: "outside", app: "stranger" }),
    ]);
    const compact = {
      requests: { cpu: "50m", memory: "64Mi" },
      limits: { cpu: "500m", memory: "256Mi" },
    };
    assert.deepEqual(await shop.proxyResources("app=orders"), [compact, compact]);
    const { command_line_options: options } = JSON.parse(
      await shop.admin("orders", "server_info"),
    ) as { readonly command_line_options: { readonly concurrency: number } };
    assert.equal(options.concurrency, 2);
  });

  it("is as declared, and the second run has nothing to do", () => guide.isAsDeclared());

  it("refuses plaintext", async () => {
    const [pod] = await shop.podsOf("orders");
    const beyond = new Workloads(guide.cluster.kubectl, "outside");
    assert.match(
      await beyond.ask("stranger", `http://${pod?.address}:8080/debug`),
      /reset by peer|EOF/,
    );
  });

  it("ends a try after 500 ms, and does not repeat what may have arrived", async () => {
    const counts = async (): Promise<{ ended: number; repeated: number }> => ({
      ended: await count("per_try_timeout"),
      repeated: await count("retry"),
    });
    const before = await counts();
    const requests = 10;
    const { codes, percentiles } = await shop.load({
      ...{ from: "prober", url: `${url}?delay=5s`, requests, connections: 1 },
    });
    say(`g3: ${JSON.stringify(codes)}, half within ${percentiles["p50"]} s`);
    assert.deepEqual(codes, { "504": requests });
    const { ended, repeated } = before;
    assert.deepEqual(await counts(), { ended: ended + requests, repeated });
    assert.ok((percentiles["p50"] ?? 0) >= 0.5);
  });

  it("tries again, twice at most, where a backend takes no connection", async () => {
    const { kubectl } = guide.cluster;
    await kubectl.apply([refusing]);
    await kubectl.run("-n", namespace, "wait", "pod/refusing", "--for=condition=Ready");
    const cluster = `outbound|8080||orders.${namespace}.svc.cluster.local`;
    await until(async () => (await shop.endpoints("prober", cluster)).length === 3);
    const before = await count("retry");
    const requests = 60;
    const { codes } = await shop.load({ from: "prober", url, requests, connections: 1 });
    const retried = (await count("retry")) - before;
    say(`g3: ${JSON.stringify(codes)}, ${retried} tried again`);
    assert.deepEqual(codes, { "200": requests });
    assert.ok(retried > 0);
    await kubectl.run("-n", namespace, "delete", "pod", "refusing");
  });

  it("leaves what orders asks of the excluded range alone, packet by packet", async () => {
    const { network, cluster } = guide;
    outside = await Outside.begin({
      network: cluster.nodes.network,
      servers: { excluded, beside },
      dns: `${network}.222`,
    });
    for (const node of Object.keys(guide.declared.hosts)) {
      await cluster.nodes.run(node, `ip route add 10.200.0.0/15 via ${network}.222`);
    }
    const ask = (address: string): Promise<string> =>
      shop.ask("orders", `http://${address}:${outsidePort}/debug`);
    const before = await packetsPast();
    const past = await ask(excluded);
    assert.match(past, answered);
    assert.doesNotMatch(past, /X-Request-Id|X-Envoy/i);
    const counted = await packetsPast();
    // Only a connection's first packet asks for a translation of its address.
    assert.equal(counted, before + 1);
    // Beside it the proxy answers, which knows no such host.
    assert.match(await ask(beside), /502 Bad Gateway[^]*server: envoy/);
    assert.equal(await packetsPast(), counted);
  });

  function count(name: string): Promise<number> {
    return shop.counter("prober", `outbound.8080..orders.*upstream_rq_${name}$`);
  }

  /** Packets that the redirection to the proxy let pass, in the namespaces of all pods. */
  async function packetsPast(): Promise<number> {
    const rules = `for pod in /run/netns/*; do nsenter --net=$pod nft list ruleset; done | grep -F '10.200.0.0/16' || true`;
    const seen = Object.keys(guide.declared.hosts).map((node) =>
      guide.cluster.nodes.run(node, rules),
    );
    const found = (await Promise.all(seen)).join("\n").matchAll(/packets (\d+)/g);
    return [...found].reduce((sum, [, packets]) => sum + Number(packets), 0);
  }
}

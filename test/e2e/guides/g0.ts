/** The guide of 2023: a breaker of 100/10/10, 90/10, proxies of declared sizes. */
import assert from "node:assert/strict";
import { serverDeployment, serverService } from "../../../lab/sample/sample";
import { say } from "../support/environment";
import { startWorkloads, Workloads } from "../support/workload";
import { assertShare, prober, type Guide } from "./guide";

const namespace = "payments";
const app = "payment-service";
const url = `http://${app}:8080/debug`;
const clusterOf = (version: string): string =>
  `outbound|8080|${version}|${app}.${namespace}.svc.cluster.local`;

export function itProvesG0(of: () => Guide): void {
  let guide: Guide;
  let payments: Workloads;

  it("comes up before its workloads exist, which then get proxies of the declared sizes", async () => {
    guide = of();
    await guide.up();
    const { kubectl } = guide.cluster;
    payments = new Workloads(kubectl, namespace);
    const version = { namespace, app };
    await startWorkloads(kubectl, [
      serverService({ name: app, namespace }),
      serverDeployment({ ...version, name: app, version: "v1", replicas: 2 }),
      serverDeployment({ ...version, name: `${app}-v2`, version: "v2" }),
      prober(namespace),
    ]);
    const resources = await payments.proxyResources("version=v1");
    const declared = {
      requests: { cpu: "100m", memory: "128Mi" },
      limits: { cpu: "500m", memory: "512Mi" },
    };
    assert.deepEqual(resources, [declared, declared]);
    assert.notDeepEqual(await payments.proxyResources("app=prober"), [declared]);
  });

  it("is as declared, and the second run has nothing to do", () => guide.isAsDeclared());

  it("splits 90 to 10", async () => {
    const requests = 1000;
    const { codes } = await payments.load({ from: "prober", url, requests, connections: 4 });
    assert.deepEqual(codes, { "200": requests });
    const v2 = await served("v2");
    say(`g0: ${await served("v1")} to v1, ${v2} to v2`);
    assertShare(v2, { of: requests, share: 0.1 });
  });

  it("closes a connection after 10 requests", async () => {
    const closed = `${clusterOf("v1")};.upstream_cx_max_requests`.replaceAll("|", ".");
    const pattern = `outbound.8080.v1.${app}.*upstream_cx_max_requests`;
    const before = await payments.counter("prober", pattern);
    const servedBefore = await served("v1");
    await payments.load({ from: "prober", url, requests: 200, connections: 1 });
    const count = (await payments.counter("prober", pattern)) - before;
    const tens = ((await served("v1")) - servedBefore) / 10;
    // A connection of the load before may have been used up to any count.
    assert.ok(Math.abs(count - tens) <= 2, `${closed}: ${count} for ${tens * 10} requests`);
  });

  it("opens at 100 connections and 10 requests that wait", async () => {
    const pattern = `outbound.8080.*${app}.*upstream_rq_pending_overflow`;
    const before = await payments.counter("prober", pattern);
    const v2Before = await served("v2");
    const requests = 200;
    // Each waits for ten seconds and comes 25 ms after the one before: the queue is for the connections' limit alone.
    const flags = ["-qps", "40", "-uniform"];
    const slow = `${url}?delay=10s`;
    const { codes } = await payments.load({
      ...{ from: "prober", url: slow, requests, connections: requests, flags },
    });
    const overflow = (await payments.counter("prober", pattern)) - before;
    const v2 = (await served("v2")) - v2Before;
    say(`g0: answers ${JSON.stringify(codes)}, ${v2} by v2, ${overflow} turned away`);
    assert.equal(codes["503"], overflow);
    assert.equal(codes["200"], 110 + v2);
  });

  async function served(version: string): Promise<number> {
    const found = await payments.endpoints("prober", clusterOf(version));
    return found.reduce((sum, { requests }) => sum + requests, 0);
  }
}

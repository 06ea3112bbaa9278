/** The guide of 2023: a breaker of 100/10/10, 90/10, proxies of declared sizes. */
import assert from "node:assert/strict";
import { serverDeployment, serverService } from "../../../lab/sample/sample";
import { say } from "../support/environment";
import {
  assertShare,
  type Endpoint,
  prober,
  startWorkloads,
  sumOf,
  Workloads,
} from "../support/workload";
import { assertRequestsPerConnection, type Guide } from "./guide";

const namespace = "payments";
const app = "payment-service";
const url = `http://${app}:8080/debug`;

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
    const before = await endpoints("v1");
    await payments.load({ from: "prober", url, requests: 200, connections: 1 });
    assertRequestsPerConnection(10, { before, now: await endpoints("v1") });
  });

  it("opens at 100 connections and 10 requests that wait", async () => {
    const count = (name: string): Promise<number> =>
      payments.counter("prober", `outbound.8080.v1.${app}.*upstream_${name}$`);
    const before = await count("rq_pending_overflow");
    // One every 25 ms, and each takes ten seconds: the queue fills behind the connections, not before they open.
    const flags = ["-qps", "40", "-uniform"];
    const [requests, connections] = [400, 200];
    let answered = false;
    const load = payments
      .load({ from: "prober", url: `${url}?delay=10s`, requests, connections, flags })
      .finally(() => (answered = true));
    const most = { connections: 0, waiting: 0 };
    while (!answered) {
      most.connections = Math.max(most.connections, await count("cx_active"));
      most.waiting = Math.max(most.waiting, await count("rq_pending_active"));
    }
    const { codes } = await load;
    const overflow = (await count("rq_pending_overflow")) - before;
    say(`g0: answers ${JSON.stringify(codes)}, ${overflow} turned away`);
    assert.deepEqual(most, { connections: 100, waiting: 10 });
    assert.ok(overflow > 0);
    assert.equal(codes["503"], overflow);
  });

  async function served(version: string): Promise<number> {
    return sumOf(await endpoints(version)).requests;
  }

  function endpoints(version: string): Promise<readonly Endpoint[]> {
    return payments.endpoints(
      "prober",
      `outbound|8080|${version}|${app}.${namespace}.svc.cluster.local`,
    );
  }
}

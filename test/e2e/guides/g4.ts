/** The third guide of 2025, ambient: no sidecar, both identities on each connection, STRICT payments, kernel values in pods. */
import assert from "node:assert/strict";
import { programsToMake } from "../../../lab/bundle";
import { serverDeployment, serverService } from "../../../lab/sample/sample";
import { say } from "../support/environment";
import { accepted } from "../support/shop";
import { assertShare, startWorkloads, sumOf, until, Workloads } from "../support/workload";
import type { Guide } from "./guide";

const namespace = "payments-prod";
const ledger = { namespace, app: "ledger" };
const url = "http://ledger:8080/debug";
const limits = { maxConnections: 1, http1MaxPendingRequests: 1 };
const answered = /echo debug server up/;
const identity = (name: string): string => `spiffe://cluster.local/ns/${namespace}/sa/${name}`;

export function itProvesG4(of: () => Guide): void {
  let guide: Guide;
  let payments: Workloads;

  it("comes up and starts its workloads, without a proxy in any pod", async () => {
    guide = of();
    await guide.up();
    const { kubectl } = guide.cluster;
    payments = new Workloads(kubectl, namespace);
    await startWorkloads(kubectl, [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "outside" } },
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "buyer", namespace } },
      serverService({ name: "ledger", namespace }),
      serverDeployment({ ...ledger, name: "ledger-v1", version: "v1" }),
      serverDeployment({ ...ledger, name: "ledger-v2", version: "v2" }),
      serverDeployment({ name: "buyer", namespace, app: "buyer", serviceAccount: "buyer" }),
      serverDeployment({ name: "stranger", namespace: "outside", app: "stranger" }),
    ]);
    const path = "jsonpath={.items[*].spec['containers','initContainers'][*].name}";
    const names = await kubectl.run("-n", namespace, "get", "pods", "-o", path);
    assert.deepEqual(names.split(" ").sort(), ["buyer", "ledger", "ledger"]);
  });

  it("is as declared, and the second run has nothing to do", () => guide.isAsDeclared());

  it("knows both ends of a connection", async () => {
    assert.match(await payments.ask("buyer", url), answered);
    const line = await until(async () => {
      const lines = (await ztunnelLog()).split("\n");
      return (
        lines.find((one) => one.includes(identity("buyer")) && one.includes("direction")) ?? false
      );
    });
    assert.match(line, new RegExp(`dst\\.identity="${identity("default")}"`));
    assert.match(line, /dst\.hbone_addr=/);
  });

  it("answers every request of a load", async () => {
    const flags = ["-qps", "200"];
    const requests = 2000;
    const { codes, percentiles } = await payments.load({
      ...{ from: "buyer", url, requests, connections: 4, flags },
    });
    say(`g4: ${JSON.stringify(codes)} at 200 a second, seconds ${JSON.stringify(percentiles)}`);
    assert.deepEqual(codes, { "200": requests });
  });

  it("refuses plaintext to payments, by the name of its policy", async () => {
    const [pod] = await payments.podsOf("ledger");
    const beyond = new Workloads(guide.cluster.kubectl, "outside");
    const refusal = await beyond.ask("stranger", `http://${pod?.address}:8080/debug`);
    assert.doesNotMatch(refusal, answered);
    await until(async () => /denied by.*istio_converted_static_strict/.test(await ztunnelLog()));
  });

  it("gives every pod, and so ztunnel in them, the kernel values of the guide", async () => {
    for (const node of Object.keys(guide.declared.hosts)) {
      const found = await guide.cluster.nodes.podKernelValues(node);
      assert.deepEqual([...new Set(found)], ["1024 65535 1"], node);
    }
  });

  it("splits 90 to 10 in a waypoint, which an edit brings with limits of a second service", async function () {
    if ((await programsToMake(["ambient"])).includes("envoy")) {
      say("left out: the lab's Envoy is the plain one, and refuses what istiod sends a waypoint");
      this.skip();
    }
    const mesh = guide.declared["mesh"] as object;
    const services = {
      [`${namespace}/ledger`]: {
        port: 8080,
        selector: { app: "ledger" },
        replicas: 2,
        canary: { v1: 90, v2: 10 },
      },
      [`${namespace}/narrow`]: { port: 8080, breaker: limits },
    };
    const accept = Object.keys(limits).map((limit) =>
      accepted("limit-of-one", `services.${namespace}/narrow.breaker.${limit}`),
    );
    await guide.cluster.kubectl.apply([
      serverService({ name: "narrow", namespace, app: "ledger" }),
    ]);
    await guide.cluster.up({ ...guide.declared, mesh: { ...mesh, services, accept } });
    const requests = 1000;
    const { codes } = await payments.load({ from: "buyer", url, requests, connections: 4 });
    assert.deepEqual(codes, { "200": requests });
    const [v1, v2] = [await servedBy("v1"), await servedBy("v2")];
    say(`g4: ${v1} to v1, ${v2} to v2, counted by the waypoint`);
    assert.equal(v1 + v2, requests);
    assertShare(v2, { of: requests, share: 0.1 });
  });

  it("turns away in the waypoint what is more than a connection and a place in its queue", async function () {
    if (!(await hasWaypoint())) this.skip();
    const narrow = "http://narrow:8080/debug";
    const counter = "narrow.*upstream_rq_pending_overflow";
    await payments.ask("buyer", narrow);
    const before = await payments.counter("waypoint", counter);
    const { codes } = await payments.load({
      ...{ from: "buyer", url: `${narrow}?delay=2s`, requests: 10, connections: 10 },
    });
    const overflow = (await payments.counter("waypoint", counter)) - before;
    say(
      `g4: ${JSON.stringify(codes)} of a narrow service, ${overflow} turned away in the waypoint`,
    );
    assert.deepEqual(codes, { "200": 2, "503": 8 });
    assert.equal(overflow, 8);
  });

  async function hasWaypoint(): Promise<boolean> {
    const found = await guide.cluster.kubectl.run(
      "-n",
      namespace,
      "get",
      "deployments",
      "-o",
      "name",
    );
    return found.includes("/waypoint");
  }

  async function servedBy(version: string): Promise<number> {
    const cluster = `inbound-vip|8080|http|ledger-${version}.${namespace}.svc.cluster.local`;
    return sumOf(await payments.endpoints("waypoint", cluster)).requests;
  }

  function ztunnelLog(): Promise<string> {
    return guide.cluster.kubectl.run(
      ...["-n", "istio-system", "logs", "-l", "app=ztunnel", "--tail=2000"],
    );
  }
}

/** The first guide of 2025: a gateway behind MetalLB, 90/10, a queue of one, a namespace that is STRICT before the others. */
import assert from "node:assert/strict";
import { serverDeployment, serverPort, serverService } from "../../../lab/sample/sample";
import type { KubernetesObject } from "../../../components/steps/step";
import { say } from "../support/environment";
import { askFromHere } from "../support/from-here";
import { assertShare, prober, startWorkloads, sumOf, until, Workloads } from "../support/workload";
import { assertRequestsPerConnection, assertTurnsAway, type Guide } from "./guide";

const namespace = "backend";
const strict = "strict-secure";
const gateway = ["-n", "istio-ingress", "get", "service", "istio-ingressgateway"];
const host = "shop.example.net";
const payment = "http://payment:8080/debug";
const answered = /echo debug server up/;

/** What the gateway leads to, which the guide leaves to its reader. */
const routed: readonly KubernetesObject[] = [
  {
    ...{ apiVersion: "networking.istio.io/v1", kind: "Gateway" },
    metadata: { name: "door", namespace },
    spec: {
      selector: { istio: "ingressgateway" },
      servers: [{ port: { number: 8080, name: "http", protocol: "HTTP" }, hosts: [host] }],
    },
  },
  {
    ...{ apiVersion: "networking.istio.io/v1", kind: "VirtualService" },
    metadata: { name: "door", namespace },
    spec: {
      ...{ hosts: [host], gateways: ["door"] },
      http: [{ route: [{ destination: { host: "payment", port: { number: serverPort } } }] }],
    },
  },
];

export function itProvesG2(of: () => Guide): void {
  let guide: Guide;
  let backend: Workloads;
  let beyond: Workloads;

  it("comes up and starts its workloads", async () => {
    guide = of();
    await guide.up();
    const { kubectl } = guide.cluster;
    backend = new Workloads(kubectl, namespace);
    beyond = new Workloads(kubectl, "outside");
    const inventory = { namespace, app: "inventory" };
    await startWorkloads(kubectl, [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "outside" } },
      serverService({ name: "inventory", namespace }),
      serverDeployment({ ...inventory, name: "inventory-v1", version: "v1" }),
      serverDeployment({ ...inventory, name: "inventory-v2", version: "v2" }),
      serverService({ name: "payment", namespace }),
      serverDeployment({ name: "payment", namespace, app: "payment", replicas: 4 }),
      prober(namespace),
      serverDeployment({ name: "vault", namespace: strict, app: "vault" }),
      serverDeployment({ name: "stranger", namespace: "outside", app: "stranger" }),
      ...routed,
    ]);
  });

  it("is as declared, and the second run has nothing to do", () => guide.isAsDeclared());

  it("gives proxies and istiod what the guide gives them", async () => {
    const requests = { cpu: "100m", memory: "128Mi" };
    const [proxy] = await backend.proxyResources("app=prober");
    assert.deepEqual(proxy, { requests, limits: { cpu: "2", memory: "1Gi" } });
    const path = "jsonpath={.items[0].spec.containers[0].resources.requests}";
    const { kubectl } = guide.cluster;
    const pods = ["-n", "istio-system", "get", "pods", "-l", "app=istiod"];
    const pilot = await kubectl.run(...pods, "-o", path);
    assert.deepEqual(JSON.parse(pilot), { cpu: "500m", memory: "2Gi" });
  });

  it("answers at the gateway's address of the pool, from port 80", async () => {
    const path = "jsonpath={.status.loadBalancer.ingress[*].ip}";
    const address = await guide.cluster.kubectl.run(...gateway, "-o", path);
    assert.match(address, new RegExp(`^${guide.network.replaceAll(".", "\\.")}\\.2\\d\\d$`));
    await until(async () => answered.test(await askFromHere({ address, host })));
  });

  it("splits 90 to 10", async () => {
    const requests = 1000;
    const url = "http://inventory:8080/debug";
    const { codes } = await backend.load({ from: "prober", url, requests, connections: 4 });
    assert.deepEqual(codes, { "200": requests });
    const subset = `outbound|8080|v2|inventory.${namespace}.svc.cluster.local`;
    const v2 = sumOf(await backend.endpoints("prober", subset)).requests;
    say(`g2: ${v2} of ${requests} to v2`);
    assertShare(v2, { of: requests, share: 0.1 });
  });

  it("closes a connection after 10 requests", async () => {
    const requests = 200;
    const ofPayment = `outbound|8080||payment.${namespace}.svc.cluster.local`;
    const before = await backend.endpoints("prober", ofPayment);
    const { codes } = await backend.load({
      ...{ from: "prober", url: payment, requests, connections: 1 },
    });
    assert.deepEqual(codes, { "200": requests });
    const now = await backend.endpoints("prober", ofPayment);
    assertRequestsPerConnection(10, { before, now });
  });

  it("turns away who would wait beside one that waits", async () => {
    await assertTurnsAway(backend, {
      url: payment,
      counter: "outbound.8080..payment.*upstream_rq_pending_overflow",
    });
  });

  it("lets plaintext into backend, as its first stage, and not into strict-secure", async () => {
    const ask = async (app: string, workloads: Workloads): Promise<string> => {
      const [pod] = await workloads.podsOf(app);
      return beyond.ask("stranger", `http://${pod?.address}:8080/debug`);
    };
    assert.match(await ask("inventory", backend), answered);
    const refusal = await ask("vault", new Workloads(guide.cluster.kubectl, strict));
    assert.match(refusal, /reset by peer|EOF/);
  });
}

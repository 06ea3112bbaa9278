/** Cases of a cluster without a mesh: it gets one with real sidecars, and loses it again. */
import assert from "node:assert/strict";
import { parseStack } from "../../../components/environment/parse";
import { planStack } from "../../../components/environment/plan";
import { say } from "./environment";
import type { FiveNodes } from "./five-nodes";
import { injectedContainers, leaveOutInjection, runGate } from "./injection";
import type { Kubectl } from "./machine";
import type { Stack } from "./nodes";
import { deployments, ejection, namespace, partner, testMesh, workloads } from "./shop";
import { assertWithoutMesh } from "./without-mesh";
import { assertShare, startWorkloads, sumOf, until, Workloads } from "./workload";

/** The control plane of the release that the tests declare. */
const revision = "1-31-1";
/** Of each kind one, and what pods get their proxies by. */
const partsOfMesh = {
  inNamespace: [
    `deployment/istiod-${revision}`,
    `configmap/istio-sidecar-injector-${revision}`,
    `serviceaccount/istiod-${revision}`,
    `service/istiod-${revision}`,
    "daemonset/istio-cni-node",
    "peerauthentication/default",
    "sidecar/default",
  ],
  ofCluster: [
    `mutatingwebhookconfiguration/istio-sidecar-injector-${revision}`,
    `validatingwebhookconfiguration/istio-validator-${revision}-istio-system`,
    "clusterrole/istio-cni",
  ],
};
/** In every answer of /debug. */
const fortio = /echo debug server up/;

/** `of` gives the cluster, which is up and has no mesh, and has none afterwards. */
export function itCarriesAMesh(of: () => FiveNodes): void {
  let cluster: FiveNodes;
  let mesh: Record<string, unknown>;
  let kubectl: Kubectl;
  let shop: Workloads;
  let beyond: Workloads;

  const meshed = (changed: object = {}): Stack => ({
    ...cluster.declared,
    mesh: { ...mesh, ...changed },
  });

  it("carry a mesh that is installed, with an istiod that found its template", async () => {
    cluster = of();
    mesh = testMesh(cluster.environment.lab.charts);
    await cluster.up(meshed());
    ({ kubectl } = cluster);
    shop = new Workloads(kubectl, namespace);
    beyond = new Workloads(kubectl, "outside");
    const istiod = ["-n", "istio-system", "logs", `deployment/istiod-${revision}`];
    assert.doesNotMatch(await kubectl.run(...istiod), /template not found/);
  });

  it("carry a mesh that starts workloads with a proxy beside each", async () => {
    await startWorkloads(kubectl, workloads);
    const path = "jsonpath={.items[*].spec['containers','initContainers'][*].name}";
    const names = await kubectl.run("-n", namespace, "get", "pods", "-o", path);
    const proxies = names.split(" ").filter((name) => name === "istio-proxy");
    assert.equal(proxies.length, deployments.length);
  });

  it("carry a mesh that has nothing to change on the second run, webhooks included", async () => {
    const { changes } = await cluster.stack.preview({ refresh: true });
    assert.deepEqual(changes, []);
    const { counts } = await cluster.stack.up();
    assert.deepEqual(Object.keys(counts), ["same"]);
  });

  it("carry a mesh whose pods have the kernel values of pods, each in its own network namespace", async () => {
    for (const name of ["w-1", "w-2"]) {
      const found = await cluster.nodes.podKernelValues(name);
      assert.ok(found.length > 2, name);
      assert.deepEqual([...new Set(found)], ["1024 65535 1"], name);
    }
  });

  it("carry a mesh that tells each end who the other is", async () => {
    const answer = await shop.ask("customer", "http://catalog:8080/debug");
    assert.match(answer, /X-Forwarded-Client-Cert: .*URI=spiffe:\/\/[^;]*\/ns\/shop\/sa\/default/);
  });

  it("carry a mesh that refuses plaintext from outside the mesh", async () => {
    const [pod] = await shop.podsOf("catalog");
    assert.ok(pod);
    const answer = await beyond.ask("stranger", `http://${pod.address}:8080/debug`);
    assert.match(answer, /reset by peer|EOF/);
    assert.doesNotMatch(answer, fortio);
    // The same question inside the cluster but to a server without a proxy, so that a refusal means mTLS.
    const [plain] = await beyond.podsOf("plain");
    assert.match(await beyond.ask("stranger", `http://${plain?.address}:8080/debug`), fortio);
  });

  it("carry a mesh that splits 90 to 10 between two versions, and answers every request", async () => {
    const before = await served();
    const requests = 1000;
    const url = "http://catalog:8080/debug";
    const { codes } = await shop.load({ from: "prober", url, requests, connections: 4 });
    const after = await served();
    const [v1, v2] = [after.v1 - before.v1, after.v2 - before.v2];
    say(`canary: ${v1} to v1, ${v2} to v2, answers ${JSON.stringify(codes)}`);
    assert.deepEqual(codes, { "200": requests });
    assert.equal(v1 + v2, requests);
    assertShare(v2, { of: requests, share: 0.1 });
  });

  it("carry a mesh that counts every request that a full queue turns away", async () => {
    const counter = "outbound.8080..narrow.shop.*upstream_rq_pending_overflow";
    // A first request waits in the queue while its connection opens, so that must be open before.
    await shop.ask("prober", "http://narrow:8080/debug");
    const before = await shop.counter("prober", counter);
    const url = "http://narrow:8080/debug?delay=2s";
    const { codes } = await shop.load({ from: "prober", url, requests: 10, connections: 10 });
    const overflow = (await shop.counter("prober", counter)) - before;
    // One connection and one place in the queue: of ten at once, eight are turned away.
    assert.deepEqual(codes, { "200": 2, "503": 8 });
    assert.equal(overflow, 8);
  });

  it("carry a mesh that is proven by verify, which reads the same counters", async () => {
    const text = await cluster.verified(meshed());
    say(`verify:\n${text}`);
    assert.match(text, /ok +shop\/narrow:8080 .*refused by the queue's limit 8/);
  });

  it("carry a mesh that ejects a failing backend for the declared time and takes it back", async () => {
    const url = "http://flaky:8080/";
    await shop.load({ from: "prober", url, requests: 20, connections: 1 });
    const setting = "/fortio/flags/set?name=echo-server-default-params&value=";
    await shop.ask("catalog-v1", `http://127.0.0.1:8080${setting}status%3D503`);
    // One of the two backends fails now; which one is what the proxy must find out.
    const began = Date.now();
    const { codes } = await shop.load({ from: "prober", url, requests: 60, connections: 1 });
    const ended = Date.now();
    const ejected = await ejections();
    assert.equal(ejected.length, 1, JSON.stringify(codes));
    assert.ok((codes["503"] ?? 0) >= ejection.errors, JSON.stringify(codes));
    const while_ = await shop.load({ from: "prober", url, requests: 40, connections: 1 });
    assert.deepEqual(while_.codes, { "200": 40 });
    await shop.ask("catalog-v1", `http://127.0.0.1:8080${setting}header%3DX-Version:v1`);
    // Between two questions time passes, so what is known is a span that the time of the ejection is in.
    let seen = ended;
    for (;;) {
      const asked = Date.now();
      if ((await ejections()).length === 0) break;
      seen = asked;
    }
    const [least, most] = [(seen - ended) / 1000, (Date.now() - began) / 1000];
    say(`ejected for ${least} to ${most} s, declared ${ejection.seconds} s`);
    assert.ok(most >= ejection.seconds, "back too early");
    assert.ok(least <= ejection.seconds + 2 * ejection.intervalSeconds, "back too late");
    const back = await shop.load({ from: "prober", url, requests: 40, connections: 1 });
    assert.deepEqual(back.codes, { "200": 40 });
    assert.equal((await flakyEndpoints()).filter(({ requests }) => requests > 0).length, 2);
  });

  it("carry a mesh that lets out what is declared, and nothing else to the same address", async () => {
    const ask = (host: string): Promise<string> => shop.ask("prober", `http://${host}:8080/debug`);
    assert.match(await ask(partner.declared), fortio);
    assert.match(await ask(partner.undeclared), /502 Bad Gateway/);
  });

  it("carry a mesh that lets declared callers in and nobody else, as long as that is declared", async () => {
    const services = mesh["services"] as Record<string, object>;
    const catalog = { ...services["shop/catalog"], selector: { app: "catalog" } };
    const guarded = { ...services, "shop/catalog": { ...catalog, callers: ["shop/default"] } };
    const namespaces = { [namespace]: { access: "declared" } };
    const declared = meshed({ services: guarded, namespaces });
    await cluster.up(declared);
    const ask = (from: string, to: string): Promise<string> =>
      shop.ask(from, `http://${to}:8080/debug`);
    // Each proxy hears of a policy by itself, a moment after the API server took it.
    await until(async () => /403 Forbidden/.test(await ask("prober", "catalog")));
    await until(async () => /403 Forbidden/.test(await ask("prober", "narrow")));
    assert.match(await ask("customer", "catalog"), fortio);
    assert.match(
      await cluster.verified(declared),
      /ok +shop\/catalog-v1 +lets in by shop\/catalog-callers, /,
    );
    await cluster.up(meshed());
    await until(async () => fortio.test(await ask("prober", "catalog")));
    await until(async () => fortio.test(await ask("prober", "narrow")));
  });

  it("carry a mesh that gets its injection back through the gate, which leaves it alone then", async () => {
    await leaveOutInjection(kubectl, revision);
    assert.doesNotMatch(await injectedContainers(kubectl, revision), /istio-proxy/);
    const { name } = cluster.environment;
    const plan = planStack({ environment: name, config: parseStack(meshed()) });
    const shell = { run: (script: string) => cluster.nodes.run("cp-1", script) };
    const gate = (): ReturnType<typeof runGate> => runGate(shell, { plan, revision });
    assert.deepEqual(await gate(), { revision, restarted: true });
    assert.match(await injectedContainers(kubectl, revision), /istio-proxy/);
    assert.deepEqual(await gate(), { revision, restarted: false });
  });

  it("carry a mesh that fails at once, with the cause, while the webhook of Istio is down", async () => {
    const istiod = ["-n", "istio-system", "deployment", `istiod-${revision}`];
    const replicas = await kubectl.run("get", ...istiod, "-o", "jsonpath={.spec.replicas}");
    await kubectl.run("scale", ...istiod, "--replicas=0");
    const pods = ["-n", "istio-system", "pod", "-l", "app=istiod"];
    await kubectl.run("wait", ...pods, "--for=delete", "--timeout=1m");
    const flaky = { "shop/flaky": { port: 8080, replicas: 2, timeout: "9s" } };
    const services = { ...(mesh["services"] as object), ...flaky };
    const words = await cluster.refusal(meshed({ services }));
    assert.match(words, /failed calling webhook "(rev\.)?validation\.istio\.io"/);
    await kubectl.run("scale", ...istiod, `--replicas=${replicas}`);
    await kubectl.run("wait", ...istiod, "--for=condition=Available", "--timeout=1m");
  });

  it("carry a mesh that shows a policy that was deleted by hand, and repairs it", async () => {
    const policy = ["-n", namespace, "get", "destinationrule", "-o", "name"];
    const declared = await kubectl.run(...policy);
    await kubectl.run("-n", namespace, "delete", "destinationrule", "narrow");
    const stack = await cluster.open(meshed());
    const { changes } = await stack.preview({ refresh: true });
    assert.deepEqual(
      changes.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`),
      ["create mesh-service-shop.narrow.destination"],
    );
    await stack.up({ refresh: true });
    assert.equal(await kubectl.run(...policy), declared);
  });

  it("carry a mesh that comes back whole after its control plane and policies were deleted", async () => {
    const { inNamespace, ofCluster } = partsOfMesh;
    await kubectl.run("-n", "istio-system", "delete", ...inNamespace);
    await kubectl.run("delete", ...ofCluster);
    const { counts } = await cluster.stack.up({ refresh: true });
    assert.equal(counts["create"], inNamespace.length + ofCluster.length);
    await cluster.verified(meshed());
  });

  it("carry a mesh that goes when its section goes, and the applications run on", async () => {
    await cluster.up(cluster.declared);
    await assertWithoutMesh(kubectl);
    await kubectl.run("delete", "namespace", namespace, "outside");
  });

  async function served(): Promise<{ v1: number; v2: number }> {
    const count = async (version: string): Promise<number> => {
      const subset = `outbound|8080|${version}|catalog.shop.svc.cluster.local`;
      return sumOf(await shop.endpoints("prober", subset)).requests;
    };
    return { v1: await count("v1"), v2: await count("v2") };
  }

  function flakyEndpoints(): ReturnType<Workloads["endpoints"]> {
    return shop.endpoints("prober", "outbound|8080||flaky.shop.svc.cluster.local");
  }

  async function ejections(): Promise<readonly string[]> {
    const found = await flakyEndpoints();
    return found.filter(({ ejected }) => ejected).map(({ address }) => address);
  }
}

/** The guide of 2018: a breaker of ones, 95/5, mTLS everywhere, nothing leaves but what is listed. */
import assert from "node:assert/strict";
import { serverDeployment, serverService } from "../../../lab/sample/sample";
import { say } from "../support/environment";
import { Outside } from "../support/outside";
import { assertShare, prober, startWorkloads, sumOf, until, Workloads } from "../support/workload";
import { assertTurnsAway, type Guide } from "./guide";

const namespace = "prod";
const app = "recommendation";
const url = `http://${app}:9080/debug`;
/** Answered by what a server was told to. */
const told = `http://${app}:9080/`;
const failing = "status%3D503";
const listed = "api.cards.example";
const stranger = "collector.example";
/** In the answer of every server outside. */
const answered = /openssl s_server|s_server -/i;

export function itProvesG1(of: () => Guide): void {
  let guide: Guide;
  let prod: Workloads;
  let outside: Outside | undefined;

  after(() => outside?.end());

  it("comes up and starts its workloads", async () => {
    guide = of();
    await guide.up();
    const { kubectl } = guide.cluster;
    prod = new Workloads(kubectl, namespace);
    const version = { namespace, app };
    await startWorkloads(kubectl, [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "outside" } },
      serverService({ name: app, namespace, port: 9080 }),
      serverDeployment({ ...version, name: `${app}-v1`, version: "v1", replicas: 3 }),
      serverDeployment({ ...version, name: `${app}-v2`, version: "v2" }),
      prober(namespace),
      serverDeployment({ name: "stranger", namespace: "outside", app: "stranger" }),
    ]);
  });

  it("is as declared, and the second run has nothing to do", () => guide.isAsDeclared());

  it("refuses plaintext", async () => {
    const [pod] = await prod.podsOf(app);
    const beyond = new Workloads(guide.cluster.kubectl, "outside");
    const answer = await beyond.ask("stranger", `http://${pod?.address}:8080/debug`);
    assert.match(answer, /reset by peer|EOF/);
  });

  it("splits 95 to 5, each request on a connection of its own", async () => {
    const requests = 1000;
    const { codes } = await prod.load({ from: "prober", url, requests, connections: 1 });
    assert.deepEqual(codes, { "200": requests });
    const [v1, v2] = [sumOf(await endpoints("v1")), sumOf(await endpoints("v2"))];
    say(`g1: ${v2.requests} of ${requests} to v2`);
    assertShare(v2.requests, { of: requests, share: 0.05 });
    assert.equal(v1.connections + v2.connections, v1.requests + v2.requests);
  });

  it("ejects a backend after one failure, for three minutes", async () => {
    const [pod] = await prod.podsOf(`${app},version=v1`);
    assert.ok(pod);
    await tell(pod.name, failing);
    const began = Date.now();
    await until(async () => {
      await prod.load({ from: "prober", url: told, requests: 1, connections: 1 });
      return (await ejected()).includes(pod.address);
    });
    const ended = Date.now();
    await tell(pod.name, "");
    const { codes } = await prod.load({ from: "prober", url: told, requests: 100, connections: 1 });
    assert.deepEqual(codes, { "200": 100 });
    let seen = ended;
    await until(async () => {
      const asked = Date.now();
      const back = (await ejected()).length === 0;
      if (!back) seen = asked;
      return back;
    });
    const [least, most] = [(seen - ended) / 1000, (Date.now() - began) / 1000];
    say(`g1: ejected for ${least} to ${most} s, declared 180 s`);
    assert.ok(most >= 180, "back too early");
    assert.ok(least <= 182, "back too late");
  });

  it("turns away who would wait beside one that waits", async () => {
    await assertTurnsAway(prod, {
      url,
      counter: `outbound.9080.*${app}.*upstream_rq_pending_overflow`,
    });
  });

  it("lets out to what is listed, by name, and nowhere else", async () => {
    const { network, cluster } = guide;
    outside = await Outside.begin({
      network: cluster.nodes.network,
      servers: { [listed]: `${network}.220`, [stranger]: `${network}.221` },
      dns: `${network}.222`,
    });
    outside.answerTls();
    await outside.becomeResolver(cluster.kubectl);
    const ask = (host: string): Promise<string> => prod.ask("prober", `https://${host}/`);
    await until(async () => answered.test(await ask(listed)));
    for (const host of [stranger, `${network}.221`]) {
      assert.doesNotMatch(await ask(host), answered);
    }
    const beyond = new Workloads(cluster.kubectl, "outside");
    assert.match(await beyond.ask("stranger", `https://${stranger}/`), answered);
  });

  function endpoints(version: string): ReturnType<Workloads["endpoints"]> {
    return prod.endpoints(
      "prober",
      `outbound|9080|${version}|${app}.${namespace}.svc.cluster.local`,
    );
  }

  async function ejected(): Promise<readonly string[]> {
    const found = await endpoints("v1");
    return found.filter((one) => one.ejected).map(({ address }) => address);
  }

  /** Makes one pod answer by these parameters. */
  async function tell(pod: string, parameters: string): Promise<void> {
    const flag = "http://127.0.0.1:8080/fortio/flags/set?name=echo-server-default-params&value=";
    await guide.cluster.kubectl.run(
      ...["-n", namespace, "exec", pod, "-c", app, "--"],
      ...["/usr/bin/fortio", "curl", "-quiet", `${flag}${parameters}`],
    );
  }
}

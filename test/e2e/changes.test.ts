/** What changes below the traffic of a mesh while requests go on: its roots of trust, and its release by revision. */
import assert from "node:assert/strict";
import { FiveNodes } from "./support/five-nodes";
import type { Kubectl } from "./support/machine";
import type { Stack } from "./support/nodes";
import { namespace, testMesh, workloads } from "./support/shop";
import { startWorkloads, until, whileAsked, Workloads } from "./support/workload";
import { serverDeployment } from "../../lab/sample/sample";

/** Both run the lab's programs, which are of one source: what is proved is the way from one to the other. */
const releases = { older: "1.30.5", newer: "1.31.1" } as const;
const images = ["pilot", "proxyv2", "install-cni"].map((name) => ({
  file: `istio-${name}`,
  image: `docker.io/istio/${name}`,
}));
const url = "http://catalog:8080/debug";

describe("a mesh under load", function () {
  this.bail(true);
  this.timeout("20m");
  let cluster: FiveNodes;
  let kubectl: Kubectl;
  let shop: Workloads;
  let mesh: Record<string, unknown>;
  /** The section as it is in the cluster. */
  let current: Record<string, unknown> | undefined;

  before(async function () {
    this.timeout("60m");
    cluster = await FiveNodes.begin("dev-changes", {
      network: "10.92.0",
      controlPlanes: ["cp-1"],
      workers: ["w-1", "w-2"],
    });
    await cluster.up(cluster.declared);
    for (const node of ["cp-1", "w-1", "w-2"]) {
      for (const { file, image } of images) {
        await cluster.nodes.importImage(node, "mesh", file);
        const [from, to] = [releases.newer, releases.older].map((tag) => `${image}:${tag}`);
        await cluster.nodes.run(node, `ctr -n k8s.io images tag ${from} ${to}`);
      }
    }
    mesh = {
      ...testMesh(cluster.environment.lab.charts),
      version: releases.older,
      trust: { roots: ["2026"], signedBy: "2026" },
    };
    await up({});
    ({ kubectl } = cluster);
    shop = new Workloads(kubectl, namespace);
    await startWorkloads(kubectl, [...workloads, sender]);
    await patient("catalog-v1", "catalog-v2");
  });

  after(() => cluster?.end());

  describe("whose roots are rotated", () => {
    it("refuses in the preview to sign with a root that no proxy knows", async () => {
      const next = { trust: { roots: ["2026", "2027"], signedBy: "2027" } };
      const words = await cluster.refusedPreview(stackOf({ ...mesh, ...next }));
      assert.match(words, /stack\.mesh\.trust\.signedBy: 2027, but no proxy knows this root yet/);
    });

    it("has nothing to change on the second run, although every run makes new keys", async () => {
      const { changes } = await (
        await cluster.open(stackOf(current ?? mesh))
      ).preview({ refresh: true });
      assert.deepEqual(changes, []);
    });

    it("answers every request while a root is added, signs, and the old one goes", async () => {
      await whileAsked(shop, url, async () => {
        await up({ trust: { roots: ["2026", "2027"], signedBy: "2026" } });
        await up({ trust: { roots: ["2026", "2027"], signedBy: "2027" } });
        const last = { trust: { roots: ["2027"], signedBy: "2027" } };
        const words = await cluster.refusal(stackOf({ ...mesh, ...last }));
        assert.match(words, /no longer declared, 2026-[0-9a-f]{8}: shop\/catalog-v1-.*They renew/);
        assert.match(words, /the certificates of the mesh were not changed/);
        await restart("catalog-v1", "catalog-v2");
      });
      await restart("customer", "prober", "sender");
      await whileAsked(shop, url, () => up({ trust: { roots: ["2027"], signedBy: "2027" } }));
    });

    it("shows certificates of the new root alone", async () => {
      const text = await cluster.verified(stackOf(current ?? mesh));
      assert.match(text, /ok/);
      const dump = await shop.admin("prober", "config_dump?resource=dynamic_active_secrets");
      const certificates = [...dump.matchAll(/"inline_bytes": *"([^"]+)"/g)].map(
        ([, base64 = ""]) => Buffer.from(base64, "base64").toString(),
      );
      assert.ok(certificates.some((text) => text.includes("BEGIN CERTIFICATE")));
      const secret = await kubectl.run(
        ...["-n", "istio-system", "get", "secret", "cacerts", "-o"],
        "jsonpath={.data['root-cert\\.pem']}",
      );
      const root = Buffer.from(secret, "base64").toString().trim();
      assert.equal(root.match(/BEGIN CERTIFICATE/g)?.length, 1);
      assert.ok(certificates.some((text) => text.trim() === root));
    });
  });

  describe("whose release changes by revision", () => {
    it("answers every request on the way to the newer one", () =>
      move({ from: releases.older, to: releases.newer }));

    it("answers every request on the way back", () =>
      move({ from: releases.newer, to: releases.older }));
  });

  /** The four steps of docs/mesh.md. */
  async function move({ from, to }: { from: string; to: string }): Promise<void> {
    await whileAsked(shop, url, async () => {
      await up({ version: from, canaryVersion: to });
      await up({
        version: from,
        canaryVersion: to,
        namespaces: { [namespace]: { revision: "canary" } },
      });
      await restart("catalog-v1", "catalog-v2");
      const revision = to.replaceAll(".", "-");
      await until(async () => (await revisionsOf("catalog")).every((one) => one === revision));
    });
    await restart("customer", "prober", "sender");
    await whileAsked(shop, url, () => up({ version: to }));
    const { changes } = await (
      await cluster.open(stackOf(current ?? mesh))
    ).preview({ refresh: true });
    assert.deepEqual(changes, []);
    const control = ["-n", "istio-system", "get", "deployments", "-l", "app=istiod", "-o", "name"];
    assert.equal(
      await kubectl.run(...control),
      `deployment.apps/istiod-${to.replaceAll(".", "-")}`,
    );
    await whileAsked(shop, url, () => restart("catalog-v1", "catalog-v2"));
  }

  function stackOf(section: Record<string, unknown>): Stack {
    return { ...cluster.declared, mesh: section };
  }

  async function up(changed: Record<string, unknown>): Promise<void> {
    const { canaryVersion: _, ...kept } = current ?? mesh;
    current = { ...kept, namespaces: mesh["namespaces"], ...changed };
    await cluster.up(stackOf(current));
  }

  /** Lets a pod that is to end answer until every proxy has heard of that. */
  async function patient(...names: readonly string[]): Promise<void> {
    const lifecycle = { preStop: { sleep: { seconds: 5 } } };
    const strategy = { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    for (const name of names) {
      const template = { spec: { containers: [{ name: "catalog", lifecycle }] } };
      const patch = JSON.stringify({ spec: { strategy, template } });
      await kubectl.run("-n", namespace, "patch", "deployment", name, "-p", patch);
    }
    await shop.ready(...names);
  }

  async function restart(...names: readonly string[]): Promise<void> {
    await kubectl.run(
      "-n",
      namespace,
      "rollout",
      "restart",
      ...names.map((name) => `deployment/${name}`),
    );
    await shop.ready(...names);
  }

  /** What injected the pods of an application, those included that end. */
  async function revisionsOf(app: string): Promise<readonly string[]> {
    const path = "jsonpath={.items[*].metadata.annotations['istio\\.io/rev']}";
    const found = await kubectl.run("-n", namespace, "get", "pods", "-l", `app=${app}`, "-o", path);
    return found.split(" ");
  }
});

/** Sends while others are started again. */
const sender = serverDeployment({ name: "sender", namespace, app: "sender" });

/** Programs of other people: each runs against the packed package in a folder of its own. */
import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { programFromFile } from "../../lab/engine/program";
import { hostKey, root } from "../support/fixtures";
import { answerOf, operatorKey } from "../support/graph";
import { isSecret, unmarked } from "../support/marks";
import { registered, type Made } from "../support/registered";
import { packAndUnpack, type Packed } from "./packed";

const kubeconfig = "apiVersion: v1\nkind: Config\n";
const server = { source: "existing", role: "worker", address: "192.0.2.7", hostKey };
const servers = JSON.stringify([
  { address: "192.0.2.31", hostKey },
  { address: "192.0.2.32", hostKey },
]);

describe("the package", function () {
  this.timeout(120_000);
  let packed: Packed;

  before(() => {
    packed = packAndUnpack();
  });
  after(() => packed?.remove());

  const run = (file: string, config: Readonly<Record<string, string>>): Promise<Made> =>
    registered(programFromFile(join(packed.folder, file)), {
      answer: answerOf({ stack: {}, preview: false }),
      config,
    });

  it("has compiled modules, types, every shell file and the chart of a network, and nothing else", () => {
    const scripts = readdirSync(join(root, "components"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".sh") && !file.startsWith("dist/"))
      .map((file) => `dist/${file}`);
    assert.ok(scripts.length > 20);
    assert.deepEqual(
      scripts.filter((file) => !packed.files.includes(file)),
      [],
    );
    const known =
      /^dist\/.*\.(js|d\.ts|sh)$|^dist\/kubernetes\/networks\/cilium\.json$|^(LICENSE|README\.md|package\.json)$/;
    assert.deepEqual(
      packed.files.filter((file) => !known.test(file)),
      [],
    );
  });

  it("has no program of more than 29 lines to start from", () => {
    for (const file of readdirSync(join(root, "examples", "programs"))) {
      const text = readFileSync(join(root, "examples", "programs", file), "utf8");
      assert.ok(text.trimEnd().split("\n").length < 30, file);
    }
  });

  it("tunes one server", async () => {
    const { failure, named, resources } = await run("one-server.ts", {
      "server:host": JSON.stringify(server),
      "server:privateKey": operatorKey,
    });
    assert.equal(failure, undefined);
    const commands = resources.filter(({ type }) => type === "command:remote:Command");
    assert.deepEqual(
      commands.map(({ name }) => name),
      ["build-1-preflight", "build-1-node"],
    );
    assert.equal(named("build-1-node").parent, named("build-1").urn);
    assert.match(String(unmarked(named("build-1-node").inputs["stdin"])), /somaxconn = 16384/);
  });

  it("makes a cluster of servers that another resource knows", async () => {
    const { failure, named } = await run("cluster-of-another-resource.ts", {
      "cluster:privateKey": operatorKey,
      "cluster:servers": servers,
    });
    assert.equal(failure, undefined);
    const { connection } = named("edge-worker-1-join").inputs as { connection: unknown };
    assert.equal((unmarked(connection) as { host: string }).host, "192.0.2.32");
    const begin = String(unmarked(named("edge-cp-1-join").inputs["stdin"]));
    assert.match(begin, /advertiseAddress: 192\.0\.2\.31$/m);
    assert.doesNotMatch(begin, /240\.255\./);
    assert.match(
      String(unmarked(named("edge-join-token").inputs["stdin"])),
      /worker-1 worker 192\.0\.2\.32/,
    );
  });

  it("installs Istio by a kubeconfig, and proves it from this computer", async () => {
    const { failure, named } = await run("istio-on-kubeconfig.ts", {
      "mesh:kubeconfig": kubeconfig,
    });
    assert.equal(failure, undefined);
    const gate = named("istio-mesh-ready-1-31-1");
    assert.equal(gate.type, "command:local:Command");
    assert.ok(isSecret(gate.inputs["stdin"]));
    assert.ok(isSecret(named("istio-kubernetes").inputs["kubeconfig"]));
    assert.equal(named("istio-mesh-istiod-1-31-1").parent, named("istio").urn);
  });

  it("declares policies to an Istio of somebody else", async () => {
    const { failure, named, resources } = await run("policies-only.ts", {
      "mesh:kubeconfig": kubeconfig,
    });
    assert.equal(failure, undefined);
    assert.deepEqual(
      resources.filter(({ type }) => type.includes("Chart") || type.startsWith("command:")),
      [],
    );
    const { metadata } = named("mesh-mesh-labels-shop").inputs as { metadata: { labels: object } };
    assert.deepEqual(metadata.labels, { "istio.io/rev": "default" });
  });

  it("puts addons beside a mesh that is there", async () => {
    const { failure, named } = await run("addons-only.ts", { "mesh:kubeconfig": kubeconfig });
    assert.equal(failure, undefined);
    assert.equal(named("observability-addons-kiali").type, "kubernetes:helm.sh/v4:Chart");
    assert.equal(
      named("observability-addons-grafanaAdminPassword").parent,
      named("observability").urn,
    );
  });

  it("offers volumes on nodes of a cluster that is there", async () => {
    const { failure, named } = await run("local-storage.ts", {
      "storage:kubeconfig": kubeconfig,
      "storage:path": "/mnt/data",
      "storage:nodes": JSON.stringify(["n-1", "n-2"]),
    });
    assert.equal(failure, undefined);
    const { spec } = named("storage-storage-volume-n-2.data").inputs as { spec: object };
    assert.deepEqual(spec, {
      capacity: { storage: "100Gi" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: "local",
      volumeMode: "Filesystem",
      local: { path: "/mnt/data" },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: "kubernetes.io/hostname", operator: "In", values: ["n-2"] },
              ],
            },
          ],
        },
      },
    });
    assert.equal(named("storage-storage-class").parent, named("storage").urn);
  });

  it("makes a whole environment out of code", async () => {
    const { failure, named, resources } = await run("environment-in-code.ts", {
      "nordmesh:hostKey": hostKey,
      "nordmesh:sshPrivateKey": operatorKey,
    });
    assert.equal(failure, undefined);
    const parents = ["cluster", "istio", "mesh"].map((name) => named(name).parent);
    assert.deepEqual([...new Set(parents)], [named("north").urn]);
    assert.ok(resources.some(({ name }) => name === "mesh-labels-shop"));
  });
});

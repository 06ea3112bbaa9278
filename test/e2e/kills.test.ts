/** Runs that are killed on the way up, each going on where the last one died, to five nodes with a mesh. */
import assert from "node:assert/strict";
import { FiveNodes } from "./support/five-nodes";
import { dieAt, type Death } from "./support/killed-run";
import { nodeNames, type Stack } from "./support/nodes";
import { testMesh } from "./support/shop";

const controlPlanes = ["cp-1", "cp-2", "cp-3"];
const workers = ["w-1", "w-2"];

const etcd = "/etc/kubernetes/manifests/etcd.yaml";
const joining = "/var/lib/nordmesh/join-started";
const deaths: readonly Death[] = [
  { step: /^creating cp-2-machine/ },
  { step: /^creating w-2-preflight/ },
  { step: /^creating cp-1-node/, on: "cp-1", once: "/usr/local/bin/containerd" },
  { step: /^creating cp-1-join/, on: "cp-1", once: "/var/lib/nordmesh/init-started" },
  { step: /^creating cp-1-join/, on: "cp-1", once: etcd },
  { step: /^creating cluster-join-token/, on: "cp-1" },
  { step: /^creating w-1-join/, on: "w-1", once: joining },
  { step: /^creating cp-2-join/, on: "cp-2", once: etcd },
  { step: /^creating cp-3-join/, on: "cp-3", once: joining },
  { step: /^creating cluster-nodes/, on: "cp-1" },
  { step: /^creating mesh-istiod-/ },
];

describe("a run that is killed", function () {
  this.bail(true);
  this.timeout("15m");
  let cluster: FiveNodes;
  let meshed: Stack;

  before(async function () {
    this.timeout("60m");
    cluster = await FiveNodes.begin("dev-kills", {
      network: "10.84.0",
      controlPlanes,
      workers,
    });
    meshed = { ...cluster.declared, mesh: testMesh(cluster.environment.lab.charts) };
  });

  after(() => cluster?.end());

  for (const death of deaths) {
    const { step, once } = death;
    it(`at ${step.source}${once === undefined ? "" : ` once ${once} is there`} dies at once`, async () => {
      const { environment, nodes } = cluster;
      await dieAt(death, { environment, nodes, stack: meshed });
    });
  }

  it("is followed by one that ends in what was declared", async () => {
    await cluster.up(meshed);
    assert.deepEqual(await nodeNames(cluster.kubectl), [...controlPlanes, ...workers]);
    assert.deepEqual(await cluster.etcdMembers(), controlPlanes);
    const istiod = ["-n", "istio-system", "logs", "deployment/istiod-1-31-1"];
    assert.doesNotMatch(await cluster.kubectl.run(...istiod), /template not found/);
  });

  it("leaves nothing to change and nothing of the joining", async () => {
    assert.deepEqual((await cluster.stack.preview({ refresh: true })).changes, []);
    assert.deepEqual(await cluster.joiningSecrets(), []);
  });

  it("leaves nothing on this computer when all is destroyed", async () => {
    await cluster.stack.destroy();
    assert.equal(cluster.nodes.left(), "");
  });
});

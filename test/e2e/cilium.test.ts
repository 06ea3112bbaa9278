/** Five nodes whose pods and Services Cilium connects, with volumes, a load balancer and a mesh of its own roots: killed runs, and an edit under load. */
import assert from "node:assert/strict";
import { developmentMesh, skipUnlessBuilt } from "./support/environment";
import { FiveNodes } from "./support/five-nodes";
import { askFromHere } from "./support/from-here";
import { dieAt, type Death } from "./support/killed-run";
import { declare, nodeNames, type Stack } from "./support/nodes";
import { itKeepsVolumes } from "./support/volumes";
import { startWorkloads, until, whileAsked, Workloads } from "./support/workload";
import type { JsonObject, KubernetesObject } from "../../components/steps/step";
import { serverDeployment, serverPort, serverService } from "../../lab/sample/sample";

const sets = ["cilium", "load-balancer", "metrics-server"] as const;
const network = "10.97.0";
const controlPlanes = ["cp-1", "cp-2", "cp-3"];
const workers = ["w-1", "w-2"];
const namespace = "shop";
const door = `${network}.200`;
const catalog = "http://catalog:8080/debug";

/** On each worker one pod that answers and one that asks; a door of the cluster, for callers without a mesh. */
const workloads = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "front" } },
  serverService({ name: "catalog", namespace }),
  spread(serverDeployment({ name: "catalog", namespace, app: "catalog", replicas: 2 })),
  serverDeployment({ name: "sender", namespace, app: "sender" }),
  spread(serverDeployment({ name: "front", namespace: "front", app: "front", replicas: 2 })),
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "front", namespace: "front" },
    spec: {
      type: "LoadBalancer",
      selector: { app: "front" },
      ports: [{ name: "http", port: 80, targetPort: serverPort }],
    },
  },
];

const deaths: readonly Death[] = [
  { step: /^creating w-1-volumes/ },
  { step: /^creating cp-1-join/, on: "cp-1", once: "/run/cilium" },
  { step: /^creating w-2-join/, on: "w-2", once: "/run/cilium" },
  { step: /^creating loadbalancer-ready/ },
  { step: /^creating mesh-network-shop/ },
];

describe("five nodes with Cilium", function () {
  this.bail(true);
  this.timeout("15m");
  let cluster: FiveNodes;
  let declared: Stack;
  let shop: Workloads;

  before(async function () {
    this.timeout("60m");
    await skipUnlessBuilt(this, sets);
    cluster = await FiveNodes.begin("dev-cilium", {
      ...{ network, controlPlanes, workers, sets },
      volumes: { "w-1": { data: 1 } },
    });
    const charts = { source: "directory", path: cluster.environment.lab.charts };
    const { services: _, ...mesh } = developmentMesh();
    declared = declare(
      {
        ...cluster.declared,
        loadBalancer: { charts, pools: { public: { mode: "l2", addresses: [`${door}/32`] } } },
        addons: { charts, metricsServer: {} },
        mesh: {
          ...mesh,
          ...{ charts, trust: { roots: ["2026"], signedBy: "2026" } },
          controlPlane: { ...(mesh["controlPlane"] as object), replicas: { min: 2, max: 2 } },
        },
      },
      { kubernetes: { cni: "cilium", kubeProxy: false } },
    );
  });

  after(() => cluster?.end());

  for (const death of deaths) {
    it(`are not harmed by a run that dies at ${death.step.source}`, async () => {
      const { environment, nodes } = cluster;
      await dieAt(death, { environment, nodes, stack: declared });
    });
  }

  it("come up in the next run, and have nothing to change in the one after", async () => {
    await cluster.up(declared);
    assert.deepEqual(await nodeNames(cluster.kubectl), [...controlPlanes, ...workers]);
    const { changes } = await cluster.stack.preview({ refresh: true });
    assert.deepEqual(changes, []);
  });

  it("carry pods that reach each other, and are reached from outside at an address of the pool", async () => {
    shop = new Workloads(cluster.kubectl, namespace);
    await startWorkloads(cluster.kubectl, workloads);
    await whileAsked(shop, catalog, () => Promise.resolve());
    await answersAtTheDoor();
    const proxies = ["-n", "kube-system", "get", "daemonset", "-o", "name"];
    assert.equal(await cluster.kubectl.run(...proxies), "daemonset.apps/cilium");
    // Cilium translates sockets of the node's own processes, among which this computer's are not.
    const ask = "systemd-run --wait --pipe -q curl -sk -m 10 https://10.96.0.1/readyz";
    assert.equal(await cluster.nodes.run("w-1", ask), "ok");
  });

  itKeepsVolumes(() => cluster);

  it("lose no request while two istiods get a root more", async () => {
    const trust = { roots: ["2026", "2027"], signedBy: "2026" };
    const mesh = { ...(declared["mesh"] as object), trust };
    await whileAsked(shop, catalog, () => cluster.up({ ...declared, mesh }));
  });

  it("leave nothing on this computer when they are destroyed", async () => {
    await cluster.stack.destroy();
    assert.equal(cluster.nodes.left(), "");
  });

  async function answersAtTheDoor(): Promise<void> {
    const asked = { address: door, host: "front" };
    await until(async () => /echo debug server up/.test(await askFromHere(asked)));
  }
});

/** One pod a worker. */
function spread(deployment: KubernetesObject): KubernetesObject {
  const { template, ...spec } = deployment["spec"] as Record<
    "template",
    Record<"spec", JsonObject>
  >;
  const constraint = {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    whenUnsatisfiable: "DoNotSchedule",
    nodeTaintsPolicy: "Honor",
    labelSelector: { matchLabels: { app: deployment.metadata.name } },
  };
  const pod = { ...template.spec, topologySpreadConstraints: [constraint] };
  return { ...deployment, spec: { ...spec, template: { ...template, spec: pod } } };
}

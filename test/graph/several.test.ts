/** Several clusters in one program, whose hosts and objects have the same names. */
import * as assert from "node:assert/strict";
import { Addons, Istio, KubeadmCluster, LoadBalancer, MeshPolicies } from "../../components/index";
import { controlPlane, worker } from "../support/fixtures";
import { answerOf, operatorKey } from "../support/graph";
import { unmarked } from "../support/marks";
import { registered } from "../support/registered";

type Cluster = ConstructorParameters<typeof KubeadmCluster>[1];

function makeCluster(name: string, subnet: string): KubeadmCluster {
  const hosts = {
    "cp-1": controlPlane({ address: `${subnet}.1` }),
    "w-1": worker({ address: `${subnet}.2` }),
  };
  const args = { release: "2026.1", privateKey: operatorKey, hosts };
  return new KubeadmCluster(name, args as unknown as Cluster);
}

/** All that goes into a cluster, each component called as the cluster is. */
function fill(name: string, cluster: KubeadmCluster): void {
  const istio = new Istio(name, { mode: "sidecar", cluster });
  new MeshPolicies(name, { istio, mtls: "strict", namespaces: { shop: {} } });
  new Addons(name, { cluster: istio, prometheus: {}, grafana: {} });
  const pools = { public: { mode: "l2", addresses: ["198.51.100.0/28"] } } as const;
  new LoadBalancer(name, { cluster, pools });
}

describe("several clusters of one program", () => {
  it("have hosts and objects of the same names", async () => {
    const { failure, named } = await registered(
      () => {
        fill("north", makeCluster("north", "192.0.2"));
        fill("south", makeCluster("south", "198.51.100"));
        return Promise.resolve({});
      },
      { answer: answerOf({ stack: {}, preview: false }) },
    );
    assert.equal(failure, undefined);
    for (const name of ["north", "south"]) {
      const join = String(unmarked(named(`${name}-cp-1-join`).inputs["stdin"]));
      assert.match(join, new RegExp(`nordmesh/${name}`));
      for (const object of ["mesh-istiod-1-31-1", "mesh-labels-shop", "addons-prometheus"]) {
        named(`${name}-${object}`);
      }
    }
  });

  it("that others made have meshes of the same names", async () => {
    const { failure, named } = await registered(() => {
      for (const name of ["north", "south"]) {
        const istio = new Istio(name, { mode: "sidecar", kubeconfig: name });
        new MeshPolicies(name, { istio, mtls: "strict" });
      }
      return Promise.resolve({});
    });
    assert.equal(failure, undefined);
    const providers = ["north", "south"].map((name) => named(`${name}-kubernetes`).urn);
    assert.equal(new Set(providers).size, 2);
  });
});

/** Who begins a cluster, what it keeps for ever, and what operators get. */
import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { load } from "js-yaml";
import { checkConstants } from "../../components/kubernetes/constants";
import { parseCredentials, withServer } from "../../components/kubernetes/credentials";
import { bootstrapOf } from "../../components/kubernetes/members";

describe("the control plane that begins a cluster", () => {
  const host = (name: string, role = "control-plane", bootstrap = false) => ({
    name,
    role,
    bootstrap,
  });

  it("is the declared one, else the first by name, in whatever order they stand", () => {
    const hosts = [host("a-worker", "worker"), host("cp-1"), host("cp-2"), host("cp-3")];
    const orders = fc.shuffledSubarray(hosts, { minLength: hosts.length });
    fc.assert(
      fc.property(orders, fc.constantFrom(undefined, "cp-1", "cp-2", "cp-3"), (order, chosen) => {
        const declared = order.map((one) => ({ ...one, bootstrap: one.name === chosen }));
        assert.equal(bootstrapOf(declared).name, chosen ?? "cp-1");
      }),
    );
  });

  it("is never a worker", () => {
    assert.throws(() => bootstrapOf([host("worker-1", "worker")]), /no control plane/);
  });
});

describe("what a cluster keeps for ever", () => {
  const old = { "kubernetes.podCidr": "10.244.0.0/16", "kubernetes.dnsDomain": "cluster.local" };

  it("may be declared again, and a setting that an older state does not have is new", () => {
    assert.deepEqual(checkConstants({ old, declared: old }), []);
    const declared = { ...old, "kubernetes.endpoint": "node-local" };
    assert.deepEqual(checkConstants({ old, declared }), []);
    assert.deepEqual(checkConstants({ old: {}, declared }), []);
  });

  it("is named with both values, the reason and the way out, one line a setting", () => {
    const declared = { "kubernetes.podCidr": "10.0.0.0/16", "kubernetes.dnsDomain": "other.local" };
    assert.deepEqual(checkConstants({ old, declared }), [
      "stack.kubernetes.podCidr: 10.0.0.0/16, but this cluster was made with 10.244.0.0/16; every node has its range out of the old one, and pods, routes and rules would disagree. Nothing was changed. Put it back, or declare a second environment with the new value and move over",
      "stack.kubernetes.dnsDomain: other.local, but this cluster was made with cluster.local; running pods, certificates and mesh identities hold names in the old domain. Nothing was changed. Put it back, or declare a second environment with the new value and move over",
    ]);
  });
});

describe("the credentials", () => {
  const kubeconfig = [
    "apiVersion: v1",
    "clusters:",
    "- cluster:",
    "    certificate-authority-data: QUJD",
    "    server: https://127.0.0.1:7443",
    "  name: dev",
    "kind: Config",
    "users: []",
    "",
  ].join("\n");

  it("are read as the step prints them", () => {
    const encoded = Buffer.from(kubeconfig).toString("base64");
    const printed = `{"authority":"QUJD","kubeconfig":"${encoded}"}\n`;
    assert.deepEqual(parseCredentials(printed), { authority: "QUJD", kubeconfig });
  });

  it("lead operators to their own endpoint and are the same otherwise", () => {
    const own = withServer(kubeconfig, "api.example.net:443");
    const parsed = load(own) as { clusters: { cluster: { server: string } }[] };
    assert.equal(parsed.clusters[0]?.cluster.server, "https://api.example.net:443");
    assert.equal(withServer(own, "127.0.0.1:7443"), kubeconfig);
  });
});

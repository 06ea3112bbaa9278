import * as assert from "node:assert/strict";
import type { MeshPlan } from "../../components/mesh/plan";
import { checkProxies } from "../../components/verify/check-proxies";
import type { ObservedMesh, ObservedPod } from "../../components/verify/observed";
import { expectedMesh, lines, observedMesh, permissive, pod, read, unread } from "./fixtures";

function found(
  pods: readonly ObservedPod[],
  mesh: Partial<MeshPlan> = {},
  overrides: Partial<ObservedMesh> = {},
): readonly string[] {
  return lines(checkProxies(expectedMesh(mesh), observedMesh({ pods: read(pods), ...overrides })));
}

const bare = pod({ name: "ledger-2", proxy: undefined });

describe("verify: proxies", () => {
  const sick = pod({ proxy: { image: "docker.io/istio/proxyv2:1.31.1", ready: false } });
  const old = pod({ proxy: { image: "docker.io/istio/proxyv2:1.30.3", ready: true } });
  const outside = "1 of 2 pods outside the mesh (ledger-2)";
  const cases: [string, readonly ObservedPod[], Partial<MeshPlan>, readonly string[]][] = [
    [
      "passes with a proxy in every pod",
      [pod()],
      {},
      ["pass payments/ledger: 1 pod with proxy 1.31.1"],
    ],
    [
      "fails a pod without one where STRICT is declared",
      [pod(), bare],
      {},
      [`fail payments/ledger: ${outside}; STRICT cuts off its plaintext`],
    ],
    [
      "names what would break while PERMISSIVE",
      [pod(), bare],
      permissive,
      [`warn payments/ledger: ${outside}; it would break under STRICT`],
    ],
    [
      "fails a proxy that is not ready",
      [sick],
      {},
      ["fail payments/ledger: istio-proxy not ready in ledger-1"],
    ],
    [
      "fails a proxy of another version",
      [old],
      {},
      ["fail payments/ledger: proxies run 1.30.3, the control plane 1.31.1"],
    ],
    [
      "skips the host's network",
      [pod({ hostNetwork: true, proxy: undefined })],
      {},
      ["skip payments/ledger: runs in the host's network, which no proxy can take over"],
    ],
    [
      "skips a namespace without pods",
      [pod({ namespace: "other" })],
      {},
      ["skip payments: no pod runs in it"],
    ],
  ];
  for (const [title, pods, mesh, expected] of cases) {
    it(title, () => assert.deepEqual(found(pods, mesh), expected));
  }

  it("says to restart what started too early, and to remove what keeps it out", () => {
    const advice = (one: ObservedPod): string | undefined =>
      checkProxies(expectedMesh(), observedMesh({ pods: read([one]) }))[0]?.advice;
    assert.match(advice(bare) ?? "", /kubectl -n payments rollout restart/);
    const refusing = { ...bare, labels: { "sidecar.istio.io/inject": "false" } };
    assert.equal(advice(refusing), 'remove sidecar.istio.io/inject: "false" from its pod template');
  });

  it("fails if pods could not be read", () => {
    assert.deepEqual(found([], {}, { pods: unread }), ["fail pods: not read: forbidden"]);
  });
});

describe("verify: ambient", () => {
  const captured = { ...bare, annotations: { "ambient.istio.io/redirection": "enabled" } };
  const agent = {
    namespace: "istio-system",
    name: "ztunnel",
    desired: 2,
    ready: 2,
    images: ["istio/ztunnel:1.31.1"],
  };
  const cni = { ...agent, name: "istio-cni-node", images: ["istio/install-cni:1.31.1"] };
  const nodes = read([
    { name: "cp-1", controlPlane: true },
    { name: "worker-1", controlPlane: false },
  ]);

  it("wants ztunnel and the CNI agent on every node and each pod captured", () => {
    const daemonSets = read([agent, cni]);
    assert.deepEqual(found([captured], { mode: "ambient" }, { daemonSets, nodes }), [
      "pass ztunnel: ready on 2 nodes",
      "pass istio-cni-node: ready on 2 nodes",
      "pass payments/ledger: 1 pod through ztunnel",
    ]);
  });

  it("fails a node without ztunnel and a pod that passes it by", () => {
    const daemonSets = read([{ ...agent, ready: 1, desired: 1 }, cni]);
    const checks = found([bare], { mode: "ambient" }, { daemonSets, nodes });
    assert.equal(checks[0], "fail ztunnel: ready on 1 of 2 nodes, wanted on 1");
    assert.match(checks[2] ?? "", /^fail payments\/ledger: 1 of 1 pod outside the mesh/);
  });
});

/** What a living cluster keeps for ever: the preview of an edit fails, and no member is touched by a run. */
import * as assert from "node:assert/strict";
import { checkConstants } from "../../components/kubernetes/constants";
import { planOf, stack, type Fields } from "../support/fixtures";
import { graphOf, type Graph } from "../support/graph";

const declared = { endpoint: "api.example.net:6443" };

const edits: readonly (readonly [string, string, string])[] = [
  ["endpoint", "other.example.net:6443", "api.example.net:6443"],
  ["cni", "cilium", "flannel"],
  ["podCidr", "10.240.0.0/16", "10.244.0.0/16"],
  ["serviceCidr", "10.97.0.0/16", "10.96.0.0/16"],
  ["dnsDomain", "other.local", "cluster.local"],
];

describe("a setting that a cluster keeps for ever", () => {
  let old: Graph;

  const edited = (fields: Fields, preview: boolean): Promise<Graph> =>
    graphOf({ stack: stack({ kubernetes: { ...declared, ...fields } }), preview, old });

  before(async () => {
    old = await graphOf({ stack: stack() });
    assert.equal(old.failure, undefined);
  });

  it("is each of the constants of the plan", () => {
    const { constants } = planOf(stack()).kubernetes;
    const names = [...edits.map(([field]) => field), "kubeProxy"].map((one) => `kubernetes.${one}`);
    assert.deepEqual(Object.keys(constants).sort(), names.sort());
  });

  for (const [field, value, before] of edits) {
    it(`refuses another ${field} in the preview already, and in a run before any host`, async () => {
      for (const preview of [true, false]) {
        const { failure, resources } = await edited({ [field]: value }, preview);
        assert.match(
          failure ?? "",
          new RegExp(
            `^before hook "cluster-constants" failed: stack\\.kubernetes\\.${field}: ${value}, ` +
              `but this cluster was made with ${before}; .* Put it back, or declare a second environment`,
          ),
        );
        const types = resources.map(({ type }) => type);
        assert.deepEqual(
          types.filter((type) => type.startsWith("nordmesh:host:") || type.startsWith("command:")),
          [],
        );
      }
    });
  }

  it("keeps the kube-proxy of a cluster whose state says nothing of it, and cannot get one later", () => {
    const path = "kubernetes.kubeProxy";
    const problems = (before: string, now: string) =>
      checkConstants({ old: before === "" ? {} : { [path]: before }, declared: { [path]: now } });
    assert.match(problems("", "false").join(), /false, but this cluster was made with true/);
    assert.match(problems("false", "true").join(), /true, but this cluster was made with false/);
    assert.deepEqual(problems("", "true"), []);
  });

  it("takes the network of a cluster of earlier code, whose state says nothing of it, for flannel", () => {
    const [problem = ""] = checkConstants({ old: {}, declared: { "kubernetes.cni": "cilium" } });
    assert.match(problem, /made with flannel/);
    assert.deepEqual(checkConstants({ old: {}, declared: { "kubernetes.cni": "flannel" } }), []);
  });

  it("lets other settings change", async () => {
    const { failure } = await edited({ maxPods: 60 }, true);
    assert.equal(failure, undefined);
  });
});

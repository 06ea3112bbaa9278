import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { checkRotation } from "../../components/trust/plan";
import type { ClusterStep } from "../../components/steps/step";
import { plan, problemsOf, sidecar, valuesOf } from "./examples";

const trust = { roots: ["2027", "2026"], signedBy: "2026" };

describe("roots of a mesh", () => {
  const planned = plan(sidecar({ trust }));
  const step = (name: string): ClusterStep => {
    const found = planned.steps.find((one) => one.name === name);
    assert.ok(found, name);
    return found;
  };

  it("are planned in order, whatever order they are declared in", () => {
    assert.deepEqual(planned.trust, {
      prefix: "mesh",
      organization: "test",
      issuer: "istiod",
      roots: ["2026", "2027"],
      signedBy: "2026",
    });
  });

  it("are proved, then given to the control plane, then proved again", () => {
    assert.deepEqual(step("mesh-authority").after, ["mesh-roots-known"]);
    assert.ok(step("mesh-istiod-1-31-1").after.includes("mesh-authority"));
    assert.deepEqual(step("mesh-roots-trusted").after, ["mesh-authority", "mesh-ready-1-31-1"]);
  });

  it("reach istiod as a Secret that outlives the section", () => {
    const authority = step("mesh-authority");
    assert.equal(authority.kind, "object");
    assert.equal(authority.object.metadata.name, "cacerts");
    assert.equal(authority.keep, true);
    const keys = ["ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem"];
    assert.deepEqual(Object.keys(authority.secretData ?? {}), keys);
  });

  it("travel to proxies at once, by a channel that both ends open", () => {
    const { env, meshConfig } = valuesOf(planned, "mesh-istiod-1-31-1");
    assert.deepEqual(env, { ISTIO_MULTIROOT_MESH: "true" });
    const { defaultConfig } = meshConfig as { readonly defaultConfig?: unknown };
    assert.deepEqual(defaultConfig, { proxyMetadata: { PROXY_CONFIG_XDS_AGENT: "true" } });
  });

  it("leave nothing in a mesh that declares none", () => {
    const bare = plan(sidecar());
    assert.equal(bare.trust, undefined);
    assert.deepEqual(
      bare.steps.map(({ name }) => name).filter((name) => /roots|authority/.test(name)),
      [],
    );
  });

  const mistakes: readonly (readonly [string, object, RegExp])[] = [
    [
      "a signer that is no root",
      { roots: ["2026"], signedBy: "2027" },
      /expected one of the roots beside it: 2026/,
    ],
    ["a root twice", { roots: ["2026", "2026"], signedBy: "2026" }, /expected each root once/],
    ["no root", { roots: [], signedBy: "2026" }, />=1 items/],
    ["a number for a name", { roots: [2026], signedBy: "2026" }, /expected string/],
  ];
  for (const [title, section, message] of mistakes) {
    it(`refuse ${title}`, () => {
      assert.match(problemsOf(sidecar({ trust: section })).join("\n"), message);
    });
  }

  it("are refused in ambient mode, with the reason", () => {
    const [problem = ""] = problemsOf({ mode: "ambient", trust });
    assert.match(problem, /ztunnel learns of a new root only when it renews/);
  });
});

describe("a rotation", () => {
  const check = (old: string, signedBy: string, roots: string, signs: string) =>
    checkRotation({
      old: { roots: old, signedBy },
      declared: { roots, signedBy: signs },
      path: "stack.mesh.trust",
    });

  it("takes three runs: a root more, another signer, a root less", () => {
    assert.deepEqual(check("2026", "2026", "2026,2027", "2026"), []);
    assert.deepEqual(check("2026,2027", "2026", "2026,2027", "2027"), []);
    assert.deepEqual(check("2026,2027", "2027", "2027", "2027"), []);
  });

  it("is refused where a new root signs at once", () => {
    const [line = ""] = check("2026", "2026", "2026,2027", "2027");
    assert.match(
      line,
      /^stack\.mesh\.trust\.signedBy: 2027, but no proxy knows this root yet.*leave 2026 there/,
    );
  });

  it("is refused where the root that signed goes at once", () => {
    const [line = ""] = check("2026,2027", "2026", "2027", "2027");
    assert.match(
      line,
      /^stack\.mesh\.trust\.roots: without 2026, which signed until now.*Nothing was changed$/,
    );
  });

  it("never lets workloads of two runs in a row meet without a root both trust and show", () => {
    const declared = fc
      .subarray(["a", "b", "c"], { minLength: 1 })
      .chain((roots) => fc.tuple(fc.constant(roots), fc.constantFrom(...roots)));
    fc.assert(
      fc.property(declared, declared, ([oldRoots, oldSigner], [roots, signer]) => {
        const problems = check(oldRoots.join(","), oldSigner, roots.join(","), signer);
        const safe = oldRoots.includes(signer) && roots.includes(oldSigner);
        assert.equal(problems.length === 0, safe);
      }),
    );
  });
});

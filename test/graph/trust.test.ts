/** Roots of trust among the resources: made once, secret, and refused an edit that would part workloads. */
import * as assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { named } from "./environments";
import { stack } from "../support/fixtures";
import { graphOf, type Graph } from "../support/graph";
import { openTexts, unmarked } from "../support/marks";

const mesh = (roots: readonly string[], signedBy: string) =>
  stack({ mesh: { mode: "sidecar", namespaces: { shop: {} }, trust: { roots, signedBy } } });

describe("roots of trust", () => {
  let graph: Graph;

  before(async () => {
    graph = await graphOf({ stack: mesh(["2026", "2027"], "2026") });
    assert.equal(graph.failure, undefined);
  });

  const kept = (name: string) => unmarked(named(graph, name).inputs["input"]) as Pair;

  it("are kept in the state, each with the first value it ever had", () => {
    for (const name of ["mesh-root-2026", "mesh-root-2027", "mesh-issuer-2026"]) {
      assert.deepEqual(named(graph, name).ignoreChanges, ["input"]);
    }
    assert.equal(
      graph.resources.some(({ name }) => name === "mesh-issuer-2027"),
      false,
    );
  });

  it("show their keys nowhere", () => {
    const keys = ["mesh-root-2026", "mesh-root-2027", "mesh-issuer-2026"].map(
      (name) => kept(name).key,
    );
    assert.ok(keys.every((key) => key.includes("PRIVATE KEY")));
    const open = openTexts(graph.resources.map(({ inputs }) => inputs));
    assert.deepEqual(
      keys.filter((key) => open.some((text) => text.includes(key))),
      [],
    );
  });

  it("come to istiod: both roots, and an intermediate of the one that signs", () => {
    const data = named(graph, "mesh-authority").inputs["stringData"] as Data;
    const [roots, issuer, key] = ["root-cert.pem", "ca-cert.pem", "ca-key.pem"].map((name) =>
      unmarked(data[name]),
    );
    const both = [kept("mesh-root-2026"), kept("mesh-root-2027")];
    assert.equal(roots, both.map(({ certificate }) => certificate).join(""));
    const signer = new X509Certificate(both[0]?.certificate ?? "");
    assert.ok(new X509Certificate(String(issuer)).verify(signer.publicKey));
    assert.equal(key, kept("mesh-issuer-2026").key);
  });

  it("are named to the proofs by what no other root of that name is called", () => {
    const text = String(unmarked(named(graph, "mesh-roots-known").inputs["stdin"]));
    assert.match(text, /ROOTS='?2026-[0-9a-f]{8} 2027-[0-9a-f]{8}'?\n/);
    assert.match(text, /SIGNER='?2026-[0-9a-f]{8}'?\n/);
  });

  it("refuse in the preview already to sign with a root that no proxy knows", async () => {
    const old = await graphOf({ stack: mesh(["2026"], "2026") });
    for (const preview of [true, false]) {
      const { failure } = await graphOf({ stack: mesh(["2026", "2027"], "2027"), preview, old });
      assert.match(
        failure ?? "",
        /hook "mesh-trust" failed: stack\.mesh\.trust\.signedBy: 2027, but no proxy/,
      );
    }
  });

  it("change by a root more without a word", async () => {
    const old = await graphOf({ stack: mesh(["2026"], "2026") });
    const { failure } = await graphOf({ stack: mesh(["2026", "2027"], "2026"), old });
    assert.equal(failure, undefined);
  });
});

type Data = Readonly<Record<string, unknown>>;

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

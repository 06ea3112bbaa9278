import * as assert from "node:assert/strict";
import type { MeshPlan } from "../../components/mesh/plan";
import { checkPlaintext } from "../../components/verify/check-plaintext";
import type { ObservedMesh, PlaintextAnswer, ProxyConfig } from "../../components/verify/observed";
import { readPlaintextAnswer } from "../../components/verify/plaintext";
import {
  expectedMesh,
  lines,
  observedMesh,
  permissive,
  plainChain,
  pod,
  probe,
  proxy,
  proxyConfig,
  read,
} from "./fixtures";

describe("verify: reading the API server's answer", () => {
  const unreached = "Error from server (ServiceUnavailable): error trying to reach service: ";
  const cases: [string, string, PlaintextAnswer["kind"]][] = [
    [
      "a reset is a broken connection",
      `${unreached}read tcp 10.0.2.15:40022->10.244.0.9:8080: read: connection reset by peer`,
      "broken",
    ],
    ["so is an end without an answer", `${unreached}EOF`, "broken"],
    [
      "a refused connection means that nothing listens",
      `${unreached}dial tcp 10.244.0.9:8080: connect: connection refused`,
      "nothing-listens",
    ],
    ["a time-out decides nothing", `${unreached}dial tcp 10.244.0.9:8080: i/o timeout`, "unknown"],
    [
      "the application's 404 was plaintext",
      "Error from server (NotFound): the server could not find the requested resource",
      "answered",
    ],
    ["its 403 too", "Error from server (Forbidden): unknown", "answered"],
    [
      "a missing right decides nothing",
      'Error from server (Forbidden): pods "ledger-1:8080" is forbidden: User "ci" cannot get resource "pods/proxy" in API group "" in the namespace "payments"',
      "unknown",
    ],
    [
      "nor does a pod that is gone",
      'Error from server (NotFound): pods "ledger-1" not found',
      "unknown",
    ],
    [
      "nor an API server that is gone",
      "Unable to connect to the server: dial tcp 127.0.0.1:6443: connect: connection refused",
      "unknown",
    ],
    ["nor words nobody expected", "panic", "unknown"],
  ];
  for (const [title, error, kind] of cases) {
    it(title, () =>
      assert.equal(readPlaintextAnswer({ stdout: "", error }, "ledger-1").kind, kind),
    );
  }

  it("a success is an answer", () => {
    assert.equal(readPlaintextAnswer({ stdout: "hello", error: "" }, "ledger-1").kind, "answered");
  });
});

describe("verify: plaintext", () => {
  const subject = "payments/ledger:8080";
  const reset = { kind: "broken", detail: "connection reset by peer" } as const;
  const answered = { kind: "answered", detail: "HTTP 2xx" } as const;
  const open = [plainChain];

  function ask(args: {
    readonly answer: PlaintextAnswer;
    readonly mesh?: Partial<MeshPlan>;
    readonly config?: Partial<ProxyConfig>;
    readonly overrides?: Partial<ObservedMesh>;
  }): readonly string[] {
    const proxies = [proxy(pod(), { config: read(proxyConfig(args.config)) })];
    const found = observedMesh({ proxies, probes: [probe(args.answer)], ...args.overrides });
    return lines(checkPlaintext(expectedMesh(args.mesh), found));
  }

  it("passes where the proxy refuses it", () => {
    assert.deepEqual(ask({ answer: reset }), [
      `pass ${subject}: refused by the proxy: connection reset by peer`,
    ]);
  });

  it("fails any answer under STRICT", () => {
    assert.deepEqual(ask({ answer: answered }), [
      `fail ${subject}: answered plaintext although STRICT: HTTP 2xx`,
    ]);
  });

  it("takes a broken connection for no proof where the proxy lets plaintext in or is silent", () => {
    assert.match(
      ask({ answer: reset, config: { inbound: open } }).join(),
      /^skip .*takes plaintext$/,
    );
    assert.match(ask({ answer: reset, config: { inbound: [] } }).join(), /^skip .*are unknown$/);
  });

  it("proves nothing where nothing listens", () => {
    const answer = { kind: "nothing-listens", detail: "connection refused" } as const;
    assert.match(ask({ answer }).join(), /^skip .*nothing listens/);
  });

  it("warns of an answer while PERMISSIVE, and on a port that was left open", () => {
    const expected = [`warn ${subject}: answers plaintext, PERMISSIVE as declared: HTTP 2xx`];
    assert.deepEqual(ask({ answer: answered, mesh: permissive }), expected);
    const workloads = [{ namespace: "payments", name: "ledger", plaintextPorts: [8080] }];
    assert.deepEqual(ask({ answer: answered, mesh: { workloads } }), expected);
  });

  it("knows that ambient lets the node of the API server in", () => {
    const nodes = read([{ name: "worker-1", controlPlane: true }]);
    const mesh = { mode: "ambient" } as const;
    assert.match(ask({ answer: answered, mesh, overrides: { nodes } }).join(), /^skip .*lets in$/);
    assert.deepEqual(ask({ answer: reset, mesh }), [
      `pass ${subject}: refused by ztunnel: connection reset by peer`,
    ]);
  });

  it("decides nothing if nobody could be asked", () => {
    assert.deepEqual(lines(checkPlaintext(expectedMesh(), observedMesh())), [
      "skip enrolled workloads: no ready pod with a TCP port to ask",
    ]);
  });
});

import * as assert from "node:assert/strict";
import { plan, sidecar } from "./examples";

describe("an acceptance", () => {
  const accept = {
    rule: "egress-open",
    at: "egress.mode",
    reason: "a cluster without data",
    by: "security",
  };
  const open = { egress: { mode: "any" } };

  it("moves its finding to what was accepted, with reason and name", () => {
    const { findings, accepted } = plan(sidecar({ ...open, accept: [accept] }));
    assert.deepEqual(findings, []);
    assert.deepEqual(
      accepted.map(({ rule, reason, by }) => [rule, reason, by]),
      [["egress-open", "a cluster without data", "security"]],
    );
  });

  it("of another place leaves the finding open and is reported as unused", () => {
    const elsewhere = { ...accept, at: "egress" };
    const { findings, unusedAcceptances } = plan(sidecar({ ...open, accept: [elsewhere] }));
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ["egress-open"],
    );
    assert.deepEqual(unusedAcceptances, [elsewhere]);
  });
});

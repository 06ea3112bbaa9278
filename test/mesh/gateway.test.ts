/** What a gateway's chart is told. */
import * as assert from "node:assert/strict";
import { plan, sidecar } from "./examples";

describe("a gateway", () => {
  it("starts from an image that its node has, as nodes with a bundle ask no registry", () => {
    const { steps } = plan(sidecar({ gateways: { door: {} } }));
    const gateway = steps.find(({ name }) => name === "mesh-gateway-door");
    assert.ok(gateway?.kind === "chart");
    assert.equal(gateway.values["imagePullPolicy"], "IfNotPresent");
  });
});

import * as assert from "node:assert/strict";
import type { Fields } from "../support/fixtures";
import { objectOf, plan, withService } from "./examples";

function policyOf(breaker: Fields): unknown {
  const planned = plan(withService({ replicas: 3, breaker }));
  return objectOf(planned, "mesh-service-shop.orders.destination").spec?.["trafficPolicy"];
}

describe("a breaker", () => {
  it("ejects at Envoy's own values where no value of ejection is declared", () => {
    assert.deepEqual(policyOf({ preset: "none", ejection: true }), { outlierDetection: {} });
  });
});

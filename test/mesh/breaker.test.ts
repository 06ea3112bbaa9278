import * as assert from "node:assert/strict";
import type { Fields } from "../support/fixtures";
import { objectOf, plan, problemsOf, withService } from "./examples";

function policyOf(breaker: Fields): unknown {
  const planned = plan(withService({ replicas: 3, breaker }));
  return objectOf(planned, "mesh-service-shop.orders.destination").spec?.["trafficPolicy"];
}

describe("a breaker", () => {
  it("ejects at Envoy's own values where no value of ejection is declared", () => {
    assert.deepEqual(policyOf({ preset: "none", ejection: true }), { outlierDetection: {} });
  });

  it("has no value that Istio would drop or the API server refuse", () => {
    const dropped: readonly (readonly [string, Fields[string]])[] = [
      ["maxRetries", 0],
      ["tcpKeepaliveTime", "1500ms"],
      ["maxEjectionPercent", 0],
      ["maxEjectionPercent", 33.5],
      ["minHealthPercent", 33.5],
    ];
    for (const [name, value] of dropped) {
      const [problem, ...more] = problemsOf(withService({ breaker: { [name]: value } }));
      assert.match(problem ?? "", new RegExp(`^services.shop/orders.breaker.${name}: `));
      assert.deepEqual(more, []);
    }
    assert.deepEqual(problemsOf(withService({ breaker: { tcpKeepaliveTime: "1.5m" } })), []);
  });
});

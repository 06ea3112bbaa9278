import * as assert from "node:assert/strict";
import type { MeshService } from "../../components/mesh/plan";
import type { Fields } from "../support/fixtures";
import { ambient, objectOf, plan, sidecar, withService } from "./examples";

const route = "mesh-service-shop.orders.route";
const parts: readonly Fields[] = [
  {},
  { breaker: {} },
  { timeout: "2s" },
  { canary: { v1: 90, v2: 10 }, selector: { app: "orders" } },
  { retries: { attempts: 0 } },
];

function serviceOf(fields: Fields, section = sidecar()): MeshService {
  const [service] = plan(withService(fields, section)).services;
  assert.ok(service);
  return service;
}

describe("a planned service", () => {
  for (const mesh of [sidecar(), ambient()]) {
    it(`is routed where the mesh makes a route for it, and only there (${mesh["mode"] as string})`, () => {
      for (const fields of parts) {
        const { steps } = plan(withService(fields, mesh));
        const made = steps.some(({ name }) => name === route);
        assert.equal(serviceOf(fields, mesh).routed, made, JSON.stringify(fields));
      }
    });
  }

  it("is tried again only for failures before arrival, unless its retries say what for", () => {
    const beforeArrival = [
      "connect-failure",
      "refused-stream",
      "reset-before-request",
      "unavailable",
    ];
    const { attempts, retryOn } = serviceOf({ retries: { attempts: 2 } });
    assert.deepEqual({ attempts, retryOn }, { attempts: 2, retryOn: beforeArrival });
    assert.equal(serviceOf({ retries: { attempts: 0, retryOn: ["5xx"] } }).retryOn, undefined);
    const retries = { attempts: 2, perTryTimeout: "500ms", retryOn: ["5xx", "503"] };
    const { spec } = objectOf(plan(withService({ retries })), route);
    assert.deepEqual((spec?.["http"] as readonly Fields[])[0]?.["retries"], {
      attempts: 2,
      perTryTimeout: "500ms",
      retryOn: "5xx,503",
    });
  });
});

describe("a planned mesh", () => {
  it("says what proxies are called and which ports stay open", () => {
    const workloads = { "shop/orders": { selector: { app: "orders" }, plaintextPorts: [9090] } };
    const planned = plan(sidecar({ workloads }), { dnsDomain: "corp.example" });
    assert.equal(planned.trustDomain, "corp.example");
    assert.deepEqual(planned.workloads, [
      { namespace: "shop", name: "orders", plaintextPorts: [9090] },
    ]);
  });
});

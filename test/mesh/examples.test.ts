import * as assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/fixtures";
import { exampleMesh, examples, objectOf, planExample, type Example } from "./examples";

describe("the examples", () => {
  it("are one file a guide", () => {
    const files = readdirSync(join(root, "examples")).filter((file) => file.endsWith(".yaml"));
    assert.deepEqual(
      files,
      examples.map((name) => `Pulumi.${name}.yaml`),
    );
  });

  for (const name of examples) {
    it(`${name} plans without an open finding, and every acceptance in it is needed`, () => {
      const { findings, unusedAcceptances, accepted } = planExample(name);
      assert.deepEqual(findings, []);
      assert.deepEqual(unusedAcceptances, []);
      assert.equal(accepted.length, exampleMesh(name).accept.length);
    });
  }

  /** What a guide writes about a service, on today's fields, and nothing that it does not. */
  const values: readonly (readonly [Example, string, object])[] = [
    [
      "g0",
      "payment-service",
      {
        breaker: {
          ...{ maxConnections: 100, http1MaxPendingRequests: 10, maxRequestsPerConnection: 10 },
          ...{ consecutive5xxErrors: 3, interval: "10s", baseEjectionTime: "3m" },
          maxEjectionPercent: 100,
        },
        weights: { v1: 90, v2: 10 },
      },
    ],
    [
      "g1",
      "recommendation",
      {
        breaker: {
          ...{ http1MaxPendingRequests: 1, maxRequestsPerConnection: 1 },
          ...{ consecutive5xxErrors: 1, interval: "1s", baseEjectionTime: "3m" },
          maxEjectionPercent: 100,
        },
        weights: { v1: 95, v2: 5 },
      },
    ],
    ["g2", "inventory", { weights: { v1: 90, v2: 10 } }],
    [
      "g2",
      "payment",
      {
        breaker: {
          ...{ maxConnections: 100, http1MaxPendingRequests: 1, maxRequestsPerConnection: 10 },
          ...{ consecutive5xxErrors: 5, interval: "1s", baseEjectionTime: "3m" },
          maxEjectionPercent: 100,
        },
      },
    ],
    ["g3", "orders", { timeout: "2s", attempts: 2, perTryTimeout: "500ms" }],
  ];
  for (const [guide, name, expected] of values) {
    it(`${guide} has the guide's own values of ${name}`, () => {
      const service = planExample(guide).services.find((one) => one.name === name);
      const { breaker, weights, timeout, perTryTimeout, attempts = 0 } = service ?? {};
      const { ejection: _, ...limits } = breaker ?? {};
      const found = {
        ...(breaker !== undefined && { breaker: limits }),
        ...(weights !== undefined && { weights }),
        ...(timeout !== undefined && { timeout }),
        ...(attempts > 0 && { attempts }),
        ...(perTryTimeout !== undefined && { perTryTimeout }),
      };
      assert.deepEqual(found, expected);
    });
  }

  it("have the guides' own annotations on pods of workloads", () => {
    const annotations = (guide: Example, workload: string): unknown => {
      const policy = objectOf(planExample(guide), `mesh-workload-policy-${workload}`);
      const [{ applyConfiguration }] = (policy as unknown as AdmissionPolicy).spec.mutations;
      const [, map] = /annotations: (\{.*\})\}\}$/.exec(applyConfiguration.expression) ?? [];
      return JSON.parse(map ?? "");
    };
    assert.deepEqual(annotations("g0", "payments.payment-service"), {
      "sidecar.istio.io/proxyCPU": "100m",
      "sidecar.istio.io/proxyCPULimit": "500m",
      "sidecar.istio.io/proxyMemory": "128Mi",
      "sidecar.istio.io/proxyMemoryLimit": "512Mi",
    });
    assert.deepEqual(annotations("g3", "shop.orders"), {
      "proxy.istio.io/config": "concurrency: 2\n",
      "traffic.sidecar.istio.io/excludeOutboundIPRanges": "10.200.0.0/16",
    });
  });
});

interface AdmissionPolicy {
  readonly spec: {
    readonly mutations: readonly [{ readonly applyConfiguration: { readonly expression: string } }];
  };
}

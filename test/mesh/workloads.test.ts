import * as assert from "node:assert/strict";
import { objectOf, plan, sidecar } from "./examples";

const workloads = (kind: string) => ({
  "shop/orders": { kind, proxy: { concurrency: 2, excludeOutboundIPRanges: ["10.200.0.0/16"] } },
});

describe("settings of a workload's proxies", () => {
  it("reach its pods as they start, so that it need not be there yet", () => {
    const planned = plan(sidecar({ workloads: workloads("Deployment") }), {
      kubernetesVersion: "1.36.4",
    });
    const { kind, spec } = objectOf(planned, "mesh-workload-policy-shop.orders");
    assert.equal(kind, "MutatingAdmissionPolicy");
    assert.match(JSON.stringify(spec), /10\.200\.0\.0\/16/);
    const binding = planned.steps.find(({ name }) => name === "mesh-workload-shop.orders");
    assert.deepEqual(binding?.after, ["mesh-workload-policy-shop.orders"]);
    assert.deepEqual(
      planned.steps.filter((step) => step.kind === "object" && step.patch).map(({ name }) => name),
      ["mesh-labels-shop"],
    );
  });

  it("are told apart by who owns a pod", () => {
    const conditionOf = (kind: string): string => {
      const planned = plan(sidecar({ workloads: workloads(kind) }), { kubernetesVersion: "1.36" });
      const { spec } = objectOf(planned, "mesh-workload-policy-shop.orders");
      const { matchConditions } = spec as unknown as { matchConditions: { expression: string }[] };
      return matchConditions[0]?.expression ?? "";
    };
    assert.match(conditionOf("Deployment"), /o\.name == "orders-" \+ .*pod-template-hash/);
    assert.match(conditionOf("StatefulSet"), /o\.kind == "StatefulSet" && o\.name == "orders"/);
  });

  it("patch the workload where the API server knows no such policies", () => {
    for (const cluster of [{ kubernetesVersion: "1.35.2" }, {}]) {
      const planned = plan(sidecar({ workloads: workloads("DaemonSet") }), cluster);
      assert.equal(objectOf(planned, "mesh-workload-shop.orders").kind, "DaemonSet");
    }
  });
});

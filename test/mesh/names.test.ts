import * as assert from "node:assert/strict";
import fc from "fast-check";
import { derivedName, labelFor } from "../../components/mesh/names";
import type { MeshPlan } from "../../components/mesh/plan";
import type { Fields } from "../support/fixtures";
import { ambient, objectOf, objectsOf, plan, sidecar } from "./examples";

const letters = ["a", "b", "-"];
/** DNS labels from few letters, so that parts meet in many ways; some as long as they may be. */
const name = fc
  .oneof(
    fc.string({ unit: fc.constantFrom(...letters), maxLength: 5 }),
    fc.string({ unit: fc.constantFrom(...letters), minLength: 58, maxLength: 61 }),
  )
  .map((text) => `a${text}b`);
const version = fc
  .oneof(
    fc.string({ unit: fc.constantFrom(...letters, "1", "0", "."), maxLength: 5 }),
    fc.string({ unit: fc.constantFrom(...letters, "."), minLength: 55, maxLength: 61 }),
  )
  .map((text) => `1${text}b`);
const words = fc.oneof(name, fc.constantFrom("default", "waypoint", "nordmesh-egress"));

const section = fc
  .tuple(
    fc.constantFrom("sidecar", "ambient"),
    fc.dictionary(words, fc.uniqueArray(version, { minLength: 2, maxLength: 2 }), { maxKeys: 4 }),
    fc.uniqueArray(words, { maxLength: 3 }),
  )
  .map(([mode, services, workloads]): Fields => ({
    mode,
    namespaces: { shop: { mtls: "strict" } },
    services: Object.fromEntries(
      Object.entries(services).map(([key, [first = "1", second = "2"]]) => [
        `shop/${key}`,
        { port: 80, selector: { app: key }, breaker: {}, canary: { [first]: 90, [second]: 10 } },
      ]),
    ),
    workloads: Object.fromEntries(
      workloads.map((key) => [`shop/${key}`, { selector: { app: key }, plaintextPorts: [9090] }]),
    ),
  }));

describe("names of objects", () => {
  it("are taken once, whatever services, versions and workloads are called", () => {
    fc.assert(
      fc.property(section, (raw) => {
        const planned = plan(raw);
        const made = planned.steps.flatMap((step) =>
          step.kind === "object" && step.patch !== true ? [step.object] : [],
        );
        const named = made.map(
          ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`,
        );
        assert.deepEqual(
          named.filter((one, index) => named.indexOf(one) !== index),
          [],
        );
        const declared = planned.services.map((one) => `Service ${one.namespace}/${one.name}`);
        assert.deepEqual(
          declared.filter((one) => named.includes(one)),
          [],
        );
      }),
      { numRuns: 300 },
    );
  });

  it("are what Kubernetes and Istio accept: DNS labels for Services and subsets", () => {
    const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
    fc.assert(
      fc.property(section, (raw) => {
        for (const { kind, metadata, spec } of objectsOf(plan(raw).steps)) {
          if (kind === "Service") assert.match(metadata.name, label);
          for (const [, subset = ""] of JSON.stringify(spec ?? {}).matchAll(
            /"subset":"([^"]*)"/g,
          )) {
            assert.match(subset, label);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it("route to the subset that selects the version as it is written", () => {
    fc.assert(
      fc.property(fc.uniqueArray(version, { minLength: 2, maxLength: 2 }), ([a = "", b = ""]) => {
        const services = { "shop/orders": { port: 80, canary: { [a]: 90, [b]: 10 } } };
        const planned = plan(sidecar({ services }));
        const weights = weightsByLabel(planned);
        assert.deepEqual(weights, { [a]: 90, [b]: 10 });
      }),
      { numRuns: 100 },
    );
  });

  it("stay short and plain where nothing else could be meant", () => {
    assert.equal(derivedName({ name: "orders", added: "v1" }), "orders-v1");
    assert.equal(labelFor("v1"), "v1");
    assert.match(labelFor("1.0"), /^1-0-[0-9a-f]{10}$/);
    const taken = derivedName({ name: "orders", added: "v1", taken: ["orders-v1"] });
    assert.match(taken, /^orders-v1-[0-9a-f]{10}$/);
  });

  it("leave a namespace its own mTLS beside a workload called default", () => {
    const workloads = { "shop/default": { selector: { app: "x" }, plaintextPorts: [9090] } };
    const planned = plan(ambient({ namespaces: { shop: { mtls: "strict" } }, workloads }));
    const names = ["mesh-mtls-shop", "mesh-plaintext-shop.default"].map(
      (step) => objectOf(planned, step).metadata.name,
    );
    assert.equal(names[0], "default");
    assert.notEqual(names[1], "default");
  });
});

function weightsByLabel(planned: MeshPlan): Fields {
  const rule = objectOf(planned, "mesh-service-shop.orders.destination").spec as {
    readonly subsets: readonly { readonly name: string; readonly labels: { version: string } }[];
  };
  const route = objectOf(planned, "mesh-service-shop.orders.route").spec as {
    readonly http: readonly {
      readonly route: readonly { destination: { subset: string }; weight: number }[];
    }[];
  };
  const labels = new Map(rule.subsets.map((one) => [one.name, one.labels.version]));
  const routed = route.http.flatMap((one) => one.route);
  return Object.fromEntries(
    routed.map((one) => [labels.get(one.destination.subset) ?? "none", one.weight]),
  );
}

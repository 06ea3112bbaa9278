import * as assert from "node:assert/strict";
import fc from "fast-check";
import { MeshConfig } from "../../components/mesh/config";
import { planMesh, type MeshPlan } from "../../components/mesh/plan";
import { toYamlStream } from "../../components/text/yaml";
import type { Fields } from "../support/fixtures";
import { assertGolden } from "../support/golden";
import {
  ambient,
  destination,
  facts,
  objectOf,
  objectsOf,
  plan,
  sidecar,
  valuesOf,
  withService,
} from "./examples";

const canary = { canary: { v1: 90, v2: 10 }, selector: { app: "orders" } };
const full = { breaker: {}, timeout: "2s", replicas: 3, callers: ["shop/web"], ...canary };
const allow = { bank: destination };
const sections = {
  sidecar: withService(full, sidecar({ access: "declared", egress: { allow } })),
  ambient: withService(full, ambient({ access: "declared", egress: { allow } })),
};

const name = fc.constantFrom("a", "b", "a-b", "b-a", "shop");
const service = fc.record(
  {
    breaker: fc.constantFrom({}, { preset: "strict" }, { preset: "none", maxConnections: 5 }),
    canary: fc.integer({ min: 0, max: 100 }).map((v1) => ({ v1, v2: 100 - v1 })),
    timeout: fc.constantFrom("1.5s", "300ms", "2m"),
    replicas: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
);
const namespaces = fc.dictionary(
  name,
  fc.record(
    { create: fc.boolean(), mtls: fc.constantFrom("strict", "permissive") },
    { requiredKeys: [] },
  ),
  { minKeys: 1 },
);
const section = fc
  .tuple(
    fc.constantFrom("sidecar", "ambient"),
    namespaces,
    fc.dictionary(name, service),
    fc.constantFrom({}, { gw: {} }, { gw: {}, "istio-x": { namespace: "edge" } }),
    fc.constantFrom(undefined, "1.30.5"),
  )
  .map(([mode, enrolled, services, gateways, canaryVersion]): Fields => {
    const [first = "a"] = Object.keys(enrolled);
    const keyed = Object.entries(services).map(([key, one]) => [
      `${first}/${key}`,
      { port: 80, selector: { app: key }, ...one },
    ]);
    return {
      mode,
      namespaces: enrolled,
      services: Object.fromEntries(keyed) as Fields,
      gateways,
      egress: { allow: { bank: { ...allow.bank, namespaces: [first] } } },
      ...(canaryVersion === undefined ? {} : { canaryVersion }),
    };
  });

function before(planned: MeshPlan, step: string): ReadonlySet<string> {
  const edges = new Map<string, readonly string[]>(
    planned.steps.map((one) => [one.name, one.after]),
  );
  const seen = new Set<string>();
  const visit = (one: string) => {
    for (const next of edges.get(one) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      visit(next);
    }
  };
  visit(step);
  return seen;
}

describe("planMesh", () => {
  it("gives every step and object a name of its own, and lets each wait for earlier ones", () => {
    fc.assert(
      fc.property(section, fc.constantFrom("flannel", "calico"), (raw, cni) => {
        const { steps } = plan(raw, { cni });
        const names = steps.map((step) => step.name);
        assert.equal(new Set(names).size, names.length);
        for (const step of steps) {
          for (const one of step.after) assert.ok(names.includes(one), `${step.name}: ${one}`);
          assert.ok(!before({ steps } as MeshPlan, step.name).has(step.name), step.name);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(section, (raw) => {
        const reversed = (value: unknown): unknown =>
          typeof value !== "object" || value === null || Array.isArray(value)
            ? value
            : Object.fromEntries(
                Object.entries(value)
                  .reverse()
                  .map(([key, one]) => [key, reversed(one)]),
              );
        const turned = planMesh({ config: MeshConfig.parse(reversed(raw)), cluster: facts });
        assert.deepEqual(turned, plan(raw));
      }),
      { numRuns: 40 },
    );
  });

  it("writes only the newest served versions and keeps weights at 100", () => {
    fc.assert(
      fc.property(section, (raw) => {
        for (const { apiVersion, kind, spec } of objectsOf(plan(raw).steps)) {
          assert.match(apiVersion, /(^|\/)v1$/, kind);
          const weights = [...JSON.stringify(spec ?? {}).matchAll(/"weight":(\d+)/g)];
          const sum = weights.reduce((total, [, weight]) => total + Number(weight), 0);
          assert.ok(weights.length === 0 || sum === 100, `${kind} ${sum}`);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("routes only to subsets that exist, and is strict only when everyone has joined", () => {
    const planned = plan(sections.sidecar);
    const route = before(planned, "mesh-service-shop.orders.route");
    assert.ok(route.has("mesh-service-shop.orders.destination"));
    assert.ok(route.has("mesh-istiod-1-31-1"));
    const strict = before(planned, "mesh-mtls");
    for (const step of ["mesh-labels-shop", "mesh-cni", "mesh-service-shop.orders.route"]) {
      assert.ok(strict.has(step), step);
    }
  });

  it("is strict only when namespaces without declared services have joined as well", () => {
    const strictAfter = (raw: Fields) => before(plan(raw), "mesh-mtls");
    assert.ok(strictAfter(sidecar()).has("mesh-labels-shop"));
    assert.ok(strictAfter(ambient()).has("mesh-labels-shop"));
    const withWaypoint = strictAfter(ambient({ namespaces: { shop: { waypoint: true } } }));
    assert.ok(withWaypoint.has("mesh-attach-shop"));
  });

  it("puts control plane, node agent and ztunnel in this order and waypoints before their label", () => {
    const planned = plan(sections.ambient);
    assert.ok(before(planned, "mesh-ztunnel").has("mesh-cni"));
    assert.ok(before(planned, "mesh-cni").has("mesh-istiod-1-31-1"));
    assert.ok(before(planned, "mesh-istiod-1-31-1").has("mesh-gatewayapi"));
    assert.ok(before(planned, "mesh-waypoint-ready-shop").has("mesh-waypoint-shop"));
    assert.ok(before(planned, "mesh-attach-shop").has("mesh-waypoint-ready-shop"));
    assert.ok(before(planned, "mesh-access-bank").has("mesh-waypoint-ready-istio-egress"));
    assert.ok(before(planned, "mesh-egress-bank").has("mesh-access-bank"));
  });

  it("leaves application namespaces alone: kept, and patched with one label", () => {
    const steps = plan(sidecar()).steps.filter(({ name: step }) => step.endsWith("-shop"));
    assert.deepEqual(
      steps.map((step) => step.kind === "object" && [step.keep, step.patch, step.object.metadata]),
      [
        [true, undefined, { name: "shop" }],
        [undefined, true, { name: "shop", labels: { "istio.io/rev": "1-31-1" } }],
      ],
    );
  });

  it("lets a namespace follow a canary while the first control plane stays", () => {
    const planned = plan(
      sidecar({
        version: "1.30.5",
        canaryVersion: "1.31.1",
        namespaces: { shop: { revision: "canary" } },
      }),
    );
    assert.equal(objectOf(planned, "mesh-labels-shop").metadata.labels?.["istio.io/rev"], "1-31-1");
    assert.ok(planned.steps.some((step) => step.name === "mesh-istiod-1-30-5"));
    const base = planned.steps.find((step) => step.name === "mesh-base");
    assert.equal(base?.kind === "chart" && base.version, "1.31.1");
    assert.equal(valuesOf(planned, "mesh-base")["defaultRevision"], "1-30-5");
  });

  it("runs one replica without a budget on one worker, two apart from each other on more", () => {
    const one = valuesOf(plan(sidecar(), { workerNodes: 1 }), "mesh-istiod-1-31-1");
    assert.deepEqual([one["replicaCount"], one["pdb"]], [1, undefined]);
    const two = valuesOf(plan(sidecar()), "mesh-istiod-1-31-1");
    assert.equal(two["replicaCount"], 2);
    assert.ok(two["topologySpreadConstraints"]);
  });

  it("sets the node agent's AppArmor profile by its field, not by the deprecated annotation", () => {
    assert.equal(valuesOf(plan(sidecar()), "mesh-cni")["useAppArmorAnnotation"], false);
  });

  it("opens the mesh to nobody before its control plane has proved to inject", () => {
    const free = /^mesh-(namespace-.*|base|gatewayapi|istiod-.*|ready-.*|cni|ztunnel|options-.*)$/;
    fc.assert(
      fc.property(section, (raw) => {
        const planned = plan(raw, { cni: "calico" });
        const gates = planned.steps
          .map((step) => step.name)
          .filter((step) => step.startsWith("mesh-ready-"));
        assert.equal(gates.length, raw["canaryVersion"] === undefined ? 1 : 2);
        for (const { name: step } of planned.steps) {
          if (free.test(step)) continue;
          const earlier = before(planned, step);
          assert.ok(earlier.has(gates[0] ?? ""), `${step} waits for no gate`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("proves a control plane again when its chart changes, and only then", () => {
    const chartOf = (raw: Fields): unknown => {
      const gate = plan(raw).steps.find(({ name: step }) => step === "mesh-ready-1-31-1");
      assert.ok(gate?.kind === "script");
      return gate.values["CHART"];
    };
    const first = chartOf(sidecar());
    assert.equal(chartOf(sidecar({ mtls: "permissive" })), first);
    assert.notEqual(chartOf(sidecar({ preset: "compact" })), first);
    const values = { pilot: { a: 1, b: 2 }, x: 1 };
    const turned = { x: 1, pilot: { b: 2, a: 1 } };
    assert.equal(
      chartOf(sidecar({ values: { istiod: values } })),
      chartOf(sidecar({ values: { istiod: turned } })),
    );
  });

  it("lets istiod start after the configuration it looks for once, as far as the chart has it", () => {
    const annotation = (istiod: Fields): unknown => {
      const values = valuesOf(plan(sidecar({ values: { istiod } })), "mesh-istiod-1-31-1");
      const all = values["deploymentAnnotations"] as Fields | undefined;
      return all?.["config.kubernetes.io/depends-on"];
    };
    const [mesh, injector] = ["istio-1-31-1", "istio-sidecar-injector-1-31-1"].map(
      (one) => `/namespaces/istio-system/ConfigMap/${one}`,
    );
    assert.equal(annotation({}), `${mesh},${injector}`);
    assert.equal(annotation({ configMap: false }), injector);
    assert.equal(annotation({ global: { omitSidecarInjectorConfigMap: true } }), mesh);
    assert.equal(annotation({ deploymentAnnotations: { owner: "me" } }), `${mesh},${injector}`);
  });

  it("asks of a control plane only what its values leave switched on", () => {
    const asked = (istiod: Fields) => {
      const { steps } = plan(sidecar({ values: { istiod } }));
      const gate = steps.find(({ kind }) => kind === "script");
      assert.ok(gate?.kind === "script");
      return [gate.values["INJECTOR"], gate.values["VALIDATOR"]];
    };
    const validator = "istio-validator-1-31-1-istio-system";
    assert.deepEqual(asked({}), ["istio-sidecar-injector-1-31-1", validator]);
    const off = { omitSidecarInjectorConfigMap: true, configValidation: false };
    assert.deepEqual(asked({ global: off }), ["", ""]);
  });

  it("names nothing by another DNS domain than the cluster's", () => {
    fc.assert(
      fc.property(section, (raw) => {
        const { steps } = plan(raw, { dnsDomain: "corp.example" });
        assert.doesNotMatch(JSON.stringify(steps), /cluster\.local/);
        assert.match(JSON.stringify(steps), /corp\.example/);
      }),
      { numRuns: 30 },
    );
    const { spec } = objectOf(plan(sidecar(), { dnsDomain: "corp.example" }), "mesh-scope");
    assert.match(JSON.stringify(spec), /"default\/kubernetes\.default\.svc\.corp\.example"/);
  });

  it("gives the operator's values the last word", () => {
    const values = { istiod: { global: { tag: "mine" }, telemetry: { enabled: false } } };
    const merged = valuesOf(plan(sidecar({ values })), "mesh-istiod-1-31-1");
    assert.deepEqual(merged["telemetry"], { enabled: false });
    assert.deepEqual(merged["global"], { hub: "docker.io/istio", tag: "mine" });
  });

  for (const mode of ["sidecar", "ambient"] as const) {
    it(`renders breaker, canary, mTLS and egress for ${mode} as in the golden file`, () => {
      const policies = objectsOf(plan(sections[mode], { cni: "calico" }).steps);
      assertGolden(`mesh/${mode}`, { "policies.yaml": toYamlStream(policies) });
    });
  }
});

import * as assert from "node:assert/strict";
import fc from "fast-check";
import { LinkerdConfig } from "../../components/linkerd/config";
import { annotatedDuration } from "../../components/linkerd/durations";
import type { LinkerdPlan } from "../../components/linkerd/plan";
import { milliseconds } from "../../components/text/duration";
import { describeObjects } from "../../stacks/describe-objects";
import type { Fields } from "../support/fixtures";
import { assertGolden } from "../support/golden";
import { full, objectOf, objectsOf, plan, section, valuesOf, withService } from "./examples";

const name = fc.constantFrom("a", "b", "a-b", "b-a", "shop");
const service = fc.record(
  {
    breaker: fc.constantFrom({}, { consecutive5xxErrors: 3 }, { maxEjectionTime: "2m" }),
    canary: fc.integer({ min: 0, max: 100 }).map((v1) => ({ v1, v2: 100 - v1 })),
    timeout: fc.constantFrom("1.5s", "300ms", "2m"),
    callers: fc.subarray(["shop", "a/web"]),
    retries: fc.record({ attempts: fc.nat(3) }),
  },
  { requiredKeys: [] },
);
const written = fc
  .record({
    namespaces: fc.dictionary(
      name,
      fc.record(
        {
          create: fc.boolean(),
          mtls: fc.constantFrom("strict", "permissive"),
          access: fc.constantFrom("any", "declared"),
        },
        { requiredKeys: [] },
      ),
      { minKeys: 1 },
    ),
    services: fc.dictionary(name, service),
    linkerdCni: fc.boolean(),
    mtls: fc.constantFrom("strict", "permissive"),
    egress: fc.constantFrom("allow-list", "any"),
  })
  .map(({ namespaces, services, egress, ...rest }): Fields => {
    const [first = "a"] = Object.keys(namespaces);
    const keyed = Object.entries(services).map(([key, { callers, ...one }]) => [
      `${first}/${key}`,
      {
        port: 80,
        selector: { app: key },
        ...one,
        ...(callers !== undefined && { callers: callers.map(() => first) }),
      },
    ]);
    return {
      ...rest,
      namespaces,
      services: Object.fromEntries(keyed) as Fields,
      egress: { mode: egress },
    };
  });

describe("a plan of Linkerd", () => {
  it("is what the golden file shows", () => {
    const planned = plan(full);
    assertGolden("linkerd", { "objects.txt": describeObjects(planned.steps) });
  });

  it("has each step once, after the ones it names, and each object once", () => {
    fc.assert(
      fc.property(written, (fields) => {
        const planned = plan(fields);
        const names = planned.steps.map((step) => step.name);
        assert.equal(new Set(names).size, names.length);
        for (const [index, { name: own, after }] of planned.steps.entries()) {
          for (const earlier of after) {
            assert.ok(names.slice(0, index).includes(earlier), `${own} waits for ${earlier}`);
          }
        }
        const made = planned.steps.flatMap((step) =>
          step.kind === "object" && step.patch !== true ? [step.object] : [],
        );
        const keys = made.map(
          ({ kind, metadata }) => `${kind}/${metadata.namespace ?? ""}/${metadata.name}`,
        );
        assert.equal(new Set(keys).size, keys.length);
      }),
      { numRuns: 300 },
    );
  });

  it("lets nothing join, and tells nothing, before the control plane has proved to work", () => {
    fc.assert(
      fc.property(written, (fields) => {
        const planned = plan(fields);
        const ready = planned.steps.findIndex((step) => step.name === "linkerd-ready");
        const later = planned.steps.slice(ready + 1);
        for (const step of later) {
          const waits = step.after.length > 0 || step.title.startsWith("namespace ");
          assert.ok(waits, step.name);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("spells durations so that Linkerd reads what was written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (total) => {
        const spelt = annotatedDuration(`${total}ms`);
        assert.match(spelt, /^\d+(ms|s)$/);
        assert.equal(milliseconds(spelt), total);
      }),
    );
  });

  it("gives the Secret of the issuer only after every proxy has the root that signs", () => {
    const { steps } = plan(full);
    const known = steps.find((step) => step.name === "linkerd-roots-known");
    assert.deepEqual(known?.after, ["linkerd-roots"]);
    assert.deepEqual(known?.kind === "script" && known.values, { SIGNED_BY: "2026" });
    assert.deepEqual(steps.find((step) => step.name === "linkerd-issuer")?.after, [known?.name]);
    const control = steps.find((step) => step.name === "linkerd-control-plane");
    assert.ok(control?.after.includes("linkerd-issuer"));
  });

  it("starts the control plane again where a root comes or goes, and leaves it where another one signs", () => {
    const values = (trust: Fields) => valuesOf(plan(section({ trust })), "linkerd-control-plane");
    const one = values({ roots: ["a"], signedBy: "a" });
    const two = values({ roots: ["b", "a"], signedBy: "a" });
    assert.deepEqual(two["podAnnotations"], { "nordmesh.dev/trust-roots": "a,b" });
    assert.notDeepEqual(two, one);
    assert.deepEqual(values({ roots: ["a", "b"], signedBy: "b" }), two);
  });

  it("lets Helm make no certificate, which would be another one in each run", () => {
    const values = valuesOf(plan(section()), "linkerd-control-plane");
    for (const webhook of ["proxyInjector", "profileValidator", "policyValidator"]) {
      assert.equal((values[webhook] as Fields)["externalSecret"], true, webhook);
    }
    assert.deepEqual(values["identity"], {
      externalCA: true,
      issuer: { scheme: "kubernetes.io/tls" },
    });
  });

  it("runs one pod of each part for a worker, at most three, apart from each other", () => {
    const replicas = (workerNodes: number) =>
      valuesOf(plan(section(), { workerNodes }), "linkerd-control-plane");
    assert.equal(replicas(1)["controllerReplicas"], 1);
    assert.equal(replicas(1)["enablePodAntiAffinity"], undefined);
    assert.equal(replicas(2)["controllerReplicas"], 2);
    assert.equal(replicas(9)["controllerReplicas"], 3);
    assert.equal(replicas(9)["enablePodAntiAffinity"], true);
  });

  it("says on a namespace only what differs from the whole mesh", () => {
    const annotations = (planned: LinkerdPlan, of: string) =>
      objectOf(planned, `linkerd-inject-${of}`).metadata.annotations;
    const planned = plan(full);
    const policy = "config.linkerd.io/default-inbound-policy";
    assert.deepEqual(annotations(planned, "shop"), { "linkerd.io/inject": "enabled" });
    assert.equal(annotations(planned, "bank")?.[policy], "deny");
    assert.equal(annotations(planned, "front")?.[policy], "all-unauthenticated");
    const proxy = valuesOf(planned, "linkerd-control-plane")["proxy"] as Fields;
    assert.equal(proxy["defaultInboundPolicy"], "all-authenticated");
  });

  it("keeps the metrics of proxies open to a scraper without an identity, whatever the policy", () => {
    const planned = plan({ access: "declared", namespaces: { bank: {}, shop: {} } });
    for (const namespace of ["bank", "shop"]) {
      const { metadata, spec } = objectOf(planned, `linkerd-metrics-${namespace}`);
      assert.equal(metadata.namespace, namespace);
      assert.deepEqual(spec, {
        podSelector: {},
        port: "linkerd-admin",
        accessPolicy: "all-unauthenticated",
      });
    }
  });

  it("lets a namespace say the opposite of a closed mesh", () => {
    const planned = plan(section({ access: "declared", namespaces: { shop: { access: "any" } } }));
    assert.deepEqual(objectOf(planned, "linkerd-inject-shop").metadata.annotations, {
      "linkerd.io/inject": "enabled",
      "config.linkerd.io/default-inbound-policy": "all-authenticated",
    });
  });

  it("tries again by what the status says of the way, where nothing else is written", () => {
    const annotations = (fields: Fields) =>
      objectOf(
        plan(withService({ retries: { attempts: 2 }, ...fields })),
        "linkerd-service-shop.orders.route",
      ).metadata.annotations;
    assert.equal(annotations({})?.["retry.linkerd.io/http"], "gateway-error");
    assert.equal(annotations({ protocol: "grpc" })?.["retry.linkerd.io/grpc"], "unavailable");
  });

  it("makes no route where there is nothing to say", () => {
    const kinds = objectsOf(plan(withService({ retries: { attempts: 0 }, breaker: {} }))).map(
      ({ kind }) => kind,
    );
    assert.ok(!kinds.includes("HTTPRoute"));
  });

  it("takes charts and images from a mirror, in the version that the release has there", () => {
    const charts = { source: "mirror", repository: "oci://m.example/charts", hub: "m.example/l5d" };
    const planned = plan(section({ charts }));
    const found = planned.steps.flatMap((step) =>
      step.kind === "chart" ? [`${step.chart} ${step.version}`] : [],
    );
    assert.deepEqual(found, [
      "oci://m.example/charts/linkerd-crds 2026.8.4",
      "oci://m.example/charts/linkerd2-cni 2026.8.4",
      "oci://m.example/charts/linkerd-control-plane 2026.8.4",
    ]);
    const values = valuesOf(planned, "linkerd-control-plane");
    assert.equal(values["controllerImage"], "m.example/l5d/controller");
    assert.deepEqual((values["proxy"] as Fields)["image"], { name: "m.example/l5d/proxy" });
  });

  it("leaves the way out open where the list is not kept", () => {
    const kinds = objectsOf(plan(section({ egress: { mode: "any" } }))).map(({ kind }) => kind);
    assert.ok(!kinds.includes("EgressNetwork"));
  });

  it("holds no key and no certificate", () => {
    assert.doesNotMatch(JSON.stringify(plan(full)), /BEGIN (CERTIFICATE|PRIVATE)/);
  });

  it("is the same for the same section", () => {
    assert.deepEqual(plan(full), plan(LinkerdConfig.parse(full)));
  });
});

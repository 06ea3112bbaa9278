/** Who may call whom, judged as a proxy judges it. */
import * as assert from "node:assert/strict";
import fc from "fast-check";
import type { MeshPlan } from "../../components/mesh/plan";
import type { Fields } from "../support/fixtures";
import { ambient, objectsOf, plan, problemsOf, sidecar } from "./examples";

interface Policy {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly action: string;
    readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly targetRefs?: readonly { readonly name: string }[];
    readonly rules?: readonly Rule[];
  };
}

interface Rule {
  readonly from?: readonly {
    readonly source: { readonly principals?: string[]; readonly namespaces?: string[] };
  }[];
  readonly to?: readonly { readonly operation: { readonly ports: string[] } }[];
}

interface Call {
  /** namespace/service-account; undefined without mTLS. */
  readonly from: string | undefined;
  /** namespace/app label. */
  readonly to: string;
  readonly port: number;
}

const policiesOf = (planned: MeshPlan): readonly Policy[] =>
  objectsOf(planned.steps)
    .filter(({ kind }) => kind === "AuthorizationPolicy")
    .map((object) => object as unknown as Policy)
    .filter(({ metadata }) => metadata.namespace !== "istio-egress");

/** What https://istio.io/latest/docs/reference/config/security/authorization-policy/ says of ALLOW. */
function admits(policies: readonly Policy[], { from, port }: Pick<Call, "from" | "port">): boolean {
  const [namespace = "", account = ""] = (from ?? "").split("/");
  const matches = (rule: Rule): boolean =>
    (rule.from?.some(
      ({ source }) =>
        from !== undefined &&
        (source.principals?.includes(`cluster.local/ns/${namespace}/sa/${account}`) ??
          source.namespaces?.includes(namespace) ??
          true),
    ) ??
      true) &&
    (rule.to?.some(({ operation }) => operation.ports.includes(String(port))) ?? true);
  return policies.length === 0 || policies.some(({ spec }) => spec.rules?.some(matches) ?? false);
}

/** Whether a call reaches the pods, at their own proxy or ztunnel. */
function reachesPods(planned: MeshPlan, call: Call): boolean {
  const [namespace = "", app = ""] = call.to.split("/");
  const own = policiesOf(planned).filter(
    ({ metadata, spec }) =>
      metadata.namespace === namespace &&
      spec.targetRefs === undefined &&
      (spec.selector === undefined || spec.selector.matchLabels["app"] === app),
  );
  return admits(own, call);
}

/** Whether a call to a Service passes its waypoint and is then let in to the pods. */
function reachesBehindWaypoint(planned: MeshPlan, call: Call): boolean {
  const [namespace = "", name = ""] = call.to.split("/");
  const own = policiesOf(planned).filter(
    ({ metadata, spec }) =>
      metadata.namespace === namespace && spec.targetRefs?.some((one) => one.name === name),
  );
  return admits(own, call) && reachesPods(planned, { ...call, from: `${namespace}/waypoint` });
}

const service = (callers: readonly string[] | undefined, own: Fields = {}): Fields => ({
  port: 80,
  selector: { app: "orders" },
  ...(callers === undefined ? {} : { callers }),
  ...own,
});

const namespaces = ["shop", "front"] as const;
const accounts = ["shop/web", "shop/orders", "front/web", "front/job"] as const;
const caller = fc.constantFrom<string>(...accounts, ...namespaces);
const callers = fc.option(fc.uniqueArray(caller, { maxLength: 3 }), { nil: undefined });
const access = fc.constantFrom("any", "declared");

describe("who may call whom", () => {
  for (const [mode, section] of [
    ["sidecar", sidecar],
    ["ambient", ambient],
  ] as const) {
    it(`is what was declared, for every caller, in ${mode} mode`, () => {
      fc.assert(
        fc.property(callers, access, access, fc.boolean(), (listed, mesh, own, layer7) => {
          const planned = plan(
            section({
              access: mesh,
              namespaces: { shop: { access: own }, front: {} },
              services: { "shop/orders": service(listed, layer7 ? { timeout: "2s" } : {}) },
            }),
          );
          const waypoint = mode === "ambient" && layer7;
          const reaches = waypoint ? reachesBehindWaypoint : reachesPods;
          for (const from of accounts) {
            const allowed =
              listed === undefined
                ? own === "any"
                : listed.includes(from) || listed.includes(from.split("/")[0] ?? "");
            assert.equal(reaches(planned, { from, to: "shop/orders", port: 80 }), allowed, from);
            assert.equal(reachesPods(planned, { from, to: "shop/x", port: 80 }), own === "any");
            assert.equal(reachesPods(planned, { from, to: "front/x", port: 80 }), mesh === "any");
            if (!waypoint || (listed === undefined && own === "any")) continue;
            assert.equal(reachesPods(planned, { from, to: "shop/orders", port: 80 }), false, from);
          }
          const stranger = { from: undefined, to: "shop/orders", port: 80 };
          assert.equal(reachesPods(planned, stranger), listed === undefined && own === "any");
        }),
      );
    });
  }

  it("is for one port of the pods where that is known", () => {
    const own = service(["shop/web"], { targetPort: 8080 });
    const planned = plan(sidecar({ services: { "shop/orders": own } }));
    const call = { from: "shop/web", to: "shop/orders" };
    assert.equal(reachesPods(planned, { ...call, port: 8080 }), true);
    assert.equal(reachesPods(planned, { ...call, port: 9090 }), false);
  });

  it("leaves ports open that are open to plaintext, and no others", () => {
    const planned = plan(
      sidecar({
        services: { "shop/orders": service([]) },
        workloads: { "shop/orders": { selector: { app: "orders" }, plaintextPorts: [9090] } },
      }),
    );
    const call = { from: undefined, to: "shop/orders" };
    assert.equal(reachesPods(planned, { ...call, port: 9090 }), true);
    assert.equal(reachesPods(planned, { ...call, port: 8080 }), false);
  });

  it("shuts nobody out before everybody is let in, in a mesh that is strict", () => {
    const planned = plan(
      ambient({
        access: "declared",
        services: { "shop/orders": service(["shop/web"], { timeout: "2s" }) },
      }),
    );
    const { after = [] } = planned.steps.find(({ name }) => name === "mesh-denial-shop") ?? {};
    const allowing = ["mesh-callers-shop.orders.service", "mesh-callers-shop.orders.pods"];
    assert.deepEqual(after, ["mesh-mtls", ...allowing]);
  });

  it("has no policy where nothing was asked", () => {
    assert.deepEqual(
      policiesOf(plan(sidecar({ services: { "shop/orders": service(undefined) } }))),
      [],
    );
  });

  it("refuses callers that show no identity, and pods that it cannot tell", () => {
    assert.deepEqual(
      problemsOf(
        sidecar({
          gateways: { edge: { namespace: "istio-ingress" } },
          services: { "shop/orders": { port: 80, callers: ["istio-ingress/edge", "billing/job"] } },
        }),
      ),
      [
        "services.shop/orders.callers.1: expected a namespace of the mesh or of a gateway; who calls from outside shows no identity (plaintextPorts lets them in)",
        "services.shop/orders.selector: expected the pod labels of the service: its callers are let in to these pods",
      ],
    );
  });
});

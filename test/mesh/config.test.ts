import * as assert from "node:assert/strict";
import type { Fields } from "../support/fixtures";
import { ambient, destination, problemsOf, sidecar, withService } from "./examples";

const shop = "services.shop/orders";

const mistakes: readonly (readonly [string, Fields, readonly string[]])[] = [
  [
    "a version that ended",
    sidecar({ version: "1.24.1" }),
    ["version: Istio 1.24 ended in mid-2025; choose 1.31.1 or 1.30.5"],
  ],
  [
    "a version of long ago",
    sidecar({ version: "0.8.0" }),
    ["version: Istio 0.8 ended years ago; choose 1.31.1 or 1.30.5"],
  ],
  [
    "a patch with known holes",
    sidecar({ version: "1.31.0" }),
    ["version: Istio 1.31.0 lacks fixes of 1.31.1; choose 1.31.1 or 1.30.5"],
  ],
  [
    "a version from the future",
    sidecar({ version: "1.32.0" }),
    ["version: Istio 1.32 is not known to this release; choose 1.31.1 or 1.30.5"],
  ],
  [
    "a registry that is switched off",
    sidecar({
      charts: {
        source: "mirror",
        repository: "https://istio-release.storage.googleapis.com/charts",
        hub: "mirror.example.net/istio",
      },
    }),
    [
      "charts.repository: Istio left this host; it never got 1.31 and is switched off in December 2026: use docker.io/istio, ghcr.io/istio or a mirror",
    ],
  ],
  [
    "ztunnel for sidecars",
    sidecar({ ztunnel: {} }),
    ["ztunnel: ztunnel exists in ambient mode only"],
  ],
  [
    "sidecar sizes in ambient mode",
    ambient({ proxy: { resources: {} } }),
    ["proxy: there are no sidecars in ambient mode; size ztunnel and waypoint"],
  ],
  [
    "sidecar annotations in ambient mode",
    ambient({ workloads: { "shop/orders": { proxy: { concurrency: 2 } } } }),
    [
      "workloads.shop/orders.proxy: an ambient pod has no proxy and ignores its annotations; size ztunnel or waypoint instead",
    ],
  ],
  [
    "a waypoint for sidecars",
    sidecar({ namespaces: { shop: { waypoint: true } } }),
    [
      "namespaces.shop.waypoint: waypoints exist in ambient mode only; sidecars do this work themselves",
    ],
  ],
  [
    "the field that Istio ignores",
    withService({ breaker: { consecutiveErrors: 1 } }),
    [
      `${shop}.breaker.consecutiveErrors: Istio ignores consecutiveErrors since 1.5 and Envoy's 5 applies; write consecutive5xxErrors or consecutiveGatewayErrors`,
    ],
  ],
  [
    "weights that do not sum to 100",
    withService({ canary: { v1: 90, v2: 5 } }),
    [`${shop}.canary: expected weights that sum to 100`],
  ],
  [
    "one proxy annotation alone",
    sidecar({ workloads: { "shop/orders": { proxy: { cpu: "100m" } } } }),
    [
      "workloads.shop/orders.proxy: expected cpu, cpuLimit, memory and memoryLimit together: one annotation alone drops the mesh's defaults for the others",
    ],
  ],
  [
    "a limit below the request",
    sidecar({ controlPlane: { resources: { cpu: "1", memory: "1Gi", cpuLimit: "500m" } } }),
    ["controlPlane.resources.cpuLimit: expected at least the CPU that is requested"],
  ],
  [
    "a duration without unit",
    withService({ timeout: "2" }),
    [`${shop}.timeout: expected a duration such as "500ms", "2s" or "3m"`],
  ],
  [
    "retries in ambient mode",
    withService({ retries: { attempts: 2 } }, ambient()),
    [
      `${shop}.retries: expected no retries in ambient mode: HTTPRoute has them in the experimental channel only, and the standard definitions refuse the field`,
    ],
  ],
  [
    "an ambient canary without the pod labels",
    withService({ canary: { v1: 90, v2: 10 } }, ambient()),
    [
      `${shop}.selector: expected the pod labels of the service: in ambient mode each version gets a Service of its own`,
    ],
  ],
  [
    "layer 7 without a waypoint",
    withService({ breaker: {} }, ambient({ namespaces: { shop: { waypoint: false } } })),
    [`${shop}: expected a waypoint in its namespace (waypoint: true): ztunnel knows no requests`],
  ],
  [
    "a timeout for bytes",
    withService({ protocol: "tcp", timeout: "2s" }),
    [`${shop}.timeout: expected a protocol of http, http2 or grpc; bytes of tcp have no requests`],
  ],
  [
    "a service outside the mesh",
    sidecar({ services: { "bank/ledger": { port: 80 } } }),
    [
      "services.bank/ledger: expected bank among mesh.namespaces; outside the mesh it has no effect",
    ],
  ],
  [
    "a country outside the EEA",
    sidecar({ egress: { allow: { bank: { ...destination, country: "US" } } } }),
    [
      "egress.allow.bank.country: expected a country of the EEA, or a named exception (exception: …) beside it",
    ],
  ],
  [
    "a canary that follows nothing",
    sidecar({ namespaces: { shop: { revision: "canary" } } }),
    ["namespaces.shop.revision: expected mesh.canaryVersion beside it, or stable"],
  ],
  [
    "a canary of the same version",
    sidecar({ canaryVersion: "1.31.1" }),
    ["canaryVersion: expected another version than mesh.version"],
  ],
  [
    "the mesh's own namespace",
    sidecar({ namespaces: { "istio-system": {} } }),
    ["namespaces.istio-system: expected a namespace of applications; this one stays outside"],
  ],
  [
    "open ports of nobody",
    sidecar({ workloads: { "shop/orders": { plaintextPorts: [9090] } } }),
    ["workloads.shop/orders.selector: expected the pod labels plaintextPorts are for"],
  ],
];

describe("a mesh section", () => {
  for (const [title, section, problems] of mistakes) {
    it(`with ${title} is refused`, () => {
      assert.deepEqual(problemsOf(section), problems);
    });
  }

  it("may send data out of the EEA under a named exception", () => {
    const allow = { bank: { ...destination, country: "US", exception: "SCC of 2026-02" } };
    assert.deepEqual(problemsOf(sidecar({ egress: { allow } })), []);
  });

  it("needs a mode and nothing else", () => {
    assert.deepEqual(problemsOf({ mode: "sidecar" }), []);
    assert.deepEqual(problemsOf({ mode: "ambient" }), []);
    assert.equal(problemsOf({}).length, 1);
  });
});

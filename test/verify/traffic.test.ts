import * as assert from "node:assert/strict";
import type { MeshService } from "../../components/mesh/plan";
import { checkTraffic } from "../../components/verify/check-traffic";
import type { ObservedProxy, ProxyConfig } from "../../components/verify/observed";
import {
  caller,
  cluster,
  expectedMesh,
  host,
  lines,
  observedMesh,
  plannedService,
  pod,
  proxy,
  proxyConfig,
  read,
} from "./fixtures";

const subject = "payments/ledger:8080";
const name = `outbound|8080||${host}`;

function ask(
  service: Partial<MeshService>,
  config: Partial<ProxyConfig> = {},
  client: Partial<ObservedProxy> = {},
): readonly string[] {
  const proxies = [proxy(caller, { config: read(proxyConfig(config)), ...client })];
  const services = [plannedService(service)];
  return lines(checkTraffic(expectedMesh({ services }), observedMesh({ proxies })));
}

describe("verify: breakers", () => {
  const same = {
    maxConnections: 100,
    http1MaxPendingRequests: 10,
    interval: "1s",
    baseEjectionTime: "3m",
  };
  const limits = `pass ${subject}: limits as declared in 1 client`;
  const cases: [string, Partial<MeshService>, Partial<ProxyConfig>, string][] = [
    ["pass with equal limits", { breaker: same }, {}, limits],
    [
      "fail with another limit",
      { breaker: { ...same, maxConnections: 50 } },
      {},
      `fail ${subject}: payments/shop: maxConnections is 100, declared 50`,
    ],
    [
      "fail with another time",
      { breaker: { interval: "10s" } },
      {},
      `fail ${subject}: payments/shop: interval is 1000 ms, declared 10s`,
    ],
    [
      "fail a limit Envoy does not have",
      { breaker: { maxEjectionPercent: 50 } },
      {},
      `fail ${subject}: payments/shop: maxEjectionPercent is absent, declared 50`,
    ],
    [
      "fail without ejection",
      { breaker: { ejection: true } },
      { clusters: [cluster({ breaker: { ejection: false } })] },
      `fail ${subject}: payments/shop: ejection is off, declared on`,
    ],
    [
      "fail one subset of two",
      { breaker: same },
      {
        clusters: [
          cluster(),
          cluster({
            name: `outbound|8080|v2|${host}`,
            breaker: { interval: 1000, baseEjectionTime: 180_000 },
          }),
        ],
      },
      `fail ${subject}: payments/shop: maxConnections is absent, declared 100, http1MaxPendingRequests is absent, declared 10`,
    ],
    [
      "decide nothing without a client",
      { breaker: same },
      { clusters: [] },
      `skip ${subject}: no proxy that was asked knows this service`,
    ],
  ];
  for (const [title, service, config, expected] of cases) {
    it(title, () => assert.equal(ask(service, config)[0], expected));
  }

  it("are those of the Services of the versions too where a waypoint has them", () => {
    const labels = {
      "gateway.networking.k8s.io/gateway-name": "waypoint",
      "gateway.istio.io/managed": "istio.io-mesh-controller",
    };
    const waypoint = pod({ name: "waypoint-1", workload: "waypoint", labels });
    const clusters = ["ledger", "ledger-v1"].map((one, index) =>
      cluster({
        name: `inbound-vip|8080|http|${one}.payments.svc.cluster.local`,
        host: `${one}.payments.svc.cluster.local`,
        breaker: { maxConnections: 100 + index },
      }),
    );
    const proxies = [proxy(waypoint, { config: read(proxyConfig({ clusters })) })];
    const service = plannedService({
      breaker: { maxConnections: 100 },
      versionNames: { v1: "ledger-v1" },
    });
    const found = checkTraffic(
      expectedMesh({ mode: "ambient", services: [service] }),
      observedMesh({ pods: read([waypoint]), proxies }),
    );
    assert.deepEqual(lines(found), [
      `fail ${subject}: payments/waypoint: maxConnections is 101, declared 100`,
    ]);
  });

  it("report counters, and their absence as undecided", () => {
    const hosts = read({ [name]: { total: 3, ejected: 1 } });
    const counters = read({
      [`cluster.${name}.upstream_rq_pending_overflow`]: 7,
      [`cluster.${name}.outlier_detection.ejections_enforced_total`]: 2,
    });
    assert.equal(
      ask({ breaker: same }, {}, { hosts, counters })[1],
      `pass ${subject}: 1 host ejected now; ejections so far 2, requests refused by the queue's limit 7`,
    );
    assert.equal(
      ask({ breaker: same }, {}, { hosts })[1],
      `skip ${subject}: 1 host ejected now; its clients keep no such counters`,
    );
    assert.match(ask({ breaker: same })[1] ?? "", /^skip .*: ejected hosts unknown;/);
  });
});

describe("verify: weights", () => {
  const weighted = (v1: number, v2: number): Partial<ProxyConfig> => ({
    routes: [
      {
        domains: [`${host}:8080`],
        weights: [
          { cluster: `outbound|8080|v1|${host}`, weight: v1 },
          { cluster: `outbound|8080|v2|${host}`, weight: v2 },
        ],
        timeoutMs: undefined,
        retries: undefined,
      },
    ],
  });
  const weights = { v1: 90, v2: 10 };
  const cases: [string, Partial<ProxyConfig>, string][] = [
    ["pass as declared", weighted(90, 10), `pass ${subject}: v1 90, v2 10 as declared in 1 client`],
    [
      "fail with others",
      weighted(95, 5),
      `fail ${subject}: payments/shop: v1 95, v2 5, declared v1 90, v2 10`,
    ],
    [
      "fail where all goes to the whole service",
      {},
      `fail ${subject}: payments/shop: ledger 100, declared v1 90, v2 10`,
    ],
    [
      "fail without a route",
      { routes: [] },
      `fail ${subject}: payments/shop: has no HTTP route to it`,
    ],
  ];
  for (const [title, config, expected] of cases) {
    it(title, () => assert.deepEqual(ask({ weights }, config), [expected]));
  }

  it("pass where the subset is not called like its version", () => {
    const versionNames = { "1.0": "v1", "2.0": "v2" };
    const asked = ask({ weights: { "1.0": 90, "2.0": 10 }, versionNames }, weighted(90, 10));
    assert.match(asked[0] ?? "", /^pass/);
  });

  it("pass where a version that gets nothing is left out", () => {
    const route = weighted(100, 0);
    assert.match(ask({ weights: { v1: 100, v2: 0 } }, route)[0] ?? "", /^pass/);
  });
});

describe("verify: timeouts and retries", () => {
  const [route] = proxyConfig().routes;
  assert.ok(route);
  const retrying = (attempts: number, perTryTimeoutMs: number): Partial<ProxyConfig> => ({
    routes: [{ ...route, retries: { attempts, perTryTimeoutMs, retryOn: ["connect-failure"] } }],
  });
  const retries = { attempts: 2, perTryTimeout: "500ms", retryOn: ["connect-failure"] };
  const cases: [string, Partial<MeshService>, Partial<ProxyConfig>, string][] = [
    [
      "pass as declared",
      { timeout: "2s", ...retries },
      retrying(2, 500),
      `pass ${subject}: timeout 2s, 2 retries as declared in 1 client`,
    ],
    [
      "fail another timeout",
      { timeout: "1s" },
      {},
      `fail ${subject}: payments/shop: timeout is 2000 ms, declared 1s`,
    ],
    ["fail absent retries", retries, {}, `fail ${subject}: payments/shop: no retries, declared 2`],
    [
      "fail other retries",
      retries,
      retrying(3, 250),
      `fail ${subject}: payments/shop: 3 retries, declared 2, perTryTimeout is 250 ms, declared 500ms`,
    ],
    [
      "fail retries where none were declared",
      { attempts: 0 },
      retrying(2, 500),
      `fail ${subject}: payments/shop: 2 retries, declared none`,
    ],
  ];
  for (const [title, service, config, expected] of cases) {
    it(title, () => assert.deepEqual(ask({ routed: true, ...service }, config), [expected]));
  }

  it("hold in the mesh, and not in an ingress gateway, whose routes are those of its own Gateway", () => {
    const gateway = pod({
      ...{ namespace: "istio-ingress", name: "door-1", workload: "door" },
      annotations: { "inject.istio.io/templates": "gateway" },
    });
    const proxies = [
      proxy(caller, { config: read(proxyConfig()) }),
      proxy(gateway, { config: read(proxyConfig({ routes: [] })) }),
    ];
    const breaker = { maxConnections: 100 };
    const services = [plannedService({ routed: true, timeout: "2s", breaker })];
    const found = checkTraffic(
      expectedMesh({ services }),
      observedMesh({ pods: read([caller, gateway]), proxies }),
    );
    assert.deepEqual(
      lines(found).filter((line) => line.startsWith("pass")),
      [
        `pass ${subject}: limits as declared in 2 clients`,
        `pass ${subject}: timeout 2s, 0 retries as declared in 1 client`,
      ],
    );
  });
});

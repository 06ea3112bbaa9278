import * as assert from "node:assert/strict";
import type { MeshPlan } from "../../components/mesh/plan";
import { checkAnalyzer, checkEgress, checkGateways } from "../../components/verify/check-borders";
import type { ObservedMesh, ProxyConfig } from "../../components/verify/observed";
import {
  caller,
  cluster,
  expectedMesh,
  lines,
  observedMesh,
  proxy,
  proxyConfig,
  read,
  service,
  unread,
} from "./fixtures";

describe("verify: egress", () => {
  const bank = {
    name: "bank",
    hosts: ["api.bank.example"],
    ports: [{ number: 443, protocol: "TLS" }],
    ranges: [],
    namespaces: ["payments"],
    owner: "payments",
    purpose: "transfers",
    country: "SE",
  } as const satisfies MeshPlan["egress"]["allow"][number];
  const known = cluster({
    name: "outbound|443||api.bank.example",
    host: "api.bank.example",
    port: 443,
  });

  function ask(config: Partial<ProxyConfig>, egress: MeshPlan["egress"]): readonly string[] {
    const proxies = [proxy(caller, { config: read(proxyConfig(config)) })];
    return lines(checkEgress(expectedMesh({ egress }), observedMesh({ proxies })));
  }

  const closed = { mode: "allow-list", allow: [] } as const;
  const open = { mode: "any", allow: [] } as const;
  const cases: [string, Partial<ProxyConfig>, MeshPlan["egress"], readonly string[]][] = [
    [
      "passes if undeclared hosts end nowhere",
      {},
      closed,
      ["pass payments/shop: undeclared hosts end in BlackHoleCluster"],
    ],
    [
      "fails if one listener lets them through",
      { undeclared: ["blocked", "passed"] },
      closed,
      ["fail payments/shop: lets undeclared hosts through (PassthroughCluster in use)"],
    ],
    [
      "fails if the proxy says neither",
      { undeclared: [] },
      closed,
      ["fail payments/shop: its routes say nothing about undeclared hosts"],
    ],
    ["asks nothing where any host is allowed", { undeclared: ["passed"] }, open, []],
    [
      "passes a declared host",
      { clusters: [known] },
      { ...open, allow: [bank] },
      ["pass api.bank.example:443: known to 1 workload, to no other"],
    ],
    [
      "fails a declared host nobody knows",
      {},
      { ...open, allow: [bank] },
      ["fail api.bank.example:443: unknown to payments/shop"],
    ],
    [
      "fails a host open to others",
      { clusters: [known] },
      { ...open, allow: [{ ...bank, namespaces: ["other"] }] },
      ["fail api.bank.example:443: open to payments/shop, which it was not declared for"],
    ],
  ];
  for (const [title, config, egress, expected] of cases) {
    it(title, () => assert.deepEqual(ask(config, egress), expected));
  }

  it("is undecided without a proxy, and in ambient mode", () => {
    assert.match(
      lines(checkEgress(expectedMesh(), observedMesh({ proxies: [] }))).join(),
      /^skip egress: no proxy/,
    );
    assert.match(
      lines(checkEgress(expectedMesh({ mode: "ambient" }), observedMesh())).join(),
      /^skip egress: ztunnel/,
    );
  });
});

describe("verify: gateways", () => {
  const name = { namespace: "istio-ingress", name: "istio-ingressgateway" };
  const gateway = { ...name, ports: [80, 443], selector: {}, type: "LoadBalancer" } as const;
  const deployment = { ...name, labels: {}, replicas: 2, ready: 2, images: [] };
  const front = service({
    ...name,
    type: "LoadBalancer",
    ports: [80, 443].map((port) => ({ port, targetPort: String(port) })),
    addresses: ["192.0.2.80"],
  });

  function ask(overrides: Partial<ObservedMesh>): readonly string[] {
    const found = { deployments: read([deployment]), services: read([front]), ...overrides };
    return lines(checkGateways(expectedMesh({ gateways: [gateway] }), observedMesh(found)));
  }

  const subject = "istio-ingress/istio-ingressgateway";
  const cases: [string, Partial<ObservedMesh>, string][] = [
    [
      "passes with its ports and an address",
      {},
      `pass ${subject}: 2 of 2 replicas ready, ports 80, 443, at 192.0.2.80`,
    ],
    [
      "fails without an address",
      { services: read([{ ...front, addresses: [] }]) },
      `fail ${subject}: 2 of 2 replicas ready, but nothing gave its LoadBalancer an address`,
    ],
    [
      "fails without a declared port",
      { services: read([{ ...front, ports: [] }]) },
      `fail ${subject}: its Service lacks port 80, 443`,
    ],
    [
      "fails another kind of Service",
      { services: read([{ ...front, type: "NodePort" }]) },
      `fail ${subject}: its Service is NodePort, declared LoadBalancer`,
    ],
    [
      "fails without a replica",
      { deployments: read([{ ...deployment, ready: 0 }]) },
      `fail ${subject}: 0 of 2 replicas ready`,
    ],
    [
      "warns with one replica too few",
      { deployments: read([{ ...deployment, ready: 1 }]) },
      `warn ${subject}: 1 of 2 replicas ready, ports 80, 443, at 192.0.2.80`,
    ],
    [
      "fails if it is not there",
      { deployments: read([]), services: read([]) },
      `fail ${subject}: no Deployment, no Service of this name`,
    ],
    ["fails if it could not be read", { services: unread }, "fail gateways: not read: forbidden"],
  ];
  for (const [title, overrides, expected] of cases) {
    it(title, () => assert.deepEqual(ask(overrides), [expected]));
  }
});

describe("verify: analyzer", () => {
  const message = {
    code: "IST0101",
    level: "Error",
    origin: "VirtualService payments/ledger",
    message: "no such host",
  };

  it("passes when it has nothing to say but information", () => {
    const analyzer = read([{ ...message, level: "Info" }]);
    assert.deepEqual(lines(checkAnalyzer(observedMesh({ analyzer }))), [
      "pass istioctl analyze: no error, no warning",
    ]);
  });

  it("fails errors and warns of warnings", () => {
    const analyzer = read([message, { ...message, level: "Warning" }]);
    assert.deepEqual(lines(checkAnalyzer(observedMesh({ analyzer }))), [
      "fail VirtualService payments/ledger: IST0101: no such host",
      "warn VirtualService payments/ledger: IST0101: no such host",
    ]);
  });

  it("is skipped in sight where istioctl is missing", () => {
    const analyzer = { ok: false, reason: "istioctl was not found" } as const;
    assert.deepEqual(lines(checkAnalyzer(observedMesh({ analyzer }))), [
      "skip istioctl analyze: istioctl was not found",
    ]);
  });
});

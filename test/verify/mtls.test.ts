import * as assert from "node:assert/strict";
import type { MeshPlan } from "../../components/mesh/plan";
import { checkMutualTls } from "../../components/verify/check-mtls";
import type { ObservedMesh, ProxyConfig } from "../../components/verify/observed";
import {
  caller,
  cluster,
  expectedMesh,
  host,
  lines,
  observedMesh,
  permissive,
  plainChain,
  pod,
  proxy,
  proxyConfig,
  read,
  unread,
} from "./fixtures";

function ask(id: string, overrides: Partial<ObservedMesh>, mesh: Partial<MeshPlan> = {}) {
  return lines(
    checkMutualTls(expectedMesh(mesh), observedMesh(overrides)).filter((one) => one.id === id),
  );
}

/** Only the shop calls. */
function pair(config: Partial<ProxyConfig>, mesh: Partial<MeshPlan> = {}): readonly string[] {
  const proxies = [proxy(caller, { config: read(proxyConfig(config)) })];
  return ask("mtls", { proxies }, mesh);
}

const subject = "payments/shop -> payments/ledger:8080";
const name = `outbound|8080||${host}`;

describe("verify: mutual TLS of each pair", () => {
  const plain = [{ cluster: name, address: "10.244.1.7:8080", mutualTls: false }];
  const cases: [string, Partial<ProxyConfig>, Partial<MeshPlan>, readonly string[]][] = [
    [
      "passes towards the server's SPIFFE name",
      {},
      {},
      [`pass ${subject}: mutual TLS to 1 endpoint as spiffe://cluster.local/ns/payments/sa/ledger`],
    ],
    [
      "fails an endpoint that is not marked for TLS",
      { endpoints: plain },
      {},
      [`fail ${subject}: plaintext to 1 of 1 endpoint without a proxy (10.244.1.7:8080)`],
    ],
    [
      "only warns of it while PERMISSIVE",
      { endpoints: plain },
      permissive,
      [`warn ${subject}: plaintext to 1 of 1 endpoint without a proxy (10.244.1.7:8080)`],
    ],
    [
      "needs no mark where TLS is unconditional",
      { endpoints: plain, clusters: [cluster({ tls: "always" })] },
      {},
      [`pass ${subject}: mutual TLS to 1 endpoint as spiffe://cluster.local/ns/payments/sa/ledger`],
    ],
    [
      "fails a cluster without TLS",
      { clusters: [cluster({ tls: "none" })] },
      {},
      [`fail ${subject}: plaintext: ${name} carries no TLS`],
    ],
    [
      "fails one bad subset of two",
      { clusters: [cluster(), cluster({ name: `outbound|8080|v2|${host}`, tls: "none" })] },
      {},
      [`fail ${subject}: plaintext: outbound|8080|v2|${host} carries no TLS`],
    ],
    [
      "fails a server nobody checks",
      { clusters: [cluster({ identities: [] })] },
      {},
      [
        `fail ${subject}: TLS without the name of the server: any workload of the mesh could answer`,
      ],
    ],
    [
      "fails a foreign trust domain",
      { clusters: [cluster({ identities: ["spiffe://evil/ns/a/sa/b"] })] },
      {},
      [`fail ${subject}: TLS towards spiffe://evil/ns/a/sa/b, which is not of cluster.local`],
    ],
    [
      "decides nothing without an endpoint",
      { endpoints: [] },
      {},
      [`skip ${subject}: no endpoint to speak to`],
    ],
    [
      "has no row for what the client cannot call",
      { clusters: [] },
      {},
      ["skip workload pairs: no proxy knows a service of the mesh"],
    ],
  ];
  for (const [title, config, mesh, expected] of cases) {
    it(title, () => assert.deepEqual(pair(config, mesh), expected));
  }

  it("fails where the proxy did not tell", () => {
    const proxies = [proxy(caller, { config: unread })];
    assert.deepEqual(ask("mtls", { proxies }), [
      "fail payments/shop: the proxy's configuration was not read: forbidden",
    ]);
  });

  it("asks ztunnel in ambient mode, and says so if nobody did", () => {
    const workloads = [
      { namespace: "payments", name: "ledger-1", protocol: "HBONE" },
      { namespace: "payments", name: "shop-1", protocol: "TCP" },
    ];
    assert.deepEqual(ask("mtls", { ztunnel: read(workloads) }, { mode: "ambient" }), [
      "pass * -> payments/ledger-1: ztunnel reaches it through HBONE (mutual TLS)",
      "fail * -> payments/shop-1: reached by plain TCP",
    ]);
    const ztunnel = { ok: false, reason: "istioctl was not found" } as const;
    assert.deepEqual(ask("mtls", { ztunnel }, { mode: "ambient" }), [
      "skip workload pairs: ztunnel was not asked: istioctl was not found",
    ]);
  });
});

describe("verify: inbound filter chains", () => {
  const inbound = (config: Partial<ProxyConfig>, mesh: Partial<MeshPlan> = {}) =>
    ask("inbound", { proxies: [proxy(pod(), { config: read(proxyConfig(config)) })] }, mesh);
  const open = [plainChain];

  it("passes if each demands a client certificate", () => {
    assert.deepEqual(inbound({}), [
      "pass payments/ledger: every filter chain (1) demands a client certificate",
    ]);
  });

  it("fails a plaintext chain under STRICT only", () => {
    assert.deepEqual(inbound({ inbound: open }), [
      "fail payments/ledger: plaintext is let in on 8080",
    ]);
    assert.deepEqual(inbound({ inbound: open }, permissive), [
      "pass payments/ledger: PERMISSIVE as declared: 1 of 1 filter chain take plaintext",
    ]);
  });

  it("fails TLS that takes any client", () => {
    assert.deepEqual(inbound({ inbound: [{ ...plainChain, tls: true }] }), [
      "fail payments/ledger: plaintext is let in on 8080",
    ]);
  });

  it("fails a proxy without the listener", () => {
    const expected = ["fail payments/ledger: the proxy has no listener for inbound traffic"];
    assert.deepEqual(inbound({ inbound: undefined }), expected);
    assert.deepEqual(inbound({ inbound: [] }), expected);
  });
});

describe("verify: certificates", () => {
  const good = {
    uris: ["spiffe://cluster.local/ns/payments/sa/ledger"],
    validFrom: "2026-11-20T12:00:00Z",
    expires: "2026-11-21T12:00:00Z",
  };
  const foreign = "spiffe://cluster.local/ns/other/sa/ledger";
  const cases: [string, Partial<typeof good>, string][] = [
    [
      "passes the pod's own",
      {},
      "pass payments/ledger: 1 certificate of ledger, the first expires in 3 h",
    ],
    [
      "fails another identity",
      { uris: [foreign] },
      `fail payments/ledger: ledger-1: says ${foreign}, not ${good.uris[0] ?? ""}`,
    ],
    [
      "fails an expired one",
      { expires: "2026-11-21T08:59:00Z" },
      "fail payments/ledger: ledger-1: expired 2026-11-21T08:59:00Z",
    ],
    [
      "fails one of tomorrow",
      { validFrom: "2026-11-21T10:00:00Z" },
      "fail payments/ledger: ledger-1: not valid before 2026-11-21T10:00:00Z",
    ],
    [
      "warns if it was not renewed in time",
      { expires: "2026-11-21T09:30:00Z" },
      "warn payments/ledger: 1 certificate of ledger, the first expires in 0 h",
    ],
    [
      "fails illegible dates",
      { expires: "soon" },
      "fail payments/ledger: ledger-1: dates are illegible",
    ],
  ];
  for (const [title, change, expected] of cases) {
    it(title, () => {
      const proxies = [proxy(pod(), { certificate: read({ ...good, ...change }) })];
      assert.deepEqual(ask("certificates", { proxies }), [expected]);
    });
  }

  it("fails where none was shown", () => {
    const proxies = [proxy(pod(), { certificate: unread })];
    assert.deepEqual(ask("certificates", { proxies }), [
      "fail payments/ledger: ledger-1: forbidden",
    ]);
  });
});

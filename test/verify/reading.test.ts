import * as assert from "node:assert/strict";
import {
  readCertificate,
  readConfigDump,
  readCounters,
  readHosts,
} from "../../components/verify/envoy";
import { millisecondsOf } from "../../components/text/json";
import { readPods, readServices, readWebhooks } from "../../components/verify/kube";
import { certs, clusters, configDump, stats } from "./envoy-answers";

const host = "ledger.payments.svc.cluster.local";
const name = `outbound|8080||${host}`;

describe("verify: reading Envoy", () => {
  const dump = readConfigDump(configDump);
  assert.ok(dump.ok);
  const config = dump.value;

  it("finds a service's cluster with its limits and the servers it accepts", () => {
    assert.deepEqual(config.clusters, [
      {
        name,
        host,
        port: 8080,
        subset: "",
        inboundVip: false,
        tls: "endpoint",
        identities: ["spiffe://cluster.local/ns/payments/sa/ledger"],
        breaker: {
          maxConnections: 100,
          connectTimeout: 2000,
          http1MaxPendingRequests: 1,
          http2MaxRequests: 4294967295,
          maxRequestsPerConnection: 10,
          maxRetries: 4294967295,
          idleTimeout: 50_000,
          tcpKeepaliveTime: 300_000,
          retryBudgetPercent: 20,
          ejection: true,
          consecutive5xxErrors: 5,
          // They are counted but not enforced, so nobody is ejected for them.
          consecutiveGatewayErrors: 0,
          interval: 1000,
          baseEjectionTime: 180_000,
          maxEjectionPercent: 100,
          minHealthPercent: 50,
        },
      },
    ]);
  });

  it("tells marked endpoints from others", () => {
    assert.deepEqual(
      config.endpoints.map((one) => [one.address, one.mutualTls]),
      [
        ["10.244.1.7:8080", true],
        ["10.244.1.8:8080", false],
      ],
    );
  });

  it("tells filter chains with a client certificate from open ones", () => {
    assert.deepEqual(
      config.inbound?.map((one) => [one.name, one.port, one.tls, one.requiresClientCertificate]),
      [
        ["virtualInbound-blackhole", 15006, false, false],
        ["0.0.0.0_8080", 8080, true, true],
        ["0.0.0.0_8080", 8080, false, false],
      ],
    );
  });

  it("tells who is let in by which policy, for bytes and for requests", () => {
    assert.deepEqual(
      config.inbound?.map(({ policies }) => policies),
      [
        [],
        [
          { namespace: "payments", name: "nobody", action: "DENY" },
          { namespace: "payments", name: "ledger-callers", action: "ALLOW" },
        ],
        [],
      ],
    );
  });

  it("finds weights, timeout and retries, and what happens to undeclared hosts", () => {
    assert.deepEqual(config.routes[0], {
      domains: [host, "ledger.payments", "10.96.12.7"],
      weights: [
        { cluster: `outbound|8080|v1|${host}`, weight: 90 },
        { cluster: `outbound|8080|v2|${host}`, weight: 10 },
      ],
      timeoutMs: 2000,
      retries: {
        attempts: 2,
        perTryTimeoutMs: 500,
        retryOn: ["connect-failure", "reset", "retriable-status-codes", "503"],
      },
    });
    assert.deepEqual(config.undeclared, ["blocked", "blocked"]);
  });

  it("finds the leaf certificate, ejected hosts and counters", () => {
    assert.deepEqual(readCertificate(certs), {
      ok: true,
      value: {
        uris: ["spiffe://cluster.local/ns/payments/sa/ledger"],
        validFrom: "2026-01-01T00:00:00Z",
        expires: "2999-01-01T00:00:00Z",
      },
    });
    assert.deepEqual(readHosts(clusters), {
      ok: true,
      value: { [name]: { total: 2, ejected: 1 } },
    });
    const counter = `cluster.${name}.upstream_rq_pending_overflow`;
    assert.deepEqual(readCounters(stats), { ok: true, value: { [counter]: 7 } });
  });

  it("has a reason, never a value, for an answer of another form", () => {
    for (const other of [undefined, null, "busy", {}, { configs: [] }, { certificates: [{}] }]) {
      for (const read of [readConfigDump, readCertificate, readHosts, readCounters]) {
        assert.equal(read(other).ok, false, JSON.stringify(other));
      }
    }
  });

  it("reads durations of Envoy and of Istio", () => {
    const cases = {
      "0.500s": 500,
      "180s": 180_000,
      "3m": 180_000,
      "1h30m": 5_400_000,
      "500ms": 500,
    };
    for (const [text, expected] of Object.entries(cases))
      assert.equal(millisecondsOf(text), expected);
    for (const text of ["", "5", "s", "5 s"]) assert.equal(millisecondsOf(text), undefined);
  });
});

describe("verify: reading Kubernetes", () => {
  const metadata = {
    namespace: "payments",
    name: "ledger-5d8f-x7",
    labels: { app: "ledger", "pod-template-hash": "5d8f" },
    ownerReferences: [{ kind: "ReplicaSet", name: "ledger-5d8f", controller: true }],
  };
  const proxy = {
    name: "istio-proxy",
    image: "docker.io/istio/proxyv2:1.31.1",
    ports: [{ containerPort: 15090 }],
  };
  const app = {
    name: "app",
    ports: [
      { name: "http", containerPort: 8080 },
      { containerPort: 53, protocol: "UDP" },
    ],
  };
  const ready = { name: "istio-proxy", ready: true };
  const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };

  it("finds a classic and a native sidecar", () => {
    const classic = {
      metadata,
      spec: { containers: [app, proxy] },
      status: { ...status, containerStatuses: [ready] },
    };
    const native = {
      metadata,
      spec: { containers: [app], initContainers: [proxy] },
      status: { ...status, initContainerStatuses: [ready] },
    };
    for (const pod of readPods({ items: [classic, native] })) {
      assert.deepEqual(pod.proxy, { image: proxy.image, ready: true });
      assert.deepEqual(pod.ports, [{ name: "http", port: 8080 }]);
      assert.equal(pod.workload, "ledger");
    }
  });

  it("leaves finished pods out and takes a silent one for not ready", () => {
    const done = { metadata, spec: {}, status: { phase: "Succeeded" } };
    const pods = readPods({ items: [done, { metadata, spec: { containers: [proxy] } }] });
    assert.deepEqual(
      pods.map((one) => [one.ready, one.proxy?.ready]),
      [[false, false]],
    );
  });

  it("counts ready endpoints of a service over its slices", () => {
    const slice = (...ready: boolean[]) => ({
      metadata: {
        namespace: "payments",
        name: "x",
        labels: { "kubernetes.io/service-name": "ledger" },
      },
      endpoints: ready.map((one) => ({ conditions: { ready: one } })),
    });
    const items = [
      {
        metadata: { namespace: "payments", name: "ledger" },
        spec: { ports: [{ port: 80, targetPort: "http" }] },
      },
    ];
    const [service] = readServices({ items }, { items: [slice(true, false), slice(true)] });
    assert.equal(service?.endpoints, 2);
    assert.deepEqual(service?.ports, [{ port: 80, targetPort: "http" }]);
  });

  it("takes an empty caBundle for none", () => {
    const webhooks = [
      {
        name: "a",
        clientConfig: { caBundle: "", service: { name: "istiod", namespace: "istio-system" } },
      },
    ];
    assert.deepEqual(readWebhooks({ items: [{ metadata: { name: "istio-x" }, webhooks }] }), [
      {
        name: "istio-x/a",
        hasCaBundle: false,
        service: { name: "istiod", namespace: "istio-system" },
      },
    ]);
  });
});

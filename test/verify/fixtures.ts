/** A small healthy mesh, expected and observed, with one place to change each. */
import type { MeshPlan, MeshService } from "../../components/mesh/plan";
import type { Check } from "../../components/verify/check";
import type {
  EnvoyCluster,
  InboundChain,
  ObservedMesh,
  ObservedPod,
  ObservedProbe,
  ObservedProxy,
  ObservedService,
  ProxyConfig,
  Reading,
} from "../../components/verify/observed";
import { plan, sidecar } from "../mesh/examples";

export const host = "ledger.payments.svc.cluster.local";
const ledgerIdentity = "spiffe://cluster.local/ns/payments/sa/ledger";

export function read<T>(value: T): Reading<T> {
  return { ok: true, value };
}

export const unread = { ok: false, reason: "forbidden" } as const;

/** Verdict, subject and detail: what a table compares. */
export function lines(checks: readonly Check[]): readonly string[] {
  return checks.map((one) => `${one.verdict} ${one.subject}: ${one.detail}`);
}

/** A sidecar mesh of Istio 1.31.1 with one namespace, payments, that is strict. */
export function expectedMesh(overrides: Partial<MeshPlan> = {}): MeshPlan {
  return { ...plan(sidecar({ namespaces: { payments: {} } })), ...overrides };
}

/** The ledger as a service of the plan, of which nothing is declared. */
export function plannedService(overrides: Partial<MeshService> = {}): MeshService {
  return {
    namespace: "payments",
    name: "ledger",
    port: 8080,
    protocol: "http",
    routed: false,
    attempts: 0,
    ...overrides,
  };
}

/** Namespaces of a plan in which plaintext is allowed. */
export const permissive: Pick<MeshPlan, "namespaces"> = {
  namespaces: expectedMesh().namespaces.map((one) => ({ ...one, mtls: "permissive" })),
};

export function pod(overrides: Partial<ObservedPod> = {}): ObservedPod {
  return {
    namespace: "payments",
    name: "ledger-1",
    workload: "ledger",
    node: "worker-1",
    serviceAccount: "ledger",
    labels: { app: "ledger" },
    annotations: {},
    ready: true,
    hostNetwork: false,
    proxy: { image: "docker.io/istio/proxyv2:1.31.1", ready: true },
    ports: [{ name: "http", port: 8080 }],
    ...overrides,
  };
}

export const caller = pod({
  name: "shop-1",
  workload: "shop",
  serviceAccount: "shop",
  labels: { app: "shop" },
});

export function service(overrides: Partial<ObservedService> = {}): ObservedService {
  return {
    namespace: "payments",
    name: "ledger",
    type: "ClusterIP",
    headless: false,
    ports: [{ port: 8080, targetPort: "http" }],
    selector: { app: "ledger" },
    addresses: [],
    endpoints: 1,
    ...overrides,
  };
}

export function cluster(overrides: Partial<EnvoyCluster> = {}): EnvoyCluster {
  return {
    name: `outbound|8080||${host}`,
    host,
    port: 8080,
    subset: "",
    inboundVip: false,
    tls: "endpoint",
    identities: [ledgerIdentity],
    breaker: {
      maxConnections: 100,
      http1MaxPendingRequests: 10,
      ejection: true,
      consecutive5xxErrors: 5,
      interval: 1000,
      baseEjectionTime: 180_000,
    },
    ...overrides,
  };
}

/** Of a port that takes mutual TLS alone. */
export function mutualChain(overrides: Partial<InboundChain> = {}): InboundChain {
  const own = { name: "0.0.0.0_8080", port: 8080, policies: [] };
  return { ...own, tls: true, requiresClientCertificate: true, ...overrides };
}

/** Of a port that takes plaintext too. */
export const plainChain = mutualChain({ tls: false, requiresClientCertificate: false });

export function proxyConfig(overrides: Partial<ProxyConfig> = {}): ProxyConfig {
  return {
    clusters: [cluster()],
    endpoints: [{ cluster: `outbound|8080||${host}`, address: "10.244.1.7:8080", mutualTls: true }],
    inbound: [
      {
        name: "virtualInbound-blackhole",
        port: 15006,
        tls: false,
        requiresClientCertificate: false,
        policies: [],
      },
      mutualChain(),
    ],
    routes: [
      {
        domains: [host, `${host}:8080`],
        weights: [{ cluster: `outbound|8080||${host}`, weight: 100 }],
        timeoutMs: 2000,
        retries: undefined,
      },
    ],
    undeclared: ["blocked"],
    ...overrides,
  };
}

export function proxy(of: ObservedPod, overrides: Partial<ObservedProxy> = {}): ObservedProxy {
  return {
    namespace: of.namespace,
    name: of.name,
    certificate: read({
      uris: [`spiffe://cluster.local/ns/${of.namespace}/sa/${of.serviceAccount}`],
      validFrom: "2026-11-20T12:00:00Z",
      expires: "2026-11-21T12:00:00Z",
    }),
    config: read(proxyConfig()),
    hosts: read({}),
    counters: read({}),
    ...overrides,
  };
}

export function probe(answer: ObservedProbe["answer"]): ObservedProbe {
  return { namespace: "payments", name: "ledger-1", port: 8080, answer };
}

export function observedMesh(overrides: Partial<ObservedMesh> = {}): ObservedMesh {
  return {
    time: "2026-11-21T09:00:00Z",
    deployments: read([
      {
        namespace: "istio-system",
        name: "istiod-1-31-1",
        labels: { app: "istiod", "istio.io/rev": "1-31-1" },
        replicas: 2,
        ready: 2,
        images: ["docker.io/istio/pilot:1.31.1"],
      },
    ]),
    daemonSets: read([]),
    webhooks: read([
      {
        name: "istio-sidecar-injector/rev.namespace.sidecar-injector.istio.io",
        hasCaBundle: true,
        service: { namespace: "istio-system", name: "istiod-1-31-1" },
      },
    ]),
    crds: read([]),
    services: read([service(), service({ namespace: "istio-system", name: "istiod-1-31-1" })]),
    pods: read([pod(), caller]),
    nodes: read([{ name: "worker-1", controlPlane: false }]),
    proxies: [proxy(pod()), proxy(caller)],
    probes: [],
    ztunnel: { ok: false, reason: "sidecar mode has no ztunnel" },
    analyzer: read([]),
    ...overrides,
  };
}

import * as assert from "node:assert/strict";
import type { Fields } from "../support/fixtures";
import { ambient, destination, plan, sidecar, withService } from "./examples";
import { itNames, type Case } from "./rule-case";

const breaker = (fields: Fields, service: Fields = {}) =>
  withService({ ...service, breaker: { preset: "none", ...fields } });
const proxy = (fields: Fields, section: Fields = {}) =>
  sidecar({ ...section, workloads: { "shop/orders": { proxy: fields } } });
const four = { cpu: "100m", memory: "128Mi", cpuLimit: "1", memoryLimit: "256Mi" };
const retries = (fields: Fields, service: Fields = {}) =>
  withService({ ...service, retries: { attempts: 2, ...fields } });
const gateway = (fields: Fields) => sidecar({ gateways: { "istio-ingressgateway": fields } });

const cases: readonly Case[] = [
  {
    rule: "limit-of-one",
    title: "one waiting request",
    section: breaker({ http1MaxPendingRequests: 1 }),
    message:
      "mesh.services.shop/orders.breaker.http1MaxPendingRequests: 1 answers 503 to the second request at the same moment, in each client, and once more for all clients together at the server's own proxy; at least 32",
    safe: breaker({ http1MaxPendingRequests: 32 }),
  },
  {
    rule: "limit-of-one",
    title: "one connection of a waypoint",
    section: withService({ breaker: { preset: "none", maxConnections: 1 } }, ambient()),
    message:
      "mesh.services.shop/orders.breaker.maxConnections: 1 answers 503 to the second request at the same moment, for all clients of a waypoint pod together; at least 100",
    safe: withService({ breaker: { preset: "none", maxConnections: 2 } }, ambient()),
  },
  {
    rule: "limits-also-at-server",
    title: "a limit that all clients share at the server",
    section: breaker({ http1MaxPendingRequests: 10 }),
    message:
      "mesh.services.shop/orders.breaker.http1MaxPendingRequests: 10 counts in each client and again at the server's own proxy, where all clients share it; at least 32",
    safe: breaker({ http1MaxPendingRequests: 32 }),
  },
  {
    rule: "connection-churn",
    title: "connections of ten requests",
    section: breaker({ maxRequestsPerConnection: 10 }),
    message:
      "mesh.services.shop/orders.breaker.maxRequestsPerConnection: 10 opens a new connection with a TLS handshake every 10 requests and fills port and connection tables; 0 (no limit) or at least 100",
    safe: breaker({ maxRequestsPerConnection: 0 }),
  },
  {
    rule: "ejects-every-backend",
    title: "100 % ejection",
    section: breaker({ maxEjectionPercent: 100 }),
    message:
      "mesh.services.shop/orders.breaker.maxEjectionPercent: 100 % lets one bad minute take all backends out at once: every request is answered 503, as panic mode is off; at most 50 (34 for three backends), or minHealthPercent of at least 50 beside it",
    safe: breaker({ maxEjectionPercent: 100, minHealthPercent: 50 }),
  },
  {
    rule: "single-backend-ejection",
    title: "ejection of the only backend",
    section: breaker({ consecutive5xxErrors: 3 }, { replicas: 1 }),
    message:
      "mesh.services.shop/orders.breaker.ejection: ejection with 1 replica takes the only backend out and with it the service; ejection: false, or more replicas",
    safe: withService({ replicas: 1, breaker: {} }),
  },
  {
    rule: "ejects-on-first-error",
    title: "ejection for one error",
    section: breaker({ consecutive5xxErrors: 1 }),
    message:
      "mesh.services.shop/orders.breaker.consecutive5xxErrors: 1 takes a backend out for one failed request, which each caller can provoke; at least 3",
    safe: breaker({ consecutive5xxErrors: 3 }),
  },
  {
    rule: "retries-exceed-timeout",
    title: "tries that do not fit the timeout",
    section: retries(
      { perTryTimeout: "500ms", retryOn: ["reset"] },
      { timeout: "1s", idempotent: true },
    ),
    message:
      "mesh.services.shop/orders.retries: 3 tries of 500ms need 1500 ms, but the request ends after 1s: the last tries never finish; a timeout of at least 1500ms, or fewer or shorter tries",
    safe: retries(
      { perTryTimeout: "500ms", retryOn: ["reset"] },
      { timeout: "1.5s", idempotent: true },
    ),
  },
  {
    rule: "try-timeout-not-retried",
    title: "a try timeout that retryOn does not cover",
    section: retries({ perTryTimeout: "500ms" }),
    message:
      "mesh.services.shop/orders.retries.perTryTimeout: 500ms cuts a slow try off, but retryOn (connect-failure, refused-stream, reset-before-request, unavailable) does not cover it: it fails instead of being tried again; reset, gateway-error or 5xx in retryOn, or no perTryTimeout",
    safe: retries({}),
  },
  {
    rule: "retries-not-idempotent",
    title: "repeating what may have been carried out",
    section: retries({ retryOn: ["5xx", "connect-failure"] }),
    message:
      "mesh.services.shop/orders.retries.retryOn: 5xx sends requests again that may have been carried out, such as payments; idempotent: true if that does no harm, else only connect-failure, refused-stream, reset-before-request, unavailable",
    safe: retries({ retryOn: ["5xx"] }, { idempotent: true }),
  },
  {
    rule: "timeout-after-caller",
    title: "a timeout that outlasts the caller",
    section: withService({ timeout: "2s", callerTimeout: "1.5s" }),
    message:
      "mesh.services.shop/orders.timeout: 2s outlasts the caller's own 1.5s: the mesh works on for somebody who has gone; less than 1.5s",
    safe: withService({ timeout: "1.4s", callerTimeout: "1.5s" }),
  },
  {
    rule: "strict-locks-out-client",
    title: "STRICT while a plaintext client is left",
    section: sidecar({
      plaintextClients: [{ to: "shop/orders", from: "batch on vm-7", until: "2027-03-01" }],
    }),
    message:
      "mesh.plaintextClients.shop/orders: strict mTLS for batch on vm-7 refuses its connections to shop/orders, although it stays until 2027-03-01; namespaces.shop.mtls: permissive until it has moved, or plaintextPorts of the workload",
    safe: sidecar({
      namespaces: { shop: { mtls: "permissive" } },
      plaintextClients: [{ to: "shop/orders", from: "batch on vm-7" }],
    }),
  },
  {
    rule: "excluded-range-unprotected",
    title: "destinations past the proxy",
    section: proxy({ excludeOutboundIPRanges: ["10.200.0.0/16"] }),
    message:
      "mesh.workloads.shop/orders.proxy.excludeOutboundIPRanges: 10.200.0.0/16 goes past the proxy: no mTLS, no egress list, no metrics, and DNS for it is not captured either; a destination under egress.allow (protocol TCP for a database)",
    safe: proxy({}),
  },
  {
    rule: "egress-unenforced",
    title: "an allow-list that the network does not enforce",
    section: sidecar({ egress: { allow: { bank: destination } } }),
    message:
      "mesh.egress.allow: an allow-list over flannel is hygiene and no boundary: a process that avoids its proxy reaches any address, as this pod network enforces no policies; a pod network with NetworkPolicy (calico, cilium), or a firewall on the hosts",
    safe: sidecar({ egress: { allow: { bank: destination } } }),
    safeCluster: { cni: "calico" },
  },
  {
    rule: "egress-unenforced",
    title: "an allow-list, where the network has not told that it enforces it",
    section: sidecar({ egress: { allow: { bank: destination } } }),
    message:
      "mesh.egress.allow: an allow-list over flannel is hygiene and no boundary: a process that avoids its proxy reaches any address, as this pod network enforces no policies; a pod network with NetworkPolicy (calico, cilium), or a firewall on the hosts",
    safe: sidecar({ egress: { allow: { bank: destination } } }),
    safeCluster: { enforcesPolicies: true },
  },
  {
    rule: "egress-open",
    title: "open egress",
    section: sidecar({ egress: { mode: "any" } }),
    message:
      "mesh.egress.mode: any lets workloads reach every address outside, also those nobody answers for; allow-list, with each destination under egress.allow",
    safe: sidecar(),
  },
  {
    rule: "proxy-cpu-limit-low",
    title: "a CPU limit below one core",
    section: proxy({ ...four, cpuLimit: "500m" }),
    message:
      "mesh.workloads.shop/orders.proxy.cpuLimit: a CPU limit of 500m halts the proxy for parts of each 100 ms under load, which adds to p99 latency; at least 1 CPU; requests, not limits, reserve capacity",
    safe: proxy(four),
  },
  {
    rule: "proxy-memory-limit-low",
    title: "a memory limit below 256Mi",
    section: sidecar({ proxy: { resources: { ...four, memoryLimit: "128Mi" } } }),
    message:
      "mesh.proxy.resources.memoryLimit: a memory limit of 128Mi gets the proxy killed when the mesh or its connections grow; at least 256Mi",
    safe: sidecar({ proxy: { resources: four } }),
  },
  {
    rule: "concurrency-over-limit",
    title: "more threads than cores",
    section: proxy({ ...four, concurrency: 2 }),
    message:
      "mesh.workloads.shop/orders.proxy.concurrency: 2 threads on 1 CPU spend the limit early in each period and then all wait together; no concurrency, so that it follows the limit, or a limit of one CPU a thread",
    safe: proxy({ ...four, cpuLimit: "2", concurrency: 2 }),
  },
  {
    rule: "single-replica",
    title: "one control plane where there could be two",
    section: sidecar({ controlPlane: { replicas: { min: 1, max: 1 } } }),
    message:
      "mesh.controlPlane.replicas.min: 1 is down while its pod moves, although other nodes could carry a second one; at least 2",
    safe: sidecar({ controlPlane: { replicas: { min: 2, max: 2 } } }),
  },
  {
    rule: "budget-blocks-drain",
    title: "two gateways on one node",
    section: gateway({ replicas: { min: 2, max: 2 } }),
    cluster: { workerNodes: 1 },
    message:
      "mesh.gateways.istio-ingressgateway.replicas.min: 2 on one node protects from nothing, and its disruption budget keeps kubectl drain from ending; 1, or a second worker",
    safe: gateway({}),
    safeCluster: { workerNodes: 1 },
  },
  {
    rule: "autoscaler-without-metrics",
    title: "an autoscaler that sees nothing",
    section: ambient({ waypoint: { replicas: { min: 2, max: 5 } } }),
    cluster: { metricsServer: false },
    message:
      "mesh.waypoint.replicas.max: 2 to 5 stays at 2: no part of this cluster measures pods; addons.metricsServer, or max equal to min, or a metrics-server of yours, with this accepted",
    safe: ambient({ waypoint: { replicas: { min: 2, max: 2 } } }),
    safeCluster: { metricsServer: false },
  },
  {
    rule: "local-traffic-without-pod",
    title: "a node that announces an address without a gateway pod",
    section: gateway({ service: { externalTrafficPolicy: "Local" } }),
    message:
      "mesh.gateways.istio-ingressgateway.service.externalTrafficPolicy: Local with 2 pods on 3 workers drops what arrives at a node without a gateway pod; a pod on each node that announces the address (replicas, nodeSelector), or Cluster",
    safe: gateway({
      service: { externalTrafficPolicy: "Local" },
      replicas: { min: 3, max: 3 },
    }),
  },
  {
    rule: "privileged-init-container",
    title: "redirection by privileged containers",
    section: sidecar({ istioCni: false }),
    message:
      "mesh.istioCni: false gives every pod a container with NET_ADMIN, which Pod Security baseline refuses; true",
    safe: sidecar(),
  },
  {
    rule: "kubernetes-out-of-range",
    title: "a Kubernetes that Istio was not tested with",
    section: sidecar(),
    cluster: { kubernetesVersion: "1.37.0" },
    message:
      "mesh.version: 1.31.1 was never tested with Kubernetes 1.37, only with 1.32 to 1.36; a line whose range holds the cluster's version",
    safe: sidecar(),
    safeCluster: { kubernetesVersion: "1.36.4" },
  },
  {
    rule: "plaintext-accepted",
    title: "a mesh that takes plaintext",
    section: sidecar({ mtls: "permissive" }),
    message:
      "mesh.mtls: permissive lets in whoever reaches a pod, without encryption and without an identity; strict, once every caller has joined; plaintextPorts for what cannot",
    safe: sidecar({ mtls: "strict" }),
  },
  {
    rule: "plaintext-accepted",
    title: "a namespace that takes plaintext",
    section: ambient({ namespaces: { shop: { mtls: "permissive" } } }),
    message:
      "mesh.namespaces.shop.mtls: permissive lets in whoever reaches a pod, without encryption and without an identity; strict, once every caller has joined; plaintextPorts for what cannot",
    safe: ambient(),
  },
  {
    rule: "plaintext-port",
    title: "a port that is open to plaintext",
    section: sidecar({
      workloads: { "shop/a": { selector: { app: "a" }, plaintextPorts: [9090] } },
    }),
    message:
      "mesh.workloads.shop/a.plaintextPorts: 9090 lets in whoever reaches the pod, without encryption and an identity; callers in the mesh; metrics are merged into the proxy's own port",
    safe: sidecar({ workloads: { "shop/a": { selector: { app: "a" } } } }),
  },
];

describe("mesh rules", () => {
  itNames(cases);

  it("find nothing in a mesh of defaults, with breakers of both presets", () => {
    for (const preset of ["default", "strict"]) {
      for (const replicas of [undefined, 1, 2, 3, 4]) {
        const service = { breaker: { preset }, ...(replicas === undefined ? {} : { replicas }) };
        assert.deepEqual(plan(withService(service)).findings, []);
        assert.deepEqual(plan(withService(service, ambient())).findings, []);
      }
    }
  });
});

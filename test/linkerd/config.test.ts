import * as assert from "node:assert/strict";
import { LinkerdConfig } from "../../components/linkerd/config";
import { parseStack } from "../../components/environment/parse";
import { expectedMesh } from "../../stacks/verify";
import type { Fields } from "../support/fixtures";
import { itNames, type Mistake } from "../support/mistakes";
import { destination, environment, full, section, withService } from "./examples";

const orders = 'stack.mesh.services["shop/orders"]';
const noLimits =
  "Linkerd's proxies limit neither connections nor requests to a service; choose mode sidecar or ambient for that";
const ownPenalty =
  "Linkerd takes each backend out by itself, whatever the others do; write consecutive5xxErrors, baseEjectionTime and maxEjectionTime";

const istioOnly: Fields = {
  canaryVersion: "1.31.1",
  preset: "compact",
  redirect: "nftables",
  gateways: {},
  values: { istiod: {} },
  istioCni: true,
  ztunnel: {},
  waypoint: {},
  visibleNamespaces: [],
  controlPlane: { env: { A: "b" } },
  namespaces: { shop: { revision: "canary", waypoint: true } },
  services: {
    "shop/orders": {
      port: 80,
      breaker: { preset: "strict", maxConnections: 5, interval: "5s", consecutiveErrors: 3 },
    },
  },
  workloads: {
    "shop/orders": {
      selector: { app: "orders" },
      plaintextPorts: [1],
      kind: "DaemonSet",
      proxy: {},
    },
  },
};

const mistakes: readonly Mistake[] = [
  [
    "names every field that only Istio has, with the way out",
    environment(istioOnly),
    [
      'stack.mesh.canaryVersion: got "1.31.1", Linkerd runs one control plane in a cluster; raise version, and restart workloads one by one',
      "stack.mesh.controlPlane.env: got a map, these are variables of istiod; Linkerd's control plane takes none",
      "stack.mesh.gateways: got an empty map, Linkerd has no gateways; run an ingress controller of your own in a namespace of the mesh, or choose mode sidecar or ambient",
      "stack.mesh.istioCni: got true, this is Istio's node agent; write linkerdCni",
      'stack.mesh.namespaces.shop.revision: got "canary", Linkerd runs one control plane in a cluster; there is none to choose',
      "stack.mesh.namespaces.shop.waypoint: got true, waypoints exist in ambient mode only; each pod's proxy does this work itself",
      'stack.mesh.preset: got "compact", Linkerd\'s charts ask for no CPU and memory of their own; write controlPlane.resources and proxy.resources',
      'stack.mesh.redirect: got "nftables", Linkerd has one way, iptables-nft, whose rules are those of nftables; leave it out',
      `${orders}.breaker.consecutiveErrors: got 3, Linkerd counts every 5xx alike; write consecutive5xxErrors`,
      `${orders}.breaker.interval: got "5s", ${ownPenalty}`,
      `${orders}.breaker.maxConnections: got 5, ${noLimits}`,
      `${orders}.breaker.preset: got "strict", there are no limits that a preset could set; write consecutive5xxErrors, baseEjectionTime and maxEjectionTime`,
      "stack.mesh.values: got a map, these are values of Istio's charts; what Linkerd is told are the fields of this section",
      "stack.mesh.visibleNamespaces: got an empty list, Linkerd's proxies ask for each Service as it is called; there is no scope to widen",
      "stack.mesh.waypoint: got an empty map, waypoints exist in ambient mode only; each pod's proxy does this work itself",
      'stack.mesh.workloads["shop/orders"].kind: got "DaemonSet", nothing is patched in a workload; leave it out',
      'stack.mesh.workloads["shop/orders"].proxy: got an empty map, write annotations such as config.linkerd.io/proxy-cpu-request into the pod template of the workload itself',
      "stack.mesh.ztunnel: got an empty map, ztunnel exists in ambient mode only; size the proxy of each pod under proxy",
    ],
  ],
  [
    "finds the likely spelling",
    environment(section({ linkerdCNI: true, namespaces: { shop: { mtsl: "strict" } } })),
    [
      'stack.mesh.linkerdCNI: unknown key; did you mean "linkerdCni"?',
      'stack.mesh.namespaces.shop.mtsl: unknown key; did you mean "mtls"?',
    ],
  ],
  [
    "says which modes there are",
    environment({ mode: "linkerd2" }),
    ['stack.mesh.mode: got "linkerd2", expected "sidecar" or "ambient" or "linkerd"'],
  ],
  [
    "says so where none is written",
    environment({ mode: undefined }),
    ['stack.mesh.mode: missing; expected "sidecar" or "ambient" or "linkerd"'],
  ],
  [
    "knows what releases are called",
    environment(section({ version: "stable-2.14.10" })),
    [
      'stack.mesh.version: got "stable-2.14.10", the Linkerd project publishes edge releases alone since 2024; choose edge-26.8.4',
    ],
  ],
  [
    "refuses a release that is too old",
    environment(section({ version: "edge-26.7.3" })),
    [
      'stack.mesh.version: got "edge-26.7.3", edge-26.7.3 does not serve every route that is planned here; choose edge-26.8.4 or newer',
    ],
  ],
  [
    "refuses what contradicts itself in a service, all at once",
    environment({
      namespaces: { shop: {} },
      services: {
        "shop/orders": { port: 80, callers: ["legacy"], canary: { v1: 100 } },
        "shop/queue": { port: 5672, protocol: "tcp", breaker: {}, timeout: "2s" },
        "shop/quotes": {
          port: 80,
          retries: { attempts: 1, retryOn: ["unavailable"] },
          breaker: { baseEjectionTime: "2m" },
        },
        "tools/web": { port: 80 },
      },
    }),
    [
      `${orders}.callers[0]: got "legacy", expected a namespace of the mesh; who calls from outside shows no identity (plaintextPorts lets them in)`,
      `${orders}.selector: missing; expected the pod labels of the service: each version gets a Service of its own (pod labels that select the service's pods; required for \`callers\` and \`canary\`)`,
      `${orders}.selector: missing; expected the pod labels of the service: its callers are let in to these pods (pod labels that select the service's pods; required for \`callers\` and \`canary\`)`,
      'stack.mesh.services["shop/queue"].breaker: got a map, expected a protocol of http, http2 or grpc; bytes of tcp have no requests',
      'stack.mesh.services["shop/queue"].timeout: got "2s", expected a protocol of http, http2 or grpc; bytes of tcp have no requests',
      'stack.mesh.services["shop/quotes"].breaker.maxEjectionTime: got "60s", expected at least baseEjectionTime, 2m',
      'stack.mesh.services["shop/quotes"].retries.retryOn[0]: got "unavailable", expected 5xx, gateway-error or a status; the others are of protocol grpc',
      'stack.mesh.services["tools/web"]: got a map, expected tools among mesh.namespaces; outside the mesh it has no effect',
    ],
  ],
  [
    "refuses two that decide over one port of a pod",
    environment({
      namespaces: { shop: {} },
      services: {
        "shop/orders": { port: 80, targetPort: 8080, selector: { app: "orders" }, callers: [] },
        "shop/same": { port: 8080, selector: { app: "orders", tier: "web" }, callers: [] },
        "shop/other": { port: 8080, selector: { app: "other" }, callers: [] },
      },
      workloads: { "shop/orders": { selector: { app: "orders" }, plaintextPorts: [9090, 8080] } },
    }),
    [
      'stack.mesh.services["shop/same"].callers: got an empty list, expected other pods or another port than shop/orders\'s: Linkerd asks one of the two who may call port 8080 of a pod',
      'stack.mesh.workloads["shop/orders"].plaintextPorts[1]: got 8080, expected another port than that of shop/orders, whose callers are declared: one port of a pod is open or it is not',
    ],
  ],
  [
    "refuses a condition that Linkerd has no name for",
    environment(withService({ retries: { attempts: 1, retryOn: ["connect-failure"] } })),
    [
      `${orders}.retries.retryOn[0]: got "connect-failure", Linkerd tries again by the status of an answer alone; a connection that fails is one of gateway-error (502 to 504), or unavailable of gRPC`,
    ],
  ],
  [
    "refuses destinations that a proxy could not tell apart",
    environment({
      namespaces: { shop: {} },
      egress: {
        allow: {
          a: { ...destination, ports: [{ number: 5432, protocol: "TCP" }] },
          b: { ...destination, ports: [{ number: 443, protocol: "TLS" }], country: "US" },
          c: { ...destination, ports: [{ number: 443, protocol: "HTTP" }] },
          d: {
            ...destination,
            ports: [{ number: 1, protocol: "TCP" }],
            ranges: ["203.0.113.0/24"],
          },
          e: {
            ...destination,
            ports: [{ number: 2, protocol: "TCP" }],
            ranges: ["203.0.113.7/32"],
          },
        },
      },
    }),
    [
      "stack.mesh.egress.allow.a.ranges: got an empty list, expected the address ranges of the destination: TCP on 5432 carries no name",
      'stack.mesh.egress.allow.b.country: got "US", expected a country of the EEA, or a named exception (exception: …) beside it',
      "stack.mesh.egress.allow.c.ports[0]: got a map, expected another port, or the protocol of b's 443, TLS: Linkerd looks for one kind of destination on a port",
      "stack.mesh.egress.allow.e.ranges: got a list, expected ranges that do not overlap d's: a proxy knows the destination of TCP by its address alone",
    ],
  ],
  [
    "refuses what its control plane cannot do",
    environment(
      section({
        controlPlane: { replicas: { min: 1, max: 3 } },
        trust: { roots: ["a"], signedBy: "b" },
      }),
    ),
    [
      "stack.mesh.controlPlane.replicas.max: got a map, expected the same as min: Linkerd's control plane has no autoscaler",
      'stack.mesh.trust.signedBy: got "b", expected one of the roots beside it: a',
    ],
  ],
  [
    "keeps namespaces of Linkerd itself out",
    environment(section({ namespaces: { linkerd: {}, "kube-system": {} } })),
    [
      "stack.mesh.namespaces.kube-system: got a map, expected a namespace of applications; this one stays outside",
      "stack.mesh.namespaces.linkerd: got a map, expected a namespace of applications; this one stays outside",
    ],
  ],
  [
    "refuses addons that look at Istio",
    environment(section(), { addons: { prometheus: {}, grafana: {}, kiali: {}, tracing: {} } }),
    [
      "stack.addons.grafana: got a map, its dashboards show Istio's metrics; leave it out beside Linkerd, and give a Grafana of your own prometheus as its source",
      "stack.addons.kiali: got a map, Kiali reads Istio's configuration and metrics; leave it out beside Linkerd, whose numbers are in prometheus",
      "stack.addons.tracing: got a map, Linkerd's proxies begin no traces, they only continue those of an ingress; leave it out, or choose mode sidecar or ambient",
    ],
  ],
];

describe("a section whose mesh is Linkerd", () => {
  itNames(mistakes);

  it("needs its mode alone", () => {
    const { mesh } = parseStack(environment({}));
    assert.equal(mesh?.mode === "linkerd" && mesh.version, "edge-26.8.4");
    assert.equal(mesh?.mtls, "strict");
  });

  it("is the same for a program, whose class says the mode", () => {
    assert.ok(LinkerdConfig.safeParse(full).success);
  });

  it("is not what verify judges, which says who does", () => {
    assert.throws(() => expectedMesh("dev", parseStack(environment(section()))), {
      name: "ConfigError",
      message:
        "dev declares Linkerd, and verify judges Istio alone: run linkerd check --proxy; up itself proved that pods get proxies and that wrong policies are refused",
    });
  });
});

/** Environments that have between them every section and every kind of everything. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { environmentNames } from "../../stacks/environment";
import { stackOfFile } from "../../stacks/file";
import {
  committedFile,
  containerHost,
  controlPlane,
  libvirtHost,
  localHost,
  root,
  stack,
  worker,
} from "../support/fixtures";

function accept(rule: string, at: string): object {
  return { rule, at, reason: `${rule} is right in a sample`, by: "the tests" };
}

const resources = { cpu: "300m", memory: "300Mi" };
const mesh = {
  version: "1.31.1",
  canaryVersion: "1.30.5",
  preset: "compact",
  controlPlane: { resources, env: { PILOT_SAMPLE: "of the mesh" } },
  redirect: "nftables",
  accessLog: "json",
  gateways: { "istio-ingressgateway": { resources } },
  values: { istiod: { sample: { of: "the operator's values" } } },
  mtls: "permissive",
  access: "declared",
  plaintextClients: [{ to: "shop/orders", from: "a caller outside" }],
  namespaces: { shop: {}, bank: { mtls: "strict", revision: "canary" } },
  services: {
    "shop/orders": {
      port: 8080,
      replicas: 3,
      selector: { app: "orders" },
      callers: ["bank/teller"],
      breaker: { preset: "strict" },
      canary: { v1: 90, v2: 10 },
      timeout: "2s",
      idempotent: true,
    },
  },
  workloads: { "shop/orders": { selector: { app: "orders" }, plaintextPorts: [9090] } },
  egress: {
    allow: {
      bank: {
        hosts: ["api.bank.example"],
        ports: [{ number: 443, protocol: "TLS" }],
        namespaces: ["shop"],
        owner: "the shop",
        purpose: "payments",
        country: "SE",
      },
    },
  },
  accept: [accept("egress-unenforced", "egress.allow")],
};
const charts = { source: "mirror", repository: "https://charts.example.net" };
const directory = { source: "directory", path: "/srv/charts" };

const disk = { device: "/dev/disk/by-id/nvme-1", sizeGiB: 50 };
const other = { device: "/dev/disk/by-id/nvme-2", sizeGiB: 20 };

export const samples: Readonly<Record<string, unknown>> = {
  sidecar: stack({
    artifacts: {
      source: "mirror",
      url: "https://mirror.example.net",
      imageRepository: "mirror.example.net/k8s",
    },
    ssh: { user: "operator" },
    hosts: {
      "cp-1": libvirtHost({ volumes: { data: disk } }),
      "cp-2": controlPlane({ bootstrap: false }),
      "cp-3": controlPlane({ bootstrap: false, address: "192.0.2.13" }),
      "worker-1": worker({
        volumes: { metrics: disk, traces: other },
        labels: { zone: "a" },
        taints: ["edge=yes:NoSchedule"],
      }),
    },
    storage: {
      className: "local-nvme",
      defaultClass: false,
      accept: [accept("volume-behind-taint", "hosts.cp-1.volumes")],
    },
    mesh: {
      mode: "sidecar",
      ...mesh,
      charts: { ...charts, hub: "mirror.example.net/istio" },
      proxy: { resources },
      trust: { roots: ["2026", "2027"], signedBy: "2026" },
      istioCni: true,
      gatewayApi: true,
      visibleNamespaces: ["legacy"],
    },
    addons: {
      charts,
      storageClass: "topolvm",
      prometheus: {},
      grafana: {},
      kiali: {
        auth: {
          strategy: "openid",
          issuer: "https://id.example.net",
          clientId: "kiali",
          clientSecret: true,
        },
      },
      tracing: { samplingPercent: 50 },
      metricsServer: {},
      accept: [accept("traces-most-requests", "tracing.samplingPercent")],
    },
    loadBalancer: {
      charts,
      pools: {
        public: { mode: "l2", addresses: ["192.0.2.0/28"] },
        routed: { mode: "bgp", addresses: ["198.51.100.0/28"], peers: ["tor-1"] },
      },
      peers: { "tor-1": { address: "192.0.2.1", asn: 64512, ownAsn: 64513 } },
      accept: [accept("address-taken-twice", "pools.public.addresses.0")],
    },
  }),
  linkerd: stack({
    mesh: {
      mode: "linkerd",
      version: "edge-26.8.4",
      charts: { ...charts, hub: "mirror.example.net/linkerd" },
      controlPlane: { resources, replicas: { min: 1, max: 1 } },
      proxy: { resources },
      accessLog: "json",
      linkerdCni: true,
      gatewayApi: true,
      trust: { roots: ["2026", "2027"], signedBy: "2026" },
      mtls: "permissive",
      access: "declared",
      plaintextClients: [{ to: "shop/orders", from: "a caller outside" }],
      namespaces: { shop: {}, bank: { mtls: "strict", access: "any" } },
      services: {
        "shop/orders": {
          port: 8080,
          targetPort: 9080,
          replicas: 3,
          selector: { app: "orders" },
          callers: ["bank/teller", "shop"],
          breaker: { consecutive5xxErrors: 5, baseEjectionTime: "1500ms" },
          canary: { v1: 90, v2: 10 },
          timeout: "2s",
          callerTimeout: "5s",
          retries: { attempts: 2, perTryTimeout: "500ms", retryOn: ["5xx", "429"] },
          idempotent: true,
        },
        "bank/ledger": { port: 9000, protocol: "grpc", timeout: "500ms" },
      },
      workloads: { "shop/orders": { selector: { app: "orders" }, plaintextPorts: [9090] } },
      egress: {
        allow: {
          archive: {
            hosts: ["db.bank.example"],
            ports: [{ number: 5432, protocol: "TCP" }],
            ranges: ["203.0.113.0/28"],
            namespaces: ["bank"],
            owner: "the bank",
            purpose: "old accounts",
            country: "SE",
          },
          ...mesh.egress.allow,
        },
      },
      accept: [
        accept("egress-unenforced", "egress.allow"),
        accept("plaintext-accepted", "mtls"),
        accept("plaintext-port", "workloads.shop/orders.plaintextPorts"),
      ],
    },
    addons: { prometheus: {}, metricsServer: {} },
  }),
  container: stack({
    artifacts: { source: "bundle", path: "/media/nordmesh" },
    kubernetes: {
      endpoint: "node-local",
      cni: "cilium",
      kubeProxy: false,
      kubelet: { protectKernelDefaults: false },
    },
    storage: {},
    hosts: { "node-1": containerHost({ volumes: { data: { sizeGiB: 1 } } }) },
  }),
  "virtual machine": stack({
    artifacts: { source: "bundle", path: "/media/nordmesh" },
    hosts: { "cp-1": localHost() },
  }),
  ambient: stack({
    artifacts: { source: "internet" },
    mesh: {
      mode: "ambient",
      ...mesh,
      charts: { ...directory, hub: "example.net/istio" },
      ztunnel: { resources },
      waypoint: { resources },
    },
    addons: {
      charts: directory,
      prometheus: {},
      kiali: { auth: { strategy: "token" } },
    },
    loadBalancer: {
      charts: { source: "official" },
      pools: { public: { mode: "l2", addresses: ["192.0.2.80-192.0.2.95"] } },
    },
  }),
  ...Object.fromEntries(environmentNames().map((name) => [name, stackOfFile(committedFile(name))])),
  ...Object.fromEntries(
    readdirSync(join(root, "examples"))
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => [file, stackOfFile(load(readFileSync(join(root, "examples", file), "utf8")))]),
  ),
};

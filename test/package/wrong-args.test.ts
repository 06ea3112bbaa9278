/** What a program gets wrong is told at construction, all at once, in the words that a file would get. */
import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  Addons,
  Environment,
  Host,
  Istio,
  Linkerd,
  KubeadmCluster,
  LoadBalancer,
  LocalStorage,
  MeshPolicies,
} from "../../components/index";
import { controlPlane, hostKey, worker } from "../support/fixtures";
import { registered } from "../support/registered";

type Loose = (new (name: string, args: never) => unknown) & {
  check(name: string, args: never): void;
};

/** Runs a program that makes one component of these arguments, whatever the compiler would say of them. */
async function construct(component: Loose, args: unknown) {
  const { failure, resources } = await registered(() => {
    new component("one", args as never);
    return Promise.resolve({});
  });
  const types = resources.map(({ type }) => type);
  return {
    lines: (failure ?? "").split("\n"),
    registered: types.filter((type) => type !== "pulumi:pulumi:Stack"),
  };
}

const late =
  "a secret, or a value of another resource; plans are made without them, so write the value itself";

const openidAddons = {
  prometheus: {},
  kiali: {
    auth: {
      strategy: "openid",
      issuer: "https://a.example.net",
      clientId: "k",
      clientSecret: true,
    },
  },
};

const cases: readonly (readonly [string, Loose, unknown, readonly string[]])[] = [
  [
    "Host",
    Host,
    { release: "2026.1", host: { ...worker({ address: "1.2.3" }), kernal: {} } },
    [
      'args.host.address: got "1.2.3", expected an IP address or a DNS name, without a port',
      'args.host.kernal: unknown key; did you mean "kernel"?',
    ],
  ],
  [
    "KubeadmCluster",
    KubeadmCluster,
    {
      release: "2026.1",
      kubernetes: { podCidr: "10.0.0.0/16", serviceCidr: "10.0.0.0/12" },
      hosts: {
        "cp-1": controlPlane(),
        "cp-2": controlPlane({ address: "192.0.2.12", bootstrap: false }),
      },
    },
    [
      "args.hosts: 2 control planes (cp-1, cp-2) survive no more failures than 1 would; declare 1, 3 or 5",
      "args.kubernetes.serviceCidr: 10.0.0.0/12 overlaps podCidr 10.0.0.0/16",
    ],
  ],
  [
    "Istio",
    Istio,
    { mode: "sidecar", version: "1.24.1" },
    [
      "args.cluster: neither cluster nor kubeconfig; give one of them, it says where the objects go",
      'args.version: got "1.24.1", Istio 1.24 ended in mid-2025; choose 1.31.1 or 1.30.5',
    ],
  ],
  [
    "Linkerd",
    Linkerd,
    { version: "2.18", gateways: {}, services: { "shop/orders": { port: 80 } } },
    [
      "args.cluster: neither cluster nor kubeconfig; give one of them, it says where the objects go",
      "args.gateways: got an empty map, Linkerd has no gateways; run an ingress controller of your own in a namespace of the mesh, or choose mode sidecar or ambient",
      'args.services["shop/orders"]: got a map, expected shop among mesh.namespaces; outside the mesh it has no effect',
      'args.version: got "2.18", expected an edge release such as edge-26.8.4',
    ],
  ],
  [
    "MeshPolicies",
    MeshPolicies,
    { kubeconfig: "text", services: { "shop/orders": { port: 80, canary: { a: 90, b: 5 } } } },
    [
      'args.services["shop/orders"].canary: got a map, expected weights that sum to 100',
      'args.services["shop/orders"]: got a map, expected shop among mesh.namespaces; outside the mesh it has no effect',
    ],
  ],
  [
    "Istio that come too late, and facts without form",
    Istio,
    {
      kubeconfig: pulumi.secret("text"),
      mode: "sidecar",
      version: pulumi.output("1.31.1"),
      values: { istiod: { pilot: { image: pulumi.output("a") } } },
      tracing: { service: "tempo", namespace: "tracing", port: "4317", samplingPercent: 5 },
      workerNodes: "3",
      dnsDomain: Promise.resolve("cluster.local"),
      kubernetesVersion: "v1.36.2-eks",
    },
    [
      `args.dnsDomain: ${late}`,
      'args.kubernetesVersion: got "v1.36.2-eks", expected x.y.z',
      'args.tracing.port: got "4317", expected a number',
      `args.values.istiod.pilot.image: ${late}`,
      `args.version: ${late}`,
      'args.workerNodes: got "3", expected a number',
    ],
  ],
  [
    "MeshPolicies that come too late",
    MeshPolicies,
    { kubeconfig: "text", revision: pulumi.output("1-31-1"), namespaces: pulumi.output({}) },
    [`args.namespaces: ${late}`, `args.revision: ${late}`],
  ],
  [
    "KubeadmCluster that come too late",
    KubeadmCluster,
    {
      release: "2026.1",
      hosts: {
        "cp-1": controlPlane({ address: pulumi.output("1.2.3.4"), sshPort: pulumi.secret(22) }),
        "cp-2": pulumi.output(controlPlane()),
      },
    },
    [`args.hosts.cp-1.sshPort: ${late}`, `args.hosts.cp-2: ${late}`],
  ],
  [
    "Environment that come too late",
    Environment,
    { config: pulumi.secret({ release: "2026.1", hosts: { "cp-1": controlPlane() } }) },
    [`args.config: ${late}`],
  ],
  [
    "LoadBalancer",
    LoadBalancer,
    { kubeconfig: "text", pools: { public: { mode: "bgp", addresses: ["192.0.2.80/28"] } } },
    [
      "args.pools.public: got a map, announces to nobody; declare a router under peers, or mode: l2",
    ],
  ],
  [
    "LocalStorage",
    LocalStorage,
    { kubeconfig: "text", className: "Local" },
    [
      'args.className: got "Local", expected a DNS label in lower case',
      "args.volumes: missing, and no host of the cluster declares one; give at least one",
    ],
  ],
  [
    "LocalStorage of folders that are none",
    LocalStorage,
    { kubeconfig: "text", volumes: { "n-1": { data: { path: "mnt", sizeGiB: 1 } } } },
    ['args.volumes.n-1.data.path: got "mnt", expected an absolute path'],
  ],
  [
    "Addons",
    Addons,
    { kubeconfig: "text", ...openidAddons },
    ["args.kiali.auth.clientSecret: true, but there is no kialiClientSecret; give it beside"],
  ],
  [
    "Environment",
    Environment,
    {
      config: {
        release: "2026.1",
        hosts: { "cp-1": { ...controlPlane(), hostKey: `${hostKey}x` } },
        mesh: { mode: "sidecar" },
        addons: openidAddons,
      },
    },
    [
      "args.config.addons.kiali.auth.clientSecret: true, but there is no kialiClientSecret; give it in secrets",
      'args.config.hosts.cp-1.hostKey: got "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAs3batPj7JFZZ+KJXF1e...", expected an ed25519 public host key, "ssh-ed25519 AAAA…" (on the host: cat /etc/ssh/ssh_host_ed25519_key.pub)',
    ],
  ],
];

describe("wrong arguments", function () {
  this.timeout(30_000);

  for (const [name, component, args, expected] of cases) {
    it(`of ${name} are told all at once, and nothing is registered`, async () => {
      const { lines, registered } = await construct(component, args);
      assert.deepEqual(registered, []);
      assert.deepEqual(lines, expected);
      assert.throws(() => component.check("one", args as never), {
        name: "ConfigError",
        message: expected.join("\n"),
      });
    });
  }
});

/** The boundary of an enrolled namespace: Cilium on three containers of this computer, and who tries to pass it. */
import assert from "node:assert/strict";
import { shop } from "../../lab/sample/sample";
import { attacker, tries, type AttackerArgs } from "./support/attacker";
import { developmentMesh, skipUnlessBuilt } from "./support/environment";
import { FiveNodes } from "./support/five-nodes";
import { Outside, outsidePort } from "./support/outside";
import { startWorkloads, until, Workloads } from "./support/workload";

const name = "dev-borders";
const network = "10.84.0";
const namespace = "shop";
const declared = { name: "api.bank.example", address: `${network}.200` };
const undeclared = { name: "collector.example", address: `${network}.201` };
const dns = `${network}.202`;
/** In every answer of a server outside. */
const answered = /echo debug server up|body:/;
const noProxy = { "sidecar.istio.io/inject": "false" };

const attackers: readonly AttackerArgs[] = [
  { name: "app", namespace },
  { name: "proxy-user", namespace, user: 1337 },
  { name: "no-proxy", namespace, labels: noProxy, user: 0 },
  {
    ...{ name: "excluded-range", namespace },
    annotations: { "traffic.sidecar.istio.io/excludeOutboundIPRanges": "0.0.0.0/0" },
  },
  {
    ...{ name: "excluded-port", namespace },
    annotations: { "traffic.sidecar.istio.io/excludeOutboundPorts": String(outsidePort) },
  },
  { name: "relay", namespace: "elsewhere", user: 0 },
  { name: "dns-server", namespace, labels: { ...noProxy, "k8s-app": "kube-dns" }, user: 0 },
];

/** What a Service that selects nothing leads to. */
const detours: readonly object[] = [
  {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: "detour", namespace } },
    spec: { ports: [{ port: outsidePort, name: "http" }] },
  },
  {
    ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" },
    metadata: {
      ...{ name: "detour-1", namespace },
      labels: { "kubernetes.io/service-name": "detour" },
    },
    ...{ addressType: "IPv4", endpoints: [{ addresses: [undeclared.address] }] },
    ports: [{ port: outsidePort, name: "http" }],
  },
];

const alias = (externalName: string): object => ({
  ...{ apiVersion: "v1", kind: "Service", metadata: { name: "alias", namespace } },
  spec: { type: "ExternalName", externalName, ports: [{ port: outsidePort, name: "http" }] },
});

const page = (host: string): readonly string[] => [
  "wget",
  "-qO-",
  "-T5",
  `http://${host}:${outsidePort}/debug`,
];
const noAnswer = /timed out|100% packet loss|no servers could be reached/;

/** Who tries, what, and the words of what refuses: the proxy, the names' rule, or a boundary that says nothing. */
const attempts: readonly (readonly [string, string, readonly string[], RegExp])[] = [
  ["app", "an address, through its proxy", page(undeclared.address), /502 Bad Gateway/],
  ["app", "a name", ["nslookup", undeclared.name], /REFUSED/],
  ["app", "data in a name", ["nslookup", `c2VjcmV0.${undeclared.name}`], /REFUSED/],
  [
    "app",
    "data in a name beside a declared one",
    ["nslookup", `c2VjcmV0.${declared.name}`],
    /REFUSED/,
  ],
  [
    "proxy-user",
    "an address, as the user whom Istio leaves alone",
    page(undeclared.address),
    noAnswer,
  ],
  [
    "proxy-user",
    "another port of what is declared",
    ["nc", "-w", "3", declared.address, "9090"],
    noAnswer,
  ],
  ["proxy-user", "a Service that leads outside", page("detour"), noAnswer],
  ["no-proxy", "an address, without a proxy", page(undeclared.address), noAnswer],
  ["no-proxy", "an echo, by a raw socket", ["ping", "-c1", "-W2", undeclared.address], noAnswer],
  [
    "no-proxy",
    "a declared address, by a raw socket",
    ["ping", "-c1", "-W2", declared.address],
    noAnswer,
  ],
  ["no-proxy", "UDP, to a server for names", ["nslookup", undeclared.name, dns], noAnswer],
  ["no-proxy", "a Service that leads outside, without a proxy", page("detour"), noAnswer],
  ["excluded-range", "an address, in a range that it excludes", page(undeclared.address), noAnswer],
  ["excluded-port", "an address, at a port that it excludes", page(undeclared.address), noAnswer],
  [
    "dns-server",
    "an address, under the label of the cluster's DNS",
    page(undeclared.address),
    noAnswer,
  ],
];

/** Pods that the API server must refuse, by what they ask for. */
const refused: readonly (readonly [string, Omit<AttackerArgs, "name" | "namespace">])[] = [
  ["hostNetwork", { pod: { hostNetwork: true } }],
  ["hostPath", { pod: { volumes: [{ name: "root", hostPath: { path: "/" } }] } }],
  ["privileged", { container: { securityContext: { privileged: true } } }],
];

describe("the boundary of a namespace, with Cilium", function () {
  this.bail(true);
  this.timeout("15m");
  let cluster: FiveNodes;
  let outside: Outside;
  let stack: typeof cluster.declared;

  before(async function () {
    this.timeout("60m");
    await skipUnlessBuilt(this, ["cilium"]);
    cluster = await FiveNodes.begin(name, {
      ...{ network, controlPlanes: ["b-cp"], workers: ["b-w1", "b-w2"], sets: ["cilium"] },
    });
    stack = {
      ...cluster.declared,
      kubernetes: { ...(cluster.declared["kubernetes"] as object), cni: "cilium" },
      mesh: {
        ...developmentMesh(),
        charts: { source: "directory", path: cluster.environment.lab.charts },
        egress: {
          allow: {
            bank: {
              hosts: [declared.name],
              ports: [{ number: outsidePort, protocol: "HTTP" }],
              ...{ namespaces: [namespace], owner: "tests", purpose: "transfers", country: "SE" },
            },
          },
        },
      },
    };
    await cluster.up(stack);
  });

  after(async () => {
    outside?.end();
    await cluster?.end();
  });

  it("has pods of every kind behind it, and servers beyond it that have names", async () => {
    const { kubectl } = cluster;
    const servers = { [declared.name]: declared.address, [undeclared.name]: undeclared.address };
    outside = await Outside.begin({ network: cluster.nodes.network, servers, dns });
    await outside.becomeResolver(kubectl);
    await kubectl.apply(detours);
    await startWorkloads(kubectl, [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "elsewhere" } },
      ...shop(namespace),
      ...attackers.map(attacker),
    ]);
    for (const one of attackers) {
      await kubectl.run(
        ...[
          "-n",
          one.namespace,
          "wait",
          `pod/${one.name}`,
          "--for=condition=Ready",
          "--timeout=3m",
        ],
      );
    }
  });

  it("lets out what is declared, by name and through the proxy, and into the cluster", async () => {
    const app = { name: "app", namespace };
    await until(async () =>
      answered.test(await tries(cluster.kubectl, app, ...page(declared.name))),
    );
    assert.match(
      await tries(cluster.kubectl, app, "wget", "-qO-", "http://catalog:8080/debug"),
      answered,
    );
  });

  it("is not there around a namespace that is in no mesh, so that a refusal is the boundary's", async () => {
    const relay = { name: "relay", namespace: "elsewhere" };
    assert.match(await tries(cluster.kubectl, relay, ...page(undeclared.address)), answered);
  });

  for (const [pod, what, words, by] of attempts) {
    it(`refuses ${pod} ${what}`, async () => {
      const answer = await tries(cluster.kubectl, { name: pod, namespace }, ...words);
      assert.match(answer, by);
      assert.doesNotMatch(answer, answered);
    });
  }

  it("refuses a pod that would be passed on by one of a namespace that may leave", async () => {
    const path = "jsonpath={.status.podIP}";
    const address = await cluster.kubectl.run("-n", "elsewhere", "get", "pod", "relay", "-o", path);
    const words = ["ping", "-c1", "-W2", address];
    assert.match(await tries(cluster.kubectl, { name: "no-proxy", namespace }, ...words), noAnswer);
  });

  for (const [what, args] of refused) {
    it(`admits no pod with ${what}`, async () => {
      const pod = attacker({ name: "host", namespace, ...args });
      await assert.rejects(cluster.kubectl.apply([pod]), /violates PodSecurity "baseline:latest"/);
    });
  }

  it("admits no alias for a name that the pods may not ask for, nor for data in one", async () => {
    const { kubectl } = cluster;
    for (const host of [undeclared.name, `c2VjcmV0.${declared.name}`]) {
      await assert.rejects(kubectl.apply([alias(host)]), /externalName must be a service of the/);
    }
    await kubectl.apply([alias(declared.name)]);
    await assert.rejects(kubectl.apply([alias(undeclared.name)]), /externalName must be/);
    await kubectl.run("-n", namespace, "delete", "service", "alias");
  });

  it("lets nobody in from outside who knows the way to a pod", async () => {
    const [pod] = await new Workloads(cluster.kubectl, namespace).podsOf("catalog");
    assert.ok(pod);
    outside.ask("ip", "route", "add", "10.244.0.0/16", "via", `${network}.21`);
    const answer = outside.ask("curl", "-sS", "-m", "5", `http://${pod.address}:8080/debug`);
    assert.match(answer, /reset by peer|timed out/);
    assert.doesNotMatch(answer, answered);
  });

  it("has nothing to change on the second run", async () => {
    const { counts } = await cluster.up(stack);
    assert.deepEqual(Object.keys(counts), ["same"]);
  });

  it("opens for a destination that is added, in a running pod", async () => {
    const egress = (stack["mesh"] as { egress: { allow: Record<string, object> } }).egress;
    const collector = { ...egress.allow["bank"], hosts: [undeclared.name] };
    const mesh = {
      ...(stack["mesh"] as object),
      egress: { allow: { ...egress.allow, collector } },
    };
    await cluster.up({ ...stack, mesh });
    const user = { name: "proxy-user", namespace };
    await until(async () =>
      answered.test(await tries(cluster.kubectl, user, ...page(undeclared.name))),
    );
    await cluster.up(stack);
    await until(
      async () => !answered.test(await tries(cluster.kubectl, user, ...page(undeclared.name))),
    );
  });

  it("lets a node go that is declared no more", async () => {
    const { "b-w2": leaving, ...staying } = stack.hosts;
    assert.ok(leaving);
    outside.end();
    // Pods without a controller hold a node back: nobody would make them again.
    await cluster.kubectl.run("-n", namespace, "delete", "pod", "-l", "tries");
    await cluster.kubectl.run("-n", "elsewhere", "delete", "pod", "-l", "tries");
    await cluster.up({ ...stack, hosts: staying });
    const nodes = await cluster.kubectl.run("get", "nodes", "-o", "name");
    assert.deepEqual(nodes.split("\n").sort(), ["node/b-cp", "node/b-w1"]);
    assert.doesNotMatch(cluster.nodes.left(), /b-w2/);
  });
});

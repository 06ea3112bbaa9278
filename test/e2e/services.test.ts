/** MetalLB and metrics-server on one control plane and two workers: containers of this computer. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { serverDeployment, serverPort, serverService } from "../../lab/sample/sample";
import { developmentMesh, say, skipUnlessBuilt } from "./support/environment";
import { FiveNodes } from "./support/five-nodes";
import { askFromHere } from "./support/from-here";
import type { Stack } from "./support/nodes";
import { startWorkloads, until } from "./support/workload";

const sets = ["load-balancer", "metrics-server"] as const;
const environment = "dev-services";
const network = "10.85.0";
const pool = [`${network}.200`, `${network}.201`];
const gateway = { name: "door", namespace: "istio-ingress" };
const host = "shop.example.net";

/** Who is asked for, and which pods of the gateway carry what is asked. */
const routed = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
  serverService({ name: "catalog", namespace: "shop" }),
  serverDeployment({ name: "catalog", namespace: "shop", app: "catalog", replicas: 2 }),
  {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    metadata: { name: "door", namespace: "shop" },
    spec: {
      selector: { istio: gateway.name },
      servers: [{ port: { number: 8080, name: "http", protocol: "HTTP" }, hosts: [host] }],
    },
  },
  {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: "door", namespace: "shop" },
    spec: {
      hosts: [host],
      gateways: ["door"],
      http: [{ route: [{ destination: { host: "catalog", port: { number: serverPort } } }] }],
    },
  },
];

describe("services", function () {
  this.bail(true);
  this.timeout("15m");
  let cluster: FiveNodes;
  let address: string;

  const declared = (): Stack => {
    const { lab } = cluster.environment;
    const charts = { source: "directory", path: lab.charts };
    const { services: _, ...mesh } = developmentMesh();
    const replicas = { min: 2, max: 3 };
    return {
      ...cluster.declared,
      loadBalancer: { charts, pools: { public: { mode: "l2", addresses: [pool.join("-")] } } },
      addons: { charts, metricsServer: {} },
      mesh: {
        ...mesh,
        charts,
        controlPlane: { ...(mesh["controlPlane"] as object), replicas },
        gateways: {
          [gateway.name]: {
            ports: [{ name: "http2", port: 80, targetPort: 8080 }],
            resources: { cpu: "20m", memory: "64Mi" },
            replicas,
          },
        },
      },
    };
  };

  before(async function () {
    this.timeout("60m");
    await skipUnlessBuilt(this, sets);
    cluster = await FiveNodes.begin(environment, {
      network,
      controlPlanes: ["a-cp"],
      workers: ["a-w1", "a-w2"],
      sets,
    });
  });

  after(() => cluster?.end());

  it("are installed with what is declared to them, and have nothing to change on the second run", async () => {
    await cluster.up(declared());
    const { changes } = await cluster.stack.preview({ refresh: true });
    assert.deepEqual(changes, []);
  });

  it("give the gateway an address of the pool, at which a pod of the mesh answers", async () => {
    const { kubectl } = cluster;
    await startWorkloads(kubectl, routed);
    const service = ["-n", gateway.namespace, "get", "service", gateway.name];
    address = await kubectl.run(...service, "-o", "jsonpath={.status.loadBalancer.ingress[*].ip}");
    assert.ok(pool.includes(address), address);
    assert.match(await askFromHere({ address, host }), /echo debug server up/);
  });

  it("move the address to another node when the speaker of the first one ends", async () => {
    const first = announcer();
    const node = (await nodesByMac()).get(first);
    assert.ok(node !== undefined, `${first} is no node's`);
    // Without a kubelet nobody starts it again.
    await cluster.nodes.run(node, "systemctl stop kubelet; kill -KILL $(pidof speaker)");
    const moved = async (): Promise<boolean> => {
      execFileSync("ip", ["neigh", "flush", "to", address]);
      const answer = await askFromHere({ address, host });
      return /echo debug server up/.test(answer) && announcer() !== first;
    };
    await until(moved);
    await cluster.nodes.run(node, "systemctl start kubelet");
    await cluster.kubectl.waitReady(node);
  });

  it("measure every node and every pod, by certificates that the cluster signed", async () => {
    const { kubectl } = cluster;
    const rows = await until(async () => {
      const { stdout } = await kubectl.answer("top", "nodes", "--no-headers");
      const found = stdout.trim().split("\n");
      return found.length === 3 && found.every((row) => /\d+m\s+\d+%/.test(row)) && found;
    });
    assert.equal(rows.length, 3);
    const args = ["-n", "kube-system", "get", "deployment", "metrics-server", "-o"];
    assert.doesNotMatch(await kubectl.run(...args, "jsonpath={..args}"), /insecure/);
  });

  it("let the autoscalers of the control plane and the gateway read what their pods use", async () => {
    const seen = await until(async () => {
      const path =
        "jsonpath={.items[*].status.currentMetrics[*].resource.current.averageUtilization}";
      const found = await cluster.kubectl.run("get", "hpa", "-A", "-o", path);
      return /^\d+ \d+$/.test(found) && found;
    });
    say(`autoscalers read ${seen} % of what is requested`);
  });

  /** Hardware address that answers for the gateway's. */
  function announcer(): string {
    const words = ["neigh", "show", address, "dev", cluster.nodes.network];
    const rows = execFileSync("ip", words).toString();
    return /lladdr (\S+)/.exec(rows)?.[1] ?? "";
  }

  async function nodesByMac(): Promise<ReadonlyMap<string, string>> {
    const found = Object.keys(cluster.declared.hosts).map(async (name) => {
      // Not from /sys, which a container has of its computer.
      const link = await cluster.nodes.run(name, "ip -o link show eth0");
      const mac = /link\/ether (\S+)/.exec(link)?.[1] ?? "";
      return [mac, name] as const;
    });
    return new Map(await Promise.all(found));
  }
});

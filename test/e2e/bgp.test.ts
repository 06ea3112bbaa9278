/** MetalLB with FRR, and BIRD as the router that it announces addresses to: one control plane and two workers. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { serverDeployment, serverPort, serverService } from "../../lab/sample/sample";
import { say, skipUnlessBuilt } from "./support/environment";
import { FiveNodes } from "./support/five-nodes";
import type { Stack } from "./support/nodes";
import { Outside } from "./support/outside";
import { startWorkloads, until } from "./support/workload";

const sets = ["load-balancer", "bgp"] as const;
const environment = "dev-bgp";
const network = "10.94.0";
const router = { address: `${network}.250`, asn: 64_512 };
const ownAsn = 64_513;
/** Of no network that anybody here is in: only the router's table leads there. */
const pool = "198.51.100.0/29";
const workers = { "b-w1": `${network}.21`, "b-w2": `${network}.22` };

describe("addresses announced by BGP", function () {
  this.bail(true);
  this.timeout("15m");
  let cluster: FiveNodes;
  let outside: Outside | undefined;
  let address: string;

  const declared = (): Stack => {
    const charts = { source: "directory", path: cluster.environment.lab.charts };
    return {
      ...cluster.declared,
      loadBalancer: {
        charts,
        pools: { routed: { mode: "bgp", addresses: [pool], peers: ["tor-1"] } },
        peers: { "tor-1": { ...router, ownAsn } },
      },
    };
  };

  before(async function () {
    this.timeout("60m");
    await skipUnlessBuilt(this, sets);
    if (!hasBird()) {
      say("left out: no bird on this computer; apt-get install bird2");
      this.skip();
    }
    cluster = await FiveNodes.begin(environment, {
      ...{ network, controlPlanes: ["b-cp"], workers: Object.keys(workers), sets },
    });
  });

  after(async () => {
    outside?.end();
    await cluster?.end();
  });

  it("come up with what is declared, and have nothing to change on the second run", async () => {
    await cluster.up(declared());
    const { changes } = await cluster.stack.preview({ refresh: true });
    assert.deepEqual(changes, []);
  });

  it("reach the router from every worker, and no other node", async () => {
    outside = await Outside.begin({
      network: cluster.nodes.network,
      servers: { router: router.address },
      dns: `${network}.251`,
    });
    outside.becomeRouter({ ...router, nodesAsn: ownAsn });
    // The image of the server is one of the mesh's, which is not declared here.
    for (const name of Object.keys(workers))
      await cluster.nodes.importImage(name, "mesh", "fortio");
    const { kubectl } = cluster;
    const { spec, ...service } = serverService({ name: "catalog", namespace: "shop" });
    await startWorkloads(kubectl, [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      { ...service, spec: { ...spec, type: "LoadBalancer" } },
      serverDeployment({ name: "catalog", namespace: "shop", app: "catalog", replicas: 2 }),
    ]);
    const path = "jsonpath={.status.loadBalancer.ingress[*].ip}";
    const ask = ["-n", "shop", "get", "service", "catalog", "-o", path];
    address = await until(async () => (await kubectl.run(...ask)) || false);
    assert.match(address, /^198\.51\.100\.[0-7]$/);
    const hops = Object.values(workers);
    await until(async () => Promise.resolve(nextHops().join() === hops.join()));
  });

  it("are answered at by pods, by the router's table alone", () => {
    assert.match(answer(), /echo debug server up/);
  });

  it("leave the router's table with the node whose FRR ends, and are answered at all the same", async () => {
    // Without a kubelet nobody starts it again.
    await cluster.nodes.run(
      "b-w1",
      "systemctl stop kubelet; pkill -KILL watchfrr; pkill -KILL bgpd",
    );
    // The router keeps the route for the time of a graceful restart, 120 s.
    await until(async () => Promise.resolve(nextHops().join() === workers["b-w2"]));
    assert.match(answer(), /echo debug server up/);
    await cluster.nodes.run("b-w1", "systemctl start kubelet");
    await cluster.kubectl.waitReady("b-w1");
    await until(async () => Promise.resolve(nextHops().length === 2));
  });

  it("go when their section goes", async () => {
    await cluster.kubectl.run("delete", "namespace", "shop");
    await cluster.up(cluster.declared);
    await until(async () => Promise.resolve(nextHops().length === 0));
  });

  function nextHops(): readonly string[] {
    return outside?.nextHops(address) ?? [];
  }

  /** What the outside is told there. */
  function answer(): string {
    const url = `http://${address}:${serverPort}/debug`;
    return outside?.ask("curl", "-s", "--max-time", "10", url) ?? "";
  }
});

function hasBird(): boolean {
  try {
    execFileSync("bird", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Where the API servers are reached, and the load balancer on every node. */
import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { HostAddresses } from "../../components/host/machines";
import { KubernetesConfig } from "../../components/kubernetes/config";
import { hostOf, planEndpoint, type EndpointPlan } from "../../components/kubernetes/endpoint";
import { assertGolden } from "../support/golden";
import { run, runOnFile } from "../support/programs";

interface Member extends HostAddresses {
  readonly name: string;
  readonly role: string;
}

function member(name: string, role: string, nodeAddress: string, operatorAddress?: string): Member {
  const reached = { address: nodeAddress, port: 22, nodeAddress };
  return { name, role, ...reached, operatorAddress: operatorAddress ?? `${nodeAddress}:6443` };
}

const three = [
  member("cp-1", "control-plane", "192.0.2.11"),
  member("cp-2", "control-plane", "192.0.2.12"),
  member("cp-3", "control-plane", "192.0.2.13"),
  member("worker-1", "worker", "192.0.2.21"),
];

function plan(kubernetes: object, hosts: readonly Member[] = three): EndpointPlan {
  const [first] = hosts;
  assert.ok(first !== undefined);
  return planEndpoint({ config: KubernetesConfig.parse(kubernetes), hosts, first });
}

/** Names and addresses of the server lines. */
function serversOf({ balancer }: EndpointPlan): readonly string[] {
  const lines = balancer?.configuration.matchAll(/^ {2}server (\S+ \S+)$/gm) ?? [];
  return [...lines].map(([, words = ""]) => words);
}

/** One to five control planes and some workers, some of them behind another address. */
const members = fc
  .record({
    controlPlanes: fc.integer({ min: 1, max: 5 }),
    workers: fc.integer({ min: 0, max: 3 }),
    hidden: fc.boolean(),
  })
  .map(({ controlPlanes, workers, hidden }) => [
    ...Array.from({ length: controlPlanes }, (_, index) =>
      member(
        `cp-${index}`,
        "control-plane",
        `10.0.0.${index + 1}`,
        hidden ? `cp-${index}.example.net:6443` : undefined,
      ),
    ),
    ...Array.from({ length: workers }, (_, index) =>
      member(`w-${index}`, "worker", `10.0.1.${index + 1}`),
    ),
  ]);

const endpoints = fc.record({
  endpoint: fc.constantFrom("node-local", "api.example.net:6443", "10.9.9.9:443"),
  externalEndpoint: fc.constantFrom(undefined, "public.example.net:443", "10.0.0.1:6443"),
});

describe("the endpoint", () => {
  it("is a load balancer on every node, as in the golden file", () => {
    const { balancer } = plan({});
    assertGolden("api-balancer", {
      "api-balancer.cfg": balancer?.configuration ?? "",
      "api-balancer.service": balancer?.unit ?? "",
    });
  });

  it("leads operators to the first control plane, unless they have another way", () => {
    assert.equal(plan({}).operators, "192.0.2.11:6443");
    assert.equal(plan({ endpoint: "api.example.net:6443" }).operators, "api.example.net:6443");
    const external = plan({ externalEndpoint: "api.example.net:443" });
    assert.deepEqual(
      [external.nodes, external.operators],
      ["127.0.0.1:7443", "api.example.net:443"],
    );
  });

  it("has every control plane behind it and no worker, and no balancer where it is external", () => {
    fc.assert(
      fc.property(members, endpoints, (hosts, kubernetes) => {
        const planned = plan(kubernetes, hosts);
        const local = kubernetes.endpoint === "node-local";
        assert.equal(planned.kind, local ? "node-local" : "external");
        assert.equal(planned.balancer !== undefined, local);
        const servers = hosts
          .filter(({ role }) => role === "control-plane")
          .map(({ name, nodeAddress }) => `${name} ${nodeAddress}:6443`);
        assert.deepEqual(serversOf(planned), local ? servers : []);
      }),
    );
  });

  it("is in certificates under each name but the control planes' own addresses", () => {
    fc.assert(
      fc.property(members, endpoints, (hosts, kubernetes) => {
        const { certificateNames, nodes, operators } = plan(kubernetes, hosts);
        const controlPlanes = hosts.filter(({ role }) => role === "control-plane");
        const own = controlPlanes.map(({ nodeAddress }) => nodeAddress);
        // A list with them would change with each control plane, and restart all API servers.
        assert.ok(own.every((address) => !certificateNames.includes(address)));
        const reached = [nodes, operators, ...controlPlanes.map((host) => host.operatorAddress)];
        const covered = [...certificateNames, ...own];
        assert.ok(reached.map(hostOf).every((name) => covered.includes(name)));
        assert.ok(certificateNames.includes("127.0.0.1"), "the load balancer's own address");
        assert.deepEqual([...new Set(certificateNames)].sort(), certificateNames);
      }),
    );
  });

  it("stays what the certificates have when control planes come that nobody reaches otherwise", () => {
    const one = plan({}, three.slice(0, 1));
    assert.deepEqual(plan({}).certificateNames, one.certificateNames);
  });
});

describe("the load balancer's configuration", () => {
  before("HAProxy is here", () => {
    assert.equal(run(["haproxy", "-v"]).status, 0, "install HAProxy: apt-get install haproxy");
  });

  const check = (content: string) =>
    runOnFile({ words: ["haproxy", "-c", "-q", "-f"], name: "api-balancer.cfg", content });

  it("is accepted by HAProxy, whoever is behind it", () => {
    fc.assert(
      fc.property(members, (hosts) => {
        const { balancer } = plan({}, hosts);
        assert.deepEqual(check(balancer?.configuration ?? ""), { status: 0, output: "" });
      }),
      { numRuns: 5 },
    );
  });

  it("would be refused with a word HAProxy does not know, so that is a proof", () => {
    const { balancer } = plan({});
    const wrong = balancer?.configuration.replace("fall 2", "falls 2") ?? "";
    assert.notEqual(check(wrong).status, 0);
  });
});

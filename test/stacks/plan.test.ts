import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { membersOf } from "../support/steps";
import { stepsOf } from "../../components/environment/plan";
import { controlPlane, planOf, stack, worker, type Fields } from "../support/fixtures";

const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const workers = fc.uniqueArray(name, { minLength: 1, maxLength: 6 });

function hostsOf(names: readonly string[]): Fields {
  const rows = names.map((one, index) => [
    `w-${one}`,
    worker({ address: `192.0.2.${100 + index}` }),
  ]);
  return { "cp-1": controlPlane(), ...(Object.fromEntries(rows) as Fields) };
}

function reversed(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const rows = Object.entries(value).reverse();
  return Object.fromEntries(rows.map(([key, inner]) => [key, reversed(inner)]));
}

describe("planStack", () => {
  it("does not depend on the order of keys in the YAML file", () => {
    fc.assert(
      fc.property(workers, (names) => {
        const raw = stack({ hosts: hostsOf(names) });
        assert.deepEqual(planOf(reversed(raw)), planOf(raw));
        assert.equal(JSON.stringify(planOf(reversed(raw))), JSON.stringify(planOf(raw)));
      }),
      { numRuns: 30 },
    );
  });

  it("changes nothing on other hosts when one is added", () => {
    fc.assert(
      fc.property(workers, (names) => {
        const before = planOf(stack({ hosts: hostsOf(names.slice(0, -1)) }));
        const after = planOf(stack({ hosts: hostsOf(names) }));
        for (const host of before.hosts) {
          assert.deepEqual(
            after.hosts.find((one) => one.name === host.name),
            host,
          );
        }
        const joins = membersOf(after, "worker");
        for (const join of membersOf(before, "worker")) {
          assert.deepEqual(
            joins.find((one) => one.name === join.name),
            join,
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it("gives every step a name of its own and runs none before what it waits for", () => {
    fc.assert(
      fc.property(workers, (names) => {
        const steps = stepsOf(planOf(stack({ hosts: hostsOf(names) })));
        const seen = new Set<string>();
        for (const step of steps) {
          assert.ok(!seen.has(step.name), step.name);
          assert.deepEqual(
            step.after.filter((other) => !seen.has(other)),
            [],
          );
          seen.add(step.name);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("gives a node the images of a mesh from a bundle where there is a mesh, and only there", () => {
    const bundle = { source: "bundle", path: "/media/nordmesh" };
    const mesh = { mode: "sidecar" };
    const images = (overrides: Fields): readonly (string | undefined)[] =>
      planOf(stack(overrides)).hosts.map(({ node }) => node.values["IMAGE_SETS"]);
    assert.ok(images({ artifacts: bundle }).every((sets) => sets === "kubernetes"));
    assert.ok(images({ artifacts: bundle, mesh }).every((sets) => sets === "kubernetes mesh"));
    const ambient = { artifacts: bundle, mesh: { mode: "ambient" } };
    assert.ok(images(ambient).every((sets) => sets === "kubernetes ambient"));
    assert.ok(images({ mesh }).every((sets) => sets === ""));
  });

  it("names the images of a declared section to nodes with a bundle, and makes a container's look again", () => {
    const loadBalancer = { pools: { public: { mode: "l2", addresses: ["10.9.0.0/28"] } } };
    const container = {
      source: "container",
      role: "control-plane",
      image: "/srv/tree",
      bundle: "/srv/bundle",
      nodeAddress: "10.9.9.11",
    };
    const hostOf = (overrides: Fields) => {
      const artifacts = { source: "bundle", path: "/media/nordmesh" };
      const kubernetes = { kubelet: { protectKernelDefaults: false, failCgroupV1: false } };
      const hosts = { "cp-1": container };
      const plan = planOf(stack({ artifacts, kubernetes, hosts, ...overrides }));
      const [host] = plan.hosts;
      return {
        sets: host?.node.values["IMAGE_SETS"],
        machine: host?.machine.step?.values["CONTAINER_IMAGE_SETS"],
      };
    };
    assert.deepEqual(hostOf({}), { sets: "kubernetes", machine: undefined });
    assert.deepEqual(hostOf({ mesh: { mode: "sidecar" } }).machine, undefined);
    assert.deepEqual(hostOf({ loadBalancer }), {
      sets: "kubernetes load-balancer",
      machine: "load-balancer",
    });
    assert.equal(
      hostOf({ mesh: { mode: "sidecar" }, addons: { prometheus: {} } }).sets,
      "kubernetes mesh prometheus",
    );
    assert.equal(hostOf({ loadBalancer, artifacts: { source: "internet" } }).machine, undefined);
  });

  it("knows of a declared metrics-server that pods are measured, with a mesh and without one", () => {
    const findings = (overrides: Fields) =>
      (planOf(stack(overrides)).mesh?.findings ?? []).filter(
        ({ rule }) => rule === "autoscaler-without-metrics",
      ).length;
    const mesh = { mode: "sidecar", controlPlane: { replicas: { min: 1, max: 3 } } };
    assert.equal(findings({ mesh }), 1);
    assert.equal(findings({ mesh, addons: { metricsServer: {} } }), 0);
    const alone = planOf(stack({ addons: { metricsServer: {} } }));
    assert.deepEqual(
      alone.addons?.steps.map(({ name }) => name),
      ["addons-metrics-server"],
    );
    assert.throws(
      () => planOf(stack({ addons: { metricsServer: {}, prometheus: {} } })),
      /stack\.addons: .*expected a mesh beside them/,
    );
  });

  it("is plain data: it prints as JSON and reads back the same", () => {
    const plan = planOf(stack());
    const defined = JSON.parse(JSON.stringify(plan)) as unknown;
    assert.equal(JSON.stringify(defined), JSON.stringify(plan));
  });

  it("joins control planes one after the other and workers side by side", () => {
    const plan = planOf(
      stack({
        hosts: {
          "cp-1": controlPlane(),
          "cp-2": controlPlane({ address: "192.0.2.12", bootstrap: false }),
          "cp-3": controlPlane({ address: "192.0.2.13", bootstrap: false }),
          "w-1": worker(),
        },
      }),
    );
    const after = Object.fromEntries(stepsOf(plan).map((step) => [step.name, step.after]));
    const admitted = ["cluster-credentials", "cluster-join-token"];
    assert.deepEqual(after["cp-2-join"], [...admitted, "cp-2-node"]);
    assert.deepEqual(after["cp-3-join"], [...admitted, "cp-3-node", "cp-2-join"]);
    assert.deepEqual(after["w-1-join"], [...admitted, "w-1-node"]);
  });

  it("declares the node of a lone control plane too, for its serving certificate", () => {
    const plan = planOf(stack({ hosts: { "cp-1": controlPlane() } }));
    assert.deepEqual(
      stepsOf(plan).map((step) => step.name),
      [
        ...["cp-1-preflight", "cluster-fleet", "cp-1-node", "cp-1-join"],
        ...["cluster-credentials", "cluster-join-token", "cluster-nodes"],
      ],
    );
  });
});

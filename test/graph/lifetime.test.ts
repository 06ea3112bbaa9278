import * as assert from "node:assert/strict";
import { commandsOf, environmentGraph, named } from "./environments";

describe("what lives on a machine the stack created", () => {
  it("goes away with it, without a last connection", async () => {
    const graph = await environmentGraph("libvirt");
    const machines = ["kvm-1", "kvm-2"].map((host) => named(graph, `${host}-machine`).urn);
    for (const { name, deletedWith } of commandsOf(graph)) {
      const host = name.startsWith("kvm-2") ? 1 : 0;
      const expected = name.endsWith("-machine") ? "" : machines[host];
      assert.equal(deletedWith, expected, name);
    }
    const local = await environmentGraph("dev-vm");
    const machine = named(local, "lab-1-machine").urn;
    for (const { name, deletedWith } of commandsOf(local)) {
      assert.equal(deletedWith, name === "lab-1-machine" ? "" : machine, name);
    }
    const containers = await environmentGraph("dev");
    for (const host of ["cp-1", "cp-2", "cp-3", "worker-1", "worker-2"]) {
      const own = commandsOf(containers).filter(({ name }) => name.startsWith(`${host}-`));
      for (const { name, deletedWith } of own.filter(({ name }) => !name.endsWith("-machine"))) {
        assert.equal(deletedWith, named(containers, `${host}-machine`).urn, name);
      }
    }
  });

  it("is removed step by step from a server that stays", async () => {
    for (const { name, deletedWith } of commandsOf(await environmentGraph("prod"))) {
      assert.equal(deletedWith, "", name);
    }
  });
});

describe("protection", () => {
  it("covers the cluster, its keys and every node in prod", async () => {
    const graph = await environmentGraph("prod");
    const cluster = named(graph, "cluster").urn;
    // A host may leave; what it holds of the cluster is protected by its join.
    const within = graph.resources.filter(
      ({ urn, parent, type }) =>
        [urn, parent].includes(cluster) && !/^nordmesh:host|^pulumi:providers/.test(type),
    );
    assert.ok(within.length > 10);
    assert.deepEqual(
      within.filter(({ protect }) => !protect).map(({ name }) => name),
      [],
    );
    const others = graph.resources.filter((resource) => !within.includes(resource));
    assert.deepEqual(
      others.filter(
        ({ name, protect }) => !protect && /-join$|^cluster-(?!kubernetes$)/.test(name),
      ),
      [],
    );
  });

  it("stands in nobody's way in dev", async () => {
    const { resources } = await environmentGraph("dev");
    assert.ok(resources.every(({ protect }) => !protect));
  });
});

describe("the tree", () => {
  it("shows each step below its host, the cluster, or the objects it proves", async () => {
    const graph = await environmentGraph("prod");
    const byUrn = new Map(graph.resources.map(({ urn, name }) => [urn, name]));
    for (const { name, parent } of commandsOf(graph)) {
      const host = /^(.*)-(preflight|node)$/.exec(name)?.[1];
      const place = name.startsWith("mesh-ready-") ? "istio" : "cluster";
      assert.equal(byUrn.get(parent), host ?? place, name);
    }
  });
});

import * as assert from "node:assert/strict";
import { objectsOf, stepsOf } from "../../components/environment/plan";
import { planOf } from "../support/fixtures";
import { membersOf } from "../support/steps";
import type { Graph } from "../support/graph";
import {
  before as finishedBefore,
  commandsOf,
  environmentGraph,
  environmentNames,
  environments,
} from "./environments";

for (const environment of environmentNames) {
  describe(`the order of ${environment}`, () => {
    let graph: Graph;
    const plan = planOf(environments[environment].stack, environments[environment].environment);
    const hosts = plan.hosts.map(({ name }) => name);
    const first = `${plan.kubernetes.bootstrapHost}-join`;
    const joins = (role: string) =>
      membersOf(plan, role)
        .map(({ name }) => name)
        .filter((name) => name !== first);
    const controlPlanes = joins("control-plane");
    const workers = joins("worker");
    const earlier = (name: string) => finishedBefore(graph, name);

    before(async () => {
      graph = await environmentGraph(environment);
      assert.equal(graph.failure, undefined);
    });

    it("changes no host before every host passed its checks", () => {
      const checks = hosts.map((host) => `${host}-preflight`);
      const harmless = [...checks, ...hosts.map((host) => `${host}-machine`)];
      const changing = commandsOf(graph).filter(({ name }) => !harmless.includes(name));
      assert.ok(changing.length > hosts.length);
      for (const { name } of changing) {
        const missing = [...checks, "cluster-fleet"].filter((check) => !earlier(name).has(check));
        assert.deepEqual(missing, [], name);
      }
    });

    it("checks a created machine only when it exists", () => {
      for (const { name, machine } of plan.hosts) {
        const created = machine.source !== "existing";
        assert.equal(earlier(`${name}-preflight`).has(`${name}-machine`), created, name);
      }
    });

    it("runs kubeadm init on a prepared host", () => {
      assert.ok(earlier(first).has(`${plan.kubernetes.bootstrapHost}-node`));
    });

    it("lets a host join once it is prepared, admitted, and has the credentials", () => {
      for (const join of [...controlPlanes, ...workers]) {
        const own = join.replace(/-join$/, "-node");
        const needed = [own, first, "cluster-join-token", "cluster-credentials"];
        assert.deepEqual(
          needed.filter((name) => !earlier(join).has(name)),
          [],
          join,
        );
      }
    });

    it("joins control planes one after the other", () => {
      for (const [index, join] of controlPlanes.entries()) {
        const others = controlPlanes.filter((other) => earlier(join).has(other));
        assert.deepEqual(others, controlPlanes.slice(0, index), join);
      }
    });

    it("joins workers side by side", () => {
      for (const join of workers) {
        const awaited = [...controlPlanes, ...workers].filter((other) => earlier(join).has(other));
        assert.deepEqual(awaited, [], join);
      }
    });

    it("waits for every node at the end", () => {
      const steps = [first, ...controlPlanes, ...workers, ...hosts.map((host) => `${host}-node`)];
      assert.deepEqual(
        steps.filter((name) => !earlier("cluster-nodes").has(name)),
        [],
      );
      const gates = objectsOf(plan).flatMap(({ kind, name }) => (kind === "script" ? [name] : []));
      const later = commandsOf(graph)
        .map(({ name }) => name)
        .filter((name) => earlier(name).has("cluster-nodes"));
      assert.deepEqual(later.sort(), gates.sort());
    });

    it("is the order that describe tells", () => {
      const described = stepsOf(plan);
      const names = described.map(({ name }) => name);
      const objects = graph.resources.filter(({ type }) => type.startsWith("kubernetes:"));
      const registered = [...commandsOf(graph), ...objects].map(({ name }) => name);
      registered.push("cluster-fleet");
      assert.deepEqual([...names].sort(), registered.sort());
      const told = new Map<string, ReadonlySet<string>>();
      for (const { name, after } of described) {
        told.set(name, new Set(after.flatMap((step) => [step, ...(told.get(step) ?? [])])));
      }
      for (const name of names) {
        const real = names.filter((other) => earlier(name).has(other));
        assert.deepEqual(real.sort(), [...(told.get(name) ?? [])].sort(), name);
      }
    });
  });
}

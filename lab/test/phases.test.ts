import * as assert from "node:assert/strict";
import { stepsOf } from "../../components/environment/plan";
import { phaseOf, phaseTable } from "../phases";
import type { Done } from "../engine/progress";
import { committedPlan } from "../../test/support/fixtures";

const roles = { "cp-1": "control-plane", "worker-1": "worker" } as const;

function step(name: string, [began, ended]: readonly [number, number], op = "create"): Done {
  const type = name.includes("/") ? "kubernetes:core/v1:Service" : "command:remote:Command";
  return { name, type, op, began: began * 1000, ended: ended * 1000 };
}

describe("phases of a run", () => {
  it("cover every step of the sample environments", () => {
    for (const environment of ["dev", "dev-vm"]) {
      const plan = committedPlan(environment);
      const own = Object.fromEntries(plan.hosts.map(({ name, role }) => [name, role]));
      const phases = stepsOf(plan).map(({ name }) =>
        phaseOf({ name, type: "command:remote:Command" }, own),
      );
      const workers = plan.hosts.filter(({ role }) => role === "worker").length;
      assert.equal(phases.filter((phase) => phase === "machines").length, plan.hosts.length);
      assert.equal(phases.filter((phase) => phase === "nodes").length, 2 * plan.hosts.length);
      assert.equal(phases.filter((phase) => phase === "workers").length, workers);
      assert.equal(
        phases.filter((phase) => phase === "control planes").length,
        plan.hosts.length - workers,
      );
      assert.ok(phases.includes("cluster"));
    }
  });

  it("leave out keys and notes of the state, whatever they are called", () => {
    for (const type of ["random:index/randomBytes:RandomBytes", "pulumi:index:Stash"]) {
      assert.equal(phaseOf({ name: "cp-1-machine", type }, roles), undefined);
    }
  });

  it("take the whole name of a host, not a part of it", () => {
    const type = "command:remote:Command";
    const hosts = { a: "worker", "a-machine": "control-plane" } as const;
    assert.equal(phaseOf({ name: "a-machine-join", type }, hosts), "control planes");
    assert.equal(phaseOf({ name: "a-machine-node", type }, hosts), "nodes");
  });

  it("are shown from their first begin to their last end", () => {
    const table = phaseTable({
      began: 0,
      parts: { began: 0, ended: 3000 },
      roles,
      steps: [
        step("cp-1-machine", [4, 9]),
        step("worker-1-machine", [4, 12]),
        step("cp-1-node", [10, 30]),
        step("cp-1-node", [9, 9.4], "update"),
        step("cp-1-join", [30, 55.4]),
        step("worker-1-join", [56, 61]),
        step("cluster-nodes", [61, 64]),
        step("shop/catalog", [70, 71]),
        step("shop/old", [71, 72], "delete"),
      ],
      sample: { began: 80_000, ended: 95_000 },
      ended: 100_000,
    });
    assert.equal(
      table,
      [
        "phase           steps              began   took",
        "lab parts                            0 s    3 s",
        "machines        2 made               4 s    8 s",
        "nodes           1 made, 1 changed    9 s   21 s",
        "control planes  1 made              30 s   25 s",
        "workers         1 made              56 s    5 s",
        "cluster         1 made              61 s    3 s",
        "mesh            1 made, 1 removed   70 s    2 s",
        "sample                              80 s   15 s",
        "all                                  0 s  100 s",
        "",
      ].join("\n"),
    );
  });

  it("are without a sample where the environment takes none", () => {
    const span = { began: 0, ended: 1000 };
    assert.doesNotMatch(phaseTable({ ...span, parts: span, steps: [], roles }), /sample/);
  });

  it("show that nothing was to change", () => {
    const span = { began: 0, ended: 1000 };
    const table = phaseTable({ ...span, parts: span, steps: [], roles, sample: span });
    assert.match(table, /^all +nothing to change +0 s +1 s$/m);
    assert.equal(table.split("\n").length, 5);
  });
});

import * as assert from "node:assert/strict";
import { composeCluster } from "../../stacks/cluster";
import { orderSteps, type OrderedStep } from "../../stacks/order";
import type { StackPlan } from "../../stacks/plan";
import { committedPlan, libvirtHost, planOf, stack } from "../support/fixtures";
import { record, type Recorded } from "../support/recorder";

const plans: readonly StackPlan[] = [
  committedPlan("prod"),
  committedPlan("dev"),
  committedPlan("dev-vm"),
  planOf(stack({ hosts: { "cp-1": libvirtHost() } })),
];

/** Facts of a host, no two of them alike, and credentials of a cluster. */
function answer({ name }: { readonly name: string }): Readonly<Record<string, unknown>> {
  const facts = { machineId: name, hostname: name, kernel: "6.12", warnings: [] };
  const credentials = { authority: "", kubeconfig: "" };
  const base64 = Buffer.alloc(32, 7).toString("base64");
  return {
    stdout: JSON.stringify({ ...facts, ...credentials }),
    base64,
    hex: "ab".repeat(32),
    result: "abcdef",
  };
}

function compose(plan: StackPlan): Promise<readonly Recorded[]> {
  return record({ compose: () => composeCluster({ plan, secrets: {}, protect: true }), answer });
}

describe("composeCluster", () => {
  for (const plan of plans) {
    it(`runs the steps of ${plan.environment} in the order that describe shows`, async () => {
      const steps = orderSteps(plan);
      const recorded = await compose(plan);
      for (const step of steps) {
        const found = recorded.filter((one) => one.name === step.name);
        assert.equal(found.length, 1, `${step.name} is one resource`);
      }
      const waits = new Map(recorded.map((one) => [one.name, one.waitsFor]));
      const names = new Set(steps.map((step) => step.name));
      for (const step of steps) {
        const real = [...ancestors(step.name, waits)].filter((name) => names.has(name)).sort();
        assert.deepEqual(real, described(step.name, steps), step.name);
      }
    });
  }

  it("creates no step that describe does not show", async () => {
    const plan = committedPlan("prod");
    const recorded = await compose(plan);
    const commands = recorded.filter((one) => one.type.startsWith("command:"));
    const shown = orderSteps(plan).map((step) => step.name);
    assert.deepEqual(
      commands.map((one) => one.name).filter((name) => !shown.includes(name)),
      [],
    );
  });

  it("protects the cluster where the environment asks for it", async () => {
    const recorded = await compose(committedPlan("prod"));
    assert.equal(recorded.find((one) => one.name === "cluster")?.protect, true);
  });
});

function ancestors(
  name: string,
  waits: ReadonlyMap<string, readonly string[]>,
  seen = new Set<string>(),
): ReadonlySet<string> {
  for (const other of waits.get(name) ?? []) {
    if (seen.has(other)) continue;
    seen.add(other);
    ancestors(other, waits, seen);
  }
  return seen;
}

function described(name: string, steps: readonly OrderedStep[]): readonly string[] {
  const waits = new Map(steps.map((step) => [step.name, step.after]));
  return [...ancestors(name, waits)].sort();
}

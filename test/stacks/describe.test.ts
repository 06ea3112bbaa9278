import * as assert from "node:assert/strict";
import { declarations } from "../../stacks";
import {
  describeArtifacts,
  describeCluster,
  describeHosts,
  describePlan,
  describeSteps,
} from "../../stacks/describe";
import { planTexts, type PlannedText } from "../../stacks/texts";
import { committedPlan, libvirtHost, planOf, root, stack } from "../support/fixtures";
import { assertGolden } from "../support/golden";
import { run } from "../support/programs";

describe("describe", () => {
  for (const environment of Object.keys(declarations)) {
    it(`shows of ${environment} what the golden files show`, () => {
      const plan = committedPlan(environment);
      assertGolden(environment, {
        "cluster.txt": describeCluster(plan),
        "hosts.txt": describeHosts(plan),
        "artifacts.txt": describeArtifacts(plan),
        "steps.txt": describeSteps(plan),
        ...goldenTexts(planTexts(plan)),
      });
    });
  }

  it("covers machines on a hypervisor", () => {
    const text = describePlan(planOf(stack({ hosts: { "cp-1": libvirtHost() } })));
    assert.match(text, /machine on hypervisor kvm-1\.example\.net/);
    assert.match(
      text,
      /^1\. cp-1-machine on kvm-1\.example\.net: create the machine on its hypervisor$/m,
    );
    assert.match(text, /<domain type="kvm">/);
  });

  it("names secrets and shows none", () => {
    const text = describePlan(committedPlan("dev"));
    assert.match(text, /secrets {2}ENCRYPTION_KEY/);
    assert.match(text, /ed25519_private: '@HOST_PRIVATE_KEY@'/);
    assert.doesNotMatch(text, /BEGIN [A-Z ]*PRIVATE KEY/);
  });

  it("prints a text that hosts share once", () => {
    const text = describePlan(committedPlan("prod"));
    assert.equal(text.split("\ncontainerd.service on ").length, 2);
    assert.equal(text.split("\nsysctl.conf on ").length, 3);
  });

  it("exits with 1 and the reason for an environment that does not exist", () => {
    const done = run([process.execPath, "--import", "tsx", "stacks/cli.ts", "describe", "prdo"], {
      cwd: root,
    });
    assert.deepEqual(done, { status: 1, output: 'no environment "prdo"; did you mean "prod"?\n' });
  });

  it("answers without loading Pulumi, whose start alone takes half a second", () => {
    const listing = `process.on("exit", () => console.log(Object.keys(require.cache).join("\\n")));`;
    const done = run(
      [process.execPath, "--import", "tsx", "-e", `${listing} require("./stacks/cli.ts")`],
      { cwd: root },
    );
    assert.equal(done.status, 0, done.output);
    assert.match(done.output, /stacks\/describe\.ts/);
    assert.doesNotMatch(done.output, /node_modules\/@pulumi/);
  });
});

/** What most hosts share lies at the top; a host that differs has its own folder. */
function goldenTexts(texts: readonly PlannedText[]): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const file of new Set(texts.map((text) => text.file))) {
    const same = texts.filter((text) => text.file === file);
    const uses = (content: string): number =>
      same.filter((text) => text.content === content).length;
    const common = same.reduce((best, text) =>
      uses(text.content) > uses(best.content) ? text : best,
    );
    const shared = uses(common.content) > 1 || same.length === 1;
    if (shared) files[file] = common.content;
    for (const text of same) {
      if (!shared || text.content !== common.content)
        files[`hosts/${text.host}/${file}`] = text.content;
    }
  }
  return files;
}

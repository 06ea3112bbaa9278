import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseEnvironment, refuseImpossible } from "../choice";
import { isThere, samples, startedEnvironment } from "../engine/state-dir";
import { committedPlan, root } from "../../test/support/fixtures";
import { run } from "../../test/support/programs";

const noRoot = "containers need root: run this with sudo";

describe("the environment that npm start makes", () => {
  const choose = (args: { asked?: string; there?: string; obstacle?: string }) =>
    chooseEnvironment({
      asked: args.asked,
      isThere: (environment) => environment === args.there,
      obstacle: () => Promise.resolve(args.obstacle),
    });

  it("is the one of containers where they can run", async () => {
    assert.deepEqual(await choose({}), { environment: "dev" });
  });

  it("is the virtual machine where they cannot, and says why", async () => {
    const { environment, why } = await choose({ obstacle: noRoot });
    assert.equal(environment, "dev-vm");
    assert.match(why ?? "", new RegExp(noRoot));
  });

  it("is what was asked for, whatever is there", async () => {
    const choice = await choose({ asked: "dev-try", there: "dev", obstacle: noRoot });
    assert.deepEqual(choice, { environment: "dev-try" });
  });

  it("stays what an earlier run made, though containers could run", async () => {
    assert.deepEqual(await choose({ there: "dev-vm" }), { environment: "dev-vm" });
  });

  it("is refused where it wants containers and they cannot run", async () => {
    const refuse = (environment: string, obstacle?: string): Promise<void> =>
      refuseImpossible({
        environment,
        sources: committedPlan(environment).hosts.map((host) => host.machine.source),
        obstacle: () => Promise.resolve(obstacle),
      });
    await assert.rejects(refuse("dev", noRoot), {
      message: `dev is made of containers: ${noRoot}; or take one virtual machine: npm start -- dev-vm`,
    });
    await refuse("dev");
    await refuse("dev-vm", noRoot);
  });
});

describe("the environment that preview and destroy take", () => {
  let state: string;
  const before = process.env["XDG_STATE_HOME"];
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "nordmesh-choice-"));
    process.env["XDG_STATE_HOME"] = state;
  });
  afterEach(() => {
    if (before === undefined) delete process.env["XDG_STATE_HOME"];
    else process.env["XDG_STATE_HOME"] = before;
    rmSync(state, { recursive: true });
  });

  const leave = (environment: string, latest: unknown): void => {
    const directory = join(state, "nordmesh", environment, "backend/.pulumi/stacks/nordmesh");
    mkdirSync(directory, { recursive: true });
    const checkpoint = { stack: `organization/nordmesh/${environment}`, latest };
    writeFileSync(join(directory, `${environment}.json`), JSON.stringify({ checkpoint }));
    writeFileSync(join(directory, `${environment}.json.bak`), "{");
  };

  it("is refused under a name that has neither a file nor a state", () => {
    const command = ["--import", "tsx", "lab/engine/cli.ts", "destroy", "prdo"];
    assert.deepEqual(run([process.execPath, ...command], { cwd: root }), {
      status: 1,
      output: 'no environment "prdo", as there is no Pulumi.prdo.yaml; did you mean "prod"?\n',
    });
  });

  it("is there by the state that was named", () => {
    leave("dev", { resources: [{ urn: "urn" }] });
    assert.equal(isThere("dev", join(state, "nordmesh", "dev")), true);
    assert.equal(isThere("dev", join(state, "nordmesh", "dev-vm")), false);
  });

  it("is the first sample where nothing is there", () => {
    assert.equal(startedEnvironment(), samples[0]);
  });

  it("is the one whose state holds anything", () => {
    leave("dev", { manifest: {} });
    leave("dev-vm", { resources: [{ urn: "urn" }] });
    assert.equal(isThere("dev"), false);
    assert.equal(startedEnvironment(), "dev-vm");
  });

  it("is one of which a killed run left no more than an unfinished step", () => {
    leave("dev-vm", { pending_operations: [{ type: "creating" }] });
    assert.equal(startedEnvironment(), "dev-vm");
  });

  it("is the first sample where a stack was opened and nothing made", () => {
    leave("dev-vm", null);
    assert.equal(startedEnvironment(), "dev");
  });
});

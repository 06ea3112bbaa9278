import * as assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runStep } from "../../components/steps/ssh";
import type { ScriptStep } from "../../components/steps/step";
import { openStack, type LabStack } from "../../lab/engine/stack";
import { requirements } from "../support/requirements";
import { prepareSshd, type Sshd } from "../support/sshd";

describe("a step through the real engine", function () {
  this.timeout(30_000);

  let directory: string;
  let sshd: Sshd;
  let stack: LabStack;
  let step = "step";

  before(async function () {
    const required = await requirements();
    if ("missing" in required) {
      process.stderr.write(`    skipped: ${required.missing}\n`);
      return this.skip();
    }
    directory = mkdtempSync(join(tmpdir(), "nordmesh-hook-"));
    sshd = await prepareSshd(directory);
    await sshd.start();
    stack = await openStack({
      environment: "test",
      stateDir: join(directory, "state"),
      projectDir: directory,
      pulumi: required.pulumi,
      program: () => Promise.resolve(program()),
      print: () => undefined,
    });
  });

  after(async () => {
    await stack?.close();
    await sshd?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  function program(): Record<string, unknown> {
    const { host, port, user, hostKey, privateKey } = sshd.connection;
    const plan: ScriptStep = {
      kind: "script",
      after: [],
      name: step,
      host: "host",
      title: "do nothing",
      scripts: [],
      files: {},
      values: {},
      inputs: {},
      removes: true,
      timeoutSeconds: 20,
    };
    const connection = { plan: { host, port, user, attempts: 1 }, hostKey, privateKey };
    runStep({ step: plan, connection }, {});
    return {};
  }

  it("fails with its cause in words, said once, and is not tried again", async () => {
    await assertExplained("unreachable");
  });

  it("is explained in every run of one process", async () => {
    await assertExplained("unreachable-again");
  });

  async function assertExplained(name: string): Promise<void> {
    await sshd.stop();
    step = name;
    const failure: Error = await stack.up().then(
      () => assert.fail("the run succeeded"),
      (error: Error) => error,
    );
    await sshd.start();
    const explained = failure.message.match(/refuses SSH connections\. Is sshd running/g) ?? [];
    assert.equal(explained.length, 1, failure.message);
    const tried = failure.message.match(/after 1 failed attempts/g) ?? [];
    assert.ok(tried.length >= 1, failure.message);
    const log = readFileSync(join(directory, "sshd.log"), "utf8");
    assert.doesNotMatch(log, /Accepted/);
  }

  it("changes nothing when nothing changed, and previews without its hook being called", async () => {
    step = "step";
    await stack.up();
    assert.deepEqual(Object.keys((await stack.up()).counts), ["same"]);
    const { changes } = await stack.preview();
    assert.deepEqual(changes, []);
  });

  it("is destroyed without the program that declared its hook", async () => {
    const state = JSON.stringify(await stack.exportState());
    assert.match(state, /::step"/);
    const counts = await stack.destroy();
    assert.deepEqual(counts, { delete: 2 });
    assert.doesNotMatch(JSON.stringify(await stack.exportState()), /::step"/);
  });
});

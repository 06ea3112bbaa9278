import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { remote, type types } from "@pulumi/command";
import { interpolate, secret } from "@pulumi/pulumi";

import { keepPrivateKeys } from "../../../components/steps/keyless";
import { findPulumi } from "../../engine/pulumi";
import { openStack, type LabStack } from "../../engine/stack";

type Connection = types.input.remote.ConnectionArgs;

describe("a preview without an SSH key through the real engine", function () {
  this.timeout(30_000);

  let directory: string;
  let stack: LabStack;
  let program: () => Record<string, unknown> = () => ({});
  const server = { host: "192.0.2.11", user: "nordmesh", hostKey: "ssh-ed25519 AAAA" };
  const withKey = { ...server, privateKey: secret("classified") };

  before(async function () {
    const pulumi = await findPulumi();
    if (pulumi === undefined) {
      process.stderr.write("    skipped: there is no pulumi program yet\n");
      return this.skip();
    }
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "nordmesh-engine-"));
    stack = await openStack({
      environment: "test",
      stateDir: path.join(directory, "state"),
      projectDir: directory,
      pulumi,
      program: () => Promise.resolve(program()),
      print: () => undefined,
    });
  });

  after(async () => {
    await stack?.close();
    if (directory !== undefined) fs.rmSync(directory, { recursive: true, force: true });
  });

  /** Commands without `create` connect to nothing; the second needs what the first printed. */
  function declare(connection: Connection, keyless: boolean, text = "true"): void {
    program = () => {
      if (keyless) keepPrivateKeys();
      const settings = { connection, addPreviousOutputInEnv: false };
      const first = new remote.Command("first", { ...settings, stdin: text });
      new remote.Command("second", { ...settings, stdin: interpolate`echo ${first.stdout}` });
      return {};
    };
  }

  async function updates(): Promise<Readonly<Record<string, readonly string[]>>> {
    const { changes } = await stack.preview();
    return Object.fromEntries(
      changes.map(
        ({ urn, details }) => [urn.split("::").at(-1) ?? "", Object.keys(details)] as const,
      ),
    );
  }

  it("of a state that was made with one shows no change", async () => {
    declare(withKey, false);
    await stack.up();
    declare(server, true);
    assert.deepEqual(await updates(), {});
    // The test can fail: a key that is only left out is a change of every step.
    declare(server, false);
    assert.deepEqual(Object.keys(await updates()), ["first", "second"]);
  });

  it("still shows what else changed", async () => {
    declare(server, true, "false");
    assert.deepEqual((await updates())["first"], ["stdin"]);
    declare({ ...server, hostKey: "ssh-ed25519 BBBB" }, true);
    assert.deepEqual((await updates())["first"], ["connection"]);
  });

  it("of a state that was made through an agent shows no change either", async () => {
    declare(server, false);
    await stack.up();
    declare(server, true);
    assert.deepEqual(await updates(), {});
  });
});

import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { remote, type types } from "@pulumi/command";
import { secret, type CustomResourceOptions } from "@pulumi/pulumi";

import { openStack, type LabStack } from "../../engine/stack";
import { requirements } from "../../../test/support/requirements";
import { prepareSshd, type Sshd } from "../../../test/support/sshd";

describe("remote commands through the real engine", function () {
  this.timeout(30_000);

  let directory: string;
  let sshd: Sshd;
  let stack: LabStack;
  let lines: string[] = [];
  let program: () => Record<string, unknown> = () => ({});

  before(async function () {
    const found = await requirements();
    if ("missing" in found) {
      process.stderr.write(`    skipped: ${found.missing}\n`);
      return this.skip();
    }
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "nordmesh-engine-"));
    sshd = await prepareSshd(directory);
    await sshd.start();
    stack = await openStack({
      environment: "test",
      stateDir: path.join(directory, "state"),
      projectDir: directory,
      pulumi: found.pulumi,
      program: () => Promise.resolve(program()),
      print: (line) => lines.push(line),
    });
    process.stderr.write(`    ${stack.plugins}\n`);
  });

  beforeEach(() => {
    lines = [];
  });

  after(async () => {
    await stack?.close();
    await sshd?.stop();
    if (directory !== undefined) fs.rmSync(directory, { recursive: true, force: true });
  });

  const trace = (name: string): string => path.join(directory, `${name}.trace`);
  const traced = (name: string): string =>
    fs.existsSync(trace(name)) ? fs.readFileSync(trace(name), "utf8") : "";

  function declare(
    name: string,
    args: Omit<remote.CommandArgs, "connection"> & {
      connection?: Partial<types.input.remote.ConnectionArgs>;
    },
    options?: CustomResourceOptions,
  ): void {
    const connection = { ...sshd.connection, ...args.connection };
    program = () => {
      const base = { create: "sh -s", logging: "none", addPreviousOutputInEnv: false } as const;
      const command = new remote.Command(name, { ...base, ...args, connection }, options);
      return { stdout: command.stdout };
    };
  }

  it("creates once: a preview connects nowhere and a second run changes nothing", async () => {
    declare("once", { stdin: `echo ran >>${trace("once")}\nprintf 'a\\nb\\n\\n'` });
    await sshd.stop();
    const preview = await stack.preview();
    await sshd.start();
    assert.deepEqual(opsOf(preview.changes, "once"), ["create"]);
    assert.equal((await stack.up()).outputs["stdout"]?.value, "a\nb\n");
    const again = await stack.up();
    assert.deepEqual(Object.keys(again.counts), ["same"]);
    assert.equal(traced("once"), "ran\n");
  });

  it("runs update for a change, or create where none is declared, and names what changed", async () => {
    const append = (text: string): string => `echo ${text} >>${trace("change")}`;
    declare("change", { stdin: append("one") });
    await stack.up();
    declare("change", { stdin: append("two") });
    await stack.up();
    declare("change", { stdin: append("two"), update: append("update") });
    const { changes } = await stack.preview();
    const change = changes.find(({ urn }) => urn.endsWith("::change"));
    assert.equal(change?.op, "update");
    assert.deepEqual(change.details, { update: "add" });
    await stack.up();
    assert.equal(traced("change"), "one\ntwo\nupdate\n");
  });

  it("replaces on a trigger: creates the new one, then runs delete of the old one", async () => {
    const generation = (number: number) => ({
      create: `echo create ${number} >>${trace("trigger")}`,
      delete: `echo delete ${number} >>${trace("trigger")}`,
      triggers: [number],
    });
    declare("trigger", generation(1));
    await stack.up();
    declare("trigger", generation(2));
    await stack.up();
    assert.equal(traced("trigger"), "create 1\ncreate 2\ndelete 1\n");
    program = () => ({});
    await stack.up();
    assert.equal(traced("trigger"), "create 1\ncreate 2\ndelete 1\ndelete 2\n");
  });

  it("keeps nothing of a failed create, says status and output, and tries again", async () => {
    const script = `echo tried >>${trace("fail")}; echo why >&2; test -e ${directory}/ok`;
    declare("fail", { stdin: script });
    await assert.rejects(stack.up(), /Process exited with status 1: running "sh -s":\nwhy/);
    const state = JSON.stringify(await stack.exportState());
    assert.doesNotMatch(state, /::fail"/);
    fs.writeFileSync(path.join(directory, "ok"), "");
    await stack.up();
    assert.equal(traced("fail"), "tried\ntried\n");
  });

  it("refuses a wrong host key before the command is sent", async () => {
    const other = fs.readFileSync(path.join(directory, "client.pub"), "utf8");
    declare("imposter", {
      stdin: `echo ran >>${trace("imposter")}`,
      connection: { hostKey: other, dialErrorLimit: 1 },
    });
    await assert.rejects(stack.up(), /after 1 failed attempts: .*host key mismatch/);
    assert.equal(traced("imposter"), "");
  });

  it("says that a key is not accepted", async () => {
    const privateKey = fs.readFileSync(path.join(directory, "host"), "utf8");
    declare("stranger", { stdin: "true", connection: { privateKey, dialErrorLimit: 0 } });
    await assert.rejects(stack.up(), /after 0 failed attempts: .*unable to authenticate/);
  });

  it("retries a refused connection until the server is there", async () => {
    await sshd.stop();
    declare("patient", {
      stdin: `echo ran >>${trace("patient")}`,
      connection: { dialErrorLimit: -1 },
    });
    const done = stack.up();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.equal(traced("patient"), "");
    await sshd.start();
    await done;
    assert.equal(traced("patient"), "ran\n");
  });

  it("fails at once when an agent socket is given that does not answer", async () => {
    declare("agent", { stdin: "true", connection: { agentSocketPath: `${directory}/none` } });
    await assert.rejects(stack.up(), /dial unix .*\/none/);
  });

  it("keeps key and stdin out of process lists, state and progress", async () => {
    const marker = "classified-4711";
    const look = `ps -eo args= | grep -c -e '[c]lassified' -e 'BEGIN [O]PENSSH'; true # ${marker}`;
    declare("secret", { stdin: secret(look) });
    const { outputs } = await stack.up();
    assert.equal(outputs["stdout"]?.value, "0");
    const state = JSON.stringify(await stack.exportState());
    assert.doesNotMatch(state, /classified|OPENSSH/);
    assert.doesNotMatch(lines.join("\n"), /classified|OPENSSH/);
  });

  it("carries a large stdin and large output unchanged", async () => {
    const text = "x".repeat(99).concat("\n").repeat(5000);
    declare("large", { create: "cat", stdin: text });
    const { outputs } = await stack.up();
    assert.equal(outputs["stdout"]?.value, text.slice(0, -1));
  });

  it("runs a command of several lines with quotes and percent signs", async () => {
    const create = `v='it'"'"'s'\nprintf '%s 100%%\\n' "$v"; echo "\\$HOME #x"`;
    declare("quotes", { create });
    const { outputs } = await stack.up();
    assert.equal(outputs["stdout"]?.value, "it's 100%\n$HOME #x");
  });
});

function opsOf(changes: readonly { urn: string; op: string }[], name: string): readonly string[] {
  return changes.filter(({ urn }) => urn.endsWith(`::${name}`)).map(({ op }) => op);
}

import * as assert from "node:assert/strict";
import * as child_process from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { endOrphans } from "../../engine/orphans";
import { requirements } from "../../../test/support/requirements";
import { prepareSshd, type Sshd } from "../../../test/support/sshd";

const checkout = path.join(__dirname, "..", "..", "..");

describe("a run that is killed", function () {
  this.timeout(90_000);

  let directory: string;
  let sshd: Sshd;

  before(async function () {
    const found = await requirements();
    if ("missing" in found) {
      process.stderr.write(`    skipped: ${found.missing}\n`);
      return this.skip();
    }
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "nordmesh-killed-"));
    sshd = await prepareSshd(directory);
    await sshd.start();
    const { connection } = sshd;
    fs.writeFileSync(path.join(directory, "input"), JSON.stringify({ connection, directory }));
  });

  after(async () => {
    if (directory !== undefined) endOrphans(home());
    await sshd?.stop();
    if (directory !== undefined) fs.rmSync(directory, { recursive: true, force: true });
  });

  function start(operation: string): { pid: number; ended: Promise<Ended> } {
    const cli = path.join(checkout, "lab", "engine", "cli.ts");
    const program = path.join(__dirname, "programs", "three-steps.ts");
    const options = ["--state-dir", path.join(directory, "state"), "--program", program];
    const child = child_process.spawn(
      process.execPath,
      ["--import", "tsx", cli, operation, "killed", ...options],
      {
        cwd: checkout,
        detached: true,
        env: { ...process.env, THREE_STEPS: path.join(directory, "input") },
      },
    );
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<Ended>((resolve) =>
      child.once("close", (code) => resolve({ code, output })),
    );
    return { pid: child.pid ?? 0, ended };
  }

  async function traced(line: string): Promise<void> {
    for (let attempt = 0; !trace().includes(line); attempt++) {
      if (attempt > 800) throw new Error(`no ${line} in the trace after 40 s`);
      await delay(50);
    }
  }

  const home = (): string => path.join(directory, "state", "home");
  const hold = (): void => fs.writeFileSync(path.join(directory, "hold"), "");

  const trace = (): readonly string[] => {
    const file = path.join(directory, "trace");
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : [];
  };

  it("is continued by the next one: finished steps stay, the interrupted one is repeated", async () => {
    hold();
    const killed = start("up");
    await traced("second-starts");
    process.kill(-killed.pid, "SIGKILL");
    await killed.ended;
    fs.rmSync(path.join(directory, "hold"));

    const { code, output } = await start("up").ended;
    assert.equal(code, 0, output);
    assert.match(output, /the last run was killed: its lock is cleared/);
    assert.equal(endOrphans(home()), 0, "plugins of the killed run are still there");
    assert.match(output, /the last run left 1 unfinished steps: they are done again/);
    assert.deepEqual(trace(), ["first", "second-starts", "second-starts", "second", "third"]);

    const preview = await start("preview").ended;
    assert.match(preview.output, /4 unchanged/);
  });

  it("refuses to start beside a run that is still alive", async () => {
    hold();
    fs.rmSync(path.join(directory, "trace"), { force: true });
    fs.rmSync(path.join(directory, "state"), { force: true, recursive: true });
    const first = start("up");
    await traced("second-starts");
    const { code, output } = await start("up").ended;
    assert.equal(code, 1);
    assert.match(output, /stack killed: process \d+ on .* is working on it; wait for it to end/);
    fs.rmSync(path.join(directory, "hold"));
    await first.ended;
  });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

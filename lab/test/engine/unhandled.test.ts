import * as assert from "node:assert/strict";
import * as child_process from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { findPulumi } from "../../engine/pulumi";

const checkout = path.join(__dirname, "..", "..", "..");

describe("a program that fails inside an apply", function () {
  this.timeout(120_000);

  it("ends the run with its error instead of waiting for ever", async function () {
    if ((await findPulumi()) === undefined) return this.skip();
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "nordmesh-unhandled-"));
    const cli = path.join(checkout, "lab", "engine", "cli.ts");
    const program = path.join(__dirname, "programs", "throws-late.ts");
    const args = ["up", "late", "--state-dir", directory, "--program", program];
    const finished = child_process.spawnSync(process.execPath, ["--import", "tsx", cli, ...args], {
      cwd: checkout,
      encoding: "utf8",
      timeout: 100_000,
    });
    fs.rmSync(directory, { recursive: true, force: true });
    assert.equal(finished.status, 1, finished.stderr);
    assert.match(finished.stderr, /the third letter is not a vowel/);
  });
});

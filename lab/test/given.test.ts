import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ensureTool, isCached, toolKey } from "../toolchain";

describe("a program that cannot be built here", () => {
  const previous = process.env["NORDMESH_ZTUNNEL"];
  let directory: string;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "lab-given-"));
    delete process.env["NORDMESH_ZTUNNEL"];
  });

  afterEach(() => {
    if (previous === undefined) delete process.env["NORDMESH_ZTUNNEL"];
    else process.env["NORDMESH_ZTUNNEL"] = previous;
    fs.rmSync(directory, { recursive: true });
  });

  it("is asked for by the variable that names it", async () => {
    assert.equal(isCached("ztunnel"), false);
    await assert.rejects(
      ensureTool("ztunnel"),
      /^Error: ztunnel cannot be built here.*NORDMESH_ZTUNNEL/,
    );
    process.env["NORDMESH_ZTUNNEL"] = path.join(directory, "absent");
    await assert.rejects(ensureTool("ztunnel"), /NORDMESH_ZTUNNEL/);
  });

  it("is the file that the variable names, and another file makes another bundle", async () => {
    const none = toolKey(["ztunnel"]);
    const file = path.join(directory, "ztunnel");
    fs.writeFileSync(file, "one");
    process.env["NORDMESH_ZTUNNEL"] = file;
    assert.equal(isCached("ztunnel"), true);
    assert.equal(await ensureTool("ztunnel"), file);
    const first = toolKey(["ztunnel"]);
    fs.writeFileSync(file, "another");
    assert.equal(new Set([none, first, toolKey(["ztunnel"])]).size, 3);
  });
});

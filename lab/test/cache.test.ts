import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { cached, cachedPath } from "../toolchain/cache";

describe("cache", () => {
  let home: string;
  const previous = process.env["XDG_CACHE_HOME"];

  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), "lab-cache-"));
    process.env["XDG_CACHE_HOME"] = home;
  });

  afterEach(() => {
    if (previous === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = previous;
    fs.rmSync(home, { recursive: true });
  });

  it("builds once for several callers at the same time", async () => {
    let builds = 0;
    const build = async (directory: string): Promise<void> => {
      builds += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
      fs.writeFileSync(path.join(directory, "made"), "x");
    };
    const callers = [1, 2, 3].map(() => cached({ name: "thing", key: "k", build }));
    const [first] = await Promise.all(callers);
    assert.equal(builds, 1);
    assert.equal(first, cachedPath({ name: "thing", key: "k" }));
    assert.deepEqual(fs.readdirSync(first ?? ""), ["made"]);
  });

  it("keeps nothing that looks complete of a build that failed, and tries again", async () => {
    const failing = cached({
      name: "thing",
      key: "k",
      build: (directory) => {
        fs.writeFileSync(path.join(directory, "half"), "x");
        return Promise.reject(new Error("no compiler"));
      },
    });
    await assert.rejects(failing, /no compiler/);
    assert.equal(fs.existsSync(cachedPath({ name: "thing", key: "k" })), false);
    const made = await cached({ name: "thing", key: "k", build: () => Promise.resolve() });
    assert.deepEqual(fs.readdirSync(made), []);
  });
});

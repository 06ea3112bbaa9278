import * as assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./support/fixtures";
import { filesBelow } from "./support/golden";
import { run } from "./support/programs";

describe("npm test -- golden", () => {
  it("writes all of test/golden and nothing else, so that no file there is stale or out of reach", () => {
    const fresh = mkdtempSync(join(tmpdir(), "nordmesh-golden-"));
    try {
      const words = ["env", "-u", "CI", `GOLDEN_ROOT=${fresh}`, "npm", "test", "--", "golden"];
      const done = run(words, { cwd: root });
      assert.equal(done.status, 0, done.output);
      const committed = join(root, "test", "golden");
      assert.deepEqual(filesBelow(committed), filesBelow(fresh));
      for (const file of filesBelow(fresh)) {
        assert.equal(
          readFileSync(join(committed, file), "utf8"),
          readFileSync(join(fresh, file), "utf8"),
          file,
        );
      }
    } finally {
      rmSync(fresh, { recursive: true });
    }
  }).timeout(120_000);
});

/** Golden files: what a change would put on which host, for the reviewer's eyes. */
import * as assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./fixtures";

/** Elsewhere where a test asks what `npm test -- golden` would write. */
const goldenRoot = process.env["GOLDEN_ROOT"] ?? join(root, "test", "golden");
const updating = process.env["UPDATE_GOLDEN"] === "1";

/**
 * Compares a whole folder of test/golden; a file nobody renders any more is a difference too.
 * The title of the test says "golden", which is how `npm test -- golden` finds it.
 */
export function assertGolden(folder: string, files: Readonly<Record<string, string>>): void {
  const directory = join(goldenRoot, folder);
  if (updating) {
    assert.ok(process.env["CI"] === undefined, "UPDATE_GOLDEN rewrites what CI must compare with");
    rmSync(directory, { recursive: true, force: true });
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), content);
    }
    return;
  }
  const advice = "npm test -- golden rewrites the files, then review the diff";
  assert.deepEqual(filesBelow(directory), Object.keys(files).sort(), `${folder}: ${advice}`);
  for (const [file, content] of Object.entries(files)) {
    const expected = readFileSync(join(directory, file), "utf8");
    assert.equal(content, expected, `${folder}/${file} differs: ${advice}`);
  }
}

/** Paths of all files below a directory, sorted. */
export function filesBelow(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

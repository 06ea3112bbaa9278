import * as fs from "node:fs";
import * as path from "node:path";
import {
  cached,
  cachedPath,
  ensureHostPackages,
  keyOf,
  phase,
  recipeTexts,
  run,
} from "../toolchain";

const SUITE = "trixie";
const SECONDS = 90;

/**
 * Root tree of the lab's containers: Debian with systemd, an SSH server and what a node needs.
 * Without a kernel, cloud-init, Kubernetes, keys and passwords.
 */
export async function ensureTree(): Promise<string> {
  return cached({ name: "tree", key: treeKey(), build });
}

/** Seconds `ensureTree` takes, 0 when the tree is there. */
export function treeSeconds(): number {
  return fs.existsSync(cachedPath({ name: "tree", key: treeKey() })) ? 0 : SECONDS;
}

/** Digest of the recipe. */
export function treeKey(): string {
  const names = ["tree-packages.txt", "scripts/build-tree.sh"];
  return keyOf([SUITE, ...recipeTexts({ root: __dirname, names })]);
}

async function build(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error("building the containers' tree needs root, run this step once with sudo");
  }
  await ensureHostPackages({ purpose: "image" });
  const env = {
    OUTPUT_DIR: directory,
    PACKAGES_FILE: path.join(__dirname, "tree-packages.txt"),
    SUITE,
  };
  const command = path.join(__dirname, "scripts", "build-tree.sh");
  await phase({ title: `build the containers' tree (Debian ${SUITE})`, seconds: SECONDS }, () =>
    run({ command, args: [], env, log: "build-tree" }),
  );
}

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
const DISK_SIZE = "4G";
const SECONDS = 100;

/**
 * Directory of the guest image: `disk.raw` (one ext4 file system without partitions), `vmlinuz`, `initrd.img`.
 * Debian with what a cloud image has, no Kubernetes, no container runtime, no keys and no passwords.
 */
export async function ensureImage(): Promise<string> {
  return cached({ name: "image", key: imageKey(), build });
}

/** Seconds `ensureImage` takes, 0 when the image is there. */
export function imageSeconds(): number {
  return fs.existsSync(cachedPath({ name: "image", key: imageKey() })) ? 0 : SECONDS;
}

/** Digest of the recipe. */
export function imageKey(): string {
  const names = ["packages.txt", "files", "scripts/build-image.sh"];
  return keyOf([SUITE, DISK_SIZE, ...recipeTexts({ root: __dirname, names })]);
}

async function build(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error("building the guest image needs root, run this step once with sudo");
  }
  await ensureHostPackages({ purpose: "image" });
  const env = {
    OUTPUT_DIR: directory,
    PACKAGES_FILE: path.join(__dirname, "packages.txt"),
    FILES_DIR: path.join(__dirname, "files"),
    SUITE,
    DISK_SIZE,
  };
  const command = path.join(__dirname, "scripts", "build-image.sh");
  await phase({ title: `build guest image (Debian ${SUITE})`, seconds: SECONDS }, () =>
    run({ command, args: [], env, log: "build-image" }),
  );
}

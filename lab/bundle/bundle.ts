import * as fs from "node:fs";
import * as path from "node:path";
import {
  cached,
  cachedPath,
  ensureHostPackages,
  ensureTool,
  keyOf,
  phase,
  recipeTexts,
  toolKey,
} from "../toolchain";
import { MANIFEST } from "./checksums";
import { programNames, programsToMake, RELEASE, writeBundle } from "./contents";
import { sha256File } from "./docker-archive";

const SECONDS = 40;
const RECIPE = [
  "checksums.ts",
  "contents.ts",
  "docker-archive.ts",
  "images.ts",
  "pins.ts",
  "pull.ts",
  "tar.ts",
  "scripts/build-packet-filter-tree.sh",
  "scripts/build-disk.sh",
];

export interface Bundle {
  /** The bundle directory as a node reads it. */
  readonly dir: string;
  /** The same directory as a read-only file system with the label NORDMESH. */
  readonly image: string;
  /** Hex SHA-256 of the bundle's SHA256SUMS. */
  readonly manifestSha256: string;
}

/** Everything a node needs to run the release set without a network. */
export async function ensureBundle(): Promise<Bundle> {
  const directory = await cached({ name: "bundle", key: bundleKey(), build });
  const dir = path.join(directory, "bundle");
  const manifestSha256 = await sha256File(path.join(dir, MANIFEST));
  return { dir, image: path.join(directory, "bundle.img"), manifestSha256 };
}

/** Seconds `ensureBundle` takes, without those for its programs; 0 when the bundle is there. */
export function bundleSeconds(): number {
  return fs.existsSync(cachedPath({ name: "bundle", key: bundleKey() })) ? 0 : SECONDS;
}

/** Digest of the recipe and of every program in it. */
export function bundleKey(): string {
  const texts = recipeTexts({ root: __dirname, names: RECIPE });
  return keyOf([...texts, toolKey(programNames())]);
}

async function build(directory: string): Promise<void> {
  await ensureHostPackages({ purpose: "bundle" });
  for (const name of await programsToMake()) await ensureTool(name);
  await phase({ title: `write bundle ${RELEASE}`, seconds: SECONDS }, () => writeBundle(directory));
}

import * as fs from "node:fs";
import * as path from "node:path";
import { type ImageSet, imageSets } from "../../components/host/artifacts";
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
import { imagesOf } from "./images";

const SECONDS = 40;
const RECIPE = [
  "checksums.ts",
  "contents.ts",
  "docker-archive.ts",
  "pins.ts",
  "pull.ts",
  "tar.ts",
  "scripts/build-cilium-tree.sh",
  "scripts/build-frr-tree.sh",
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

/** Everything a node needs to run the release set without a network, with these sets of images. */
export async function ensureBundle(sets: readonly ImageSet[]): Promise<Bundle> {
  const build = (part: string): Promise<void> => buildBundle({ directory: part, sets });
  const directory = await cached({ name: "bundle", key: bundleKey(sets), build });
  const dir = path.join(directory, "bundle");
  const manifestSha256 = await sha256File(path.join(dir, MANIFEST));
  return { dir, image: path.join(directory, "bundle.img"), manifestSha256 };
}

/** Seconds `ensureBundle` takes, without those for its programs; 0 when the bundle is there. */
export function bundleSeconds(sets: readonly ImageSet[]): number {
  return fs.existsSync(placeOf(sets)) ? 0 : SECONDS;
}

/** Digest of the recipe, of these sets and of every program in them: another set changes no other bundle. */
export function bundleKey(sets: readonly ImageSet[]): string {
  const texts = recipeTexts({ root: __dirname, names: RECIPE });
  return keyOf([...texts, JSON.stringify(imagesOf(sets)), toolKey(programNames(sets))]);
}

/** Sets of the bundle directory that is there; none where another recipe made it. */
export function setsOf(dir: string): readonly ImageSet[] {
  if (!fs.existsSync(dir)) return [];
  const held = imageSets.filter((set) => fs.existsSync(path.join(dir, "images", set)));
  return path.dirname(fs.realpathSync(dir)) === placeOf(held) ? held : [];
}

function placeOf(sets: readonly ImageSet[]): string {
  return cachedPath({ name: "bundle", key: bundleKey(sets) });
}

async function buildBundle(args: {
  readonly directory: string;
  readonly sets: readonly ImageSet[];
}): Promise<void> {
  await ensureHostPackages({ purpose: "bundle" });
  for (const name of await programsToMake(args.sets)) await ensureTool(name);
  await phase({ title: `write bundle ${RELEASE}`, seconds: SECONDS }, () => writeBundle(args));
}

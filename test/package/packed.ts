/** The packages as `npm pack` yields them, unpacked into an empty folder beside what they depend on. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../support/fixtures";

const examples = join(root, "examples", "programs");

export interface Packed {
  /** Folder with the programs and `node_modules`, or the plugin itself. */
  readonly folder: string;
  /** Files of the package, sorted. */
  readonly files: readonly string[];
  readonly manifest: Manifest;
  remove(): void;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Programs in TypeScript beside the package they use. */
export function packAndUnpack(): Packed {
  const folder = newFolder();
  const own = join(folder, "node_modules", "nordmesh");
  const unpacked = unpack("components", own);
  linkDependencies(folder, unpacked.manifest);
  for (const file of readdirSync(examples)) cpSync(join(examples, file), join(folder, file));
  return { folder, ...unpacked, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The plugin that other languages use, installed. */
export function packAndUnpackPlugin(): Packed {
  const folder = newFolder();
  const unpacked = unpack("package", folder);
  const { manifest } = unpack("components", join(folder, "node_modules", "nordmesh"));
  const { nordmesh: _, ...others } = unpacked.manifest.dependencies;
  linkDependencies(folder, { ...manifest, dependencies: { ...manifest.dependencies, ...others } });
  return { folder, ...unpacked, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

type Source = "components" | "package";

/** Packed once in a run of tests. */
const archives: Partial<Record<Source, string>> = {};

function pack(source: Source): string {
  const place = newFolder();
  process.on("exit", () => rmSync(place, { recursive: true }));
  const words = ["pack", "--silent", "--pack-destination", place];
  const printed = execFileSync("npm", words, { cwd: join(root, source), encoding: "utf8" });
  return join(place, printed.trim().split("\n").at(-1) ?? "");
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "nordmesh-package-"));
}

function unpack(source: Source, target: string): Pick<Packed, "files" | "manifest"> {
  const archive = (archives[source] ??= pack(source));
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", archive, "-C", target, "--strip-components=1"]);
  const files = execFileSync("tar", ["-tzf", archive], { encoding: "utf8" }).trim().split("\n");
  return {
    files: files.map((file) => file.replace(/^package\//, "")).sort(),
    manifest: JSON.parse(readFileSync(join(target, "package.json"), "utf8")) as Manifest,
  };
}

/** As npm would install them; peers are the program's own copy. */
function linkDependencies(folder: string, manifest: Manifest): void {
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link);
  }
}

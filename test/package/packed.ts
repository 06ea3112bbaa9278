/** The npm package as `npm pack` yields it, unpacked into an empty folder beside what it depends on. */
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
  /** Folder with the programs and `node_modules`. */
  readonly folder: string;
  /** Files of the package, sorted. */
  readonly files: readonly string[];
  readonly manifest: Manifest;
  remove(): void;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

export function packAndUnpack(): Packed {
  const folder = mkdtempSync(join(tmpdir(), "nordmesh-package-"));
  const components = join(root, "components");
  const words = ["pack", "--silent", "--pack-destination", folder];
  const printed = execFileSync("npm", words, { cwd: components, encoding: "utf8" });
  const archive = join(folder, printed.trim().split("\n").at(-1) ?? "");
  const own = join(folder, "node_modules", "nordmesh");
  mkdirSync(own, { recursive: true });
  execFileSync("tar", ["-xzf", archive, "-C", own, "--strip-components=1"]);
  const manifest = JSON.parse(readFileSync(join(own, "package.json"), "utf8")) as Manifest;
  // As npm would install them; peers are the program's own copy.
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link);
  }
  for (const file of readdirSync(examples)) cpSync(join(examples, file), join(folder, file));
  const files = execFileSync("tar", ["-tzf", archive], { encoding: "utf8" }).trim().split("\n");
  return {
    folder,
    files: files.map((file) => file.replace(/^package\//, "")).sort(),
    manifest,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The project's own TypeScript and what it imports, for tests of its structure. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { root } from "./fixtures";

export interface Source {
  /** Path from the root of the repository. */
  readonly file: string;
  readonly text: string;
  /** What it imports: paths from the root, or names of packages. */
  readonly imports: readonly string[];
  /** The packages among them, whatever file of theirs is imported. */
  readonly packages: readonly string[];
}

const roots = ["components", "package", "stacks", "lab", "test"];

export const sources: readonly Source[] = ["index.ts", ...roots.flatMap(filesBelow)]
  .filter((file) => file.endsWith(".ts"))
  .map((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const names = importsOf(text);
    const imports = names.map((name) =>
      name.startsWith(".") ? normalize(join(dirname(file), name)) : name,
    );
    return { file, text, imports, packages: names.flatMap(packageOf) };
  });

function importsOf(text: string): readonly string[] {
  const found = text.matchAll(/(?:\bfrom|\bimport|(?<!\.)\brequire\(|\bimport\()\s*"([^"]+)"[;)]/g);
  return [...found].map(([, name = ""]) => name);
}

function packageOf(name: string): readonly string[] {
  return /^(@[\w.-]+\/)?[\w-][\w.-]*(?=\/|$)/.exec(name)?.slice(0, 1) ?? [];
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && !/node_modules|components\/dist|package\/bin/.test(entry.parentPath),
    )
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads the named shell files of one folder as one text, in the order given. */
export function readScripts(folder: string, names: readonly string[]): string {
  return names.map((name) => readFileSync(join(folder, `${name}.sh`), "utf8")).join("\n");
}

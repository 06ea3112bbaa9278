import * as fs from "node:fs";
import * as path from "node:path";

import { ensureTool, isCached } from "../toolchain";

/**
 * A `pulumi` program that is there already: NORDMESH_PULUMI, the lab's own, or one on PATH.
 *
 * Undefined when there is none; `ensureTool("pulumi")` then gets one, which may take minutes.
 */
export async function findPulumi(): Promise<string | undefined> {
  const chosen = process.env["NORDMESH_PULUMI"];
  if (chosen !== undefined) return chosen;
  if (isCached("pulumi")) return ensureTool("pulumi");
  const directories = (process.env["PATH"] ?? "").split(path.delimiter);
  return directories
    .map((directory) => path.join(directory, "pulumi"))
    .find((file) => fs.existsSync(file));
}

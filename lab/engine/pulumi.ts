import * as fs from "node:fs";
import * as path from "node:path";

/**
 * The `pulumi` program: NORDMESH_PULUMI, else the first one on PATH.
 *
 * Rejects when there is none.
 */
export async function findPulumi(): Promise<string> {
  const chosen = process.env["NORDMESH_PULUMI"];
  const onPath = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .map((directory) => path.join(directory, "pulumi"));
  const found = [...(chosen === undefined ? [] : [chosen]), ...onPath].find((file) =>
    fs.existsSync(file),
  );
  if (found === undefined) throw new Error("pulumi: not on PATH; set NORDMESH_PULUMI to its path");
  return Promise.resolve(found);
}

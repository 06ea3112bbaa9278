import { ensureTool, isCached } from "../toolchain";

/**
 * The `helm` program that charts are rendered with: NORDMESH_HELM, or the lab's own.
 *
 * Undefined where there is none yet: then the stand-in takes one from PATH when it needs it.
 */
export async function findHelm(): Promise<string | undefined> {
  const chosen = process.env["NORDMESH_HELM"];
  if (chosen !== undefined) return chosen;
  return isCached("helm") ? ensureTool("helm") : undefined;
}

import { ensureTool, toolSeconds } from "../toolchain";

/**
 * The `helm` program that charts are rendered with: NORDMESH_HELM, or the lab's own.
 *
 * Undefined where none was built: then the lab provider takes one from PATH when it needs it.
 */
export async function findHelm(): Promise<string | undefined> {
  const chosen = process.env["NORDMESH_HELM"];
  if (chosen !== undefined) return chosen;
  return toolSeconds(["helm"]) === 0 ? ensureTool("helm") : undefined;
}

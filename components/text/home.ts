import { homedir } from "node:os";
import { join } from "node:path";

/** A path of this computer with its leading `~/` replaced: outside of a shell nobody else does. */
export function fromHome(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

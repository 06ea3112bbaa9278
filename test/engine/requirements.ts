import * as fs from "node:fs";

import { findPulumi } from "../../lab/engine/pulumi";
import { sshdProgram } from "./sshd";

/** Why the engine tests cannot run on this machine, or undefined. */
export async function missingTool(): Promise<string | undefined> {
  if (!fs.existsSync(sshdProgram)) return "openssh-server is not installed";
  return findPulumi().then(
    () => undefined,
    (error: Error) => error.message,
  );
}

import * as fs from "node:fs";

import { findPulumi } from "../../lab/engine/pulumi";
import { sshdProgram } from "./sshd";

/** The `pulumi` program to test with, or why the engine tests cannot run on this machine. */
export async function requirements(): Promise<{ pulumi: string } | { missing: string }> {
  if (!fs.existsSync(sshdProgram)) return { missing: "openssh-server is not installed" };
  const pulumi = await findPulumi();
  return pulumi === undefined ? { missing: "there is no pulumi program yet" } : { pulumi };
}

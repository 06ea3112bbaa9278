import * as path from "node:path";
import { capture } from "./process";

/** Directory of a module's source, at the version that a group's go.mod selects. */
export async function moduleDirectory({ group, module }: ModuleArgs): Promise<string> {
  const answer = await capture({
    command: "go",
    args: ["mod", "download", "-json", module],
    cwd: path.join(__dirname, "go", group),
    env: { GOFLAGS: "-mod=readonly", GOWORK: "off" },
  });
  if (answer === undefined) {
    throw new Error(`cannot download Go module ${module} that lab/toolchain/go/${group} selects`);
  }
  return (JSON.parse(answer) as { readonly Dir: string }).Dir;
}

export interface ModuleArgs {
  /** Directory name below `go/`. */
  readonly group: string;
  /** Module path, without version. */
  readonly module: string;
}

import * as module from "node:module";
import * as path from "node:path";

import type { Program } from "./stack";

/**
 * A program file whose top level declares resources and whose exports are the outputs.
 *
 * Each run loads the file and the stack's own modules anew; libraries, lab and tests stay loaded.
 * `stackFile` is where the environment is declared, for a program that looks at how that is written.
 */
export function programFromFile(file: string, stackFile?: string): Program {
  const resolved = path.resolve(file);
  const root = path.dirname(resolved);
  return async () => {
    const load = module.createRequire(resolved);
    for (const name of Object.keys(load.cache)) {
      const inside = path.relative(root, name);
      const stays = /^\.\.|(^|\/)node_modules\/|^(lab|test)\//.test(inside);
      if (!stays) Reflect.deleteProperty(load.cache, name);
    }
    if (stackFile !== undefined) process.env["NORDMESH_STACK_FILE"] = stackFile;
    // The file declares its resources while it loads, inside the engine's run.
    const loaded: unknown = load(resolved);
    return Promise.resolve({ ...(loaded as Record<string, unknown>) });
  };
}

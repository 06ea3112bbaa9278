/** What the guest image and the tree of containers have in common: Debian packages, made by a script as root. */
import * as fs from "node:fs";
import * as path from "node:path";
import {
  cached,
  cachedPath,
  ensureHostPackages,
  keyOf,
  phase,
  recipeTexts,
  run,
} from "../toolchain";

const suite = "trixie";

export interface Recipe {
  /** In the cache. */
  readonly name: string;
  /** As messages have it. */
  readonly title: string;
  /** How long it takes on two cores. */
  readonly seconds: number;
  /** Debian packages, one a line; a file beside this one. */
  readonly packages: string;
  /** Below scripts/. */
  readonly script: string;
  /** Further files and folders beside this one that decide what comes out. */
  readonly files?: readonly string[];
  /** Further variables of the script. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface Made {
  /** Makes it where it is absent; resolves with its directory. */
  ensure(): Promise<string>;
  /** Seconds `ensure` takes, 0 when it is there. */
  seconds(): number;
  /** Digest of the recipe. */
  key(): string;
}

export function madeBy(recipe: Recipe): Made {
  const { name, packages, script, files = [], variables = {} } = recipe;
  const key = (): string => {
    const names = [packages, ...files, "scripts/debian.sh", `scripts/${script}`];
    return keyOf([suite, ...Object.values(variables), ...recipeTexts({ root: __dirname, names })]);
  };
  return {
    key,
    ensure: () => cached({ name, key: key(), build: (directory) => build(recipe, directory) }),
    seconds: () => (fs.existsSync(cachedPath({ name, key: key() })) ? 0 : recipe.seconds),
  };
}

async function build(recipe: Recipe, directory: string): Promise<void> {
  const { title, packages, script, variables } = recipe;
  if (process.getuid?.() !== 0) {
    throw new Error(`building the ${title} needs root, run this step once with sudo`);
  }
  await ensureHostPackages({ purpose: "image" });
  const env = {
    OUTPUT_DIR: directory,
    PACKAGES_FILE: path.join(__dirname, packages),
    FILES_DIR: path.join(__dirname, "files"),
    SUITE: suite,
    ...variables,
  };
  const command = path.join(__dirname, "scripts", script);
  await phase({ title: `build the ${title} (Debian ${suite})`, seconds: recipe.seconds }, () =>
    run({ command, args: [], env, log: path.basename(script, ".sh") }),
  );
}

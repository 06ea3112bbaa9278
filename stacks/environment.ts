/** Finds and reads the file of an environment, for commands that run outside of Pulumi. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { load } from "js-yaml";
import { ConfigError } from "../components/config/error";
import { stackOfFile } from "./file";
import { lostKeys } from "./lost-keys";
import { parseStack } from "../components/environment/parse";
import { suggest } from "../components/config/problem";
import type { StackConfig } from "../components/environment/config";

const root = join(__dirname, "..");

export interface EnvironmentFile {
  /** Name of the environment and of its Pulumi stack. */
  readonly environment: string;
  /** Absolute path. */
  readonly file: string;
}

/**
 * Takes the name of an environment, whose file lies beside Pulumi.yaml, or the path of any file,
 * which names its environment: `g3` for Pulumi.g3.yaml and for g3.yaml.
 *
 * @throws ConfigError for a name that no Pulumi stack can have.
 */
export function environmentFile(word: string): EnvironmentFile {
  const isPath = word.includes("/") || /\.ya?ml$/.test(word);
  const environment = isPath ? basename(word).replace(/^Pulumi\.|\.ya?ml$/g, "") : word;
  if (!/^\w[\w.-]{0,99}$/.test(environment)) {
    throw new ConfigError([
      `${JSON.stringify(word)} names no environment; expected letters, digits, "-", "_" or ".", or a file named like Pulumi.north-2.yaml`,
    ]);
  }
  // npm runs its scripts at the top of the project, wherever the user called it.
  const file = isPath
    ? resolve(process.env["INIT_CWD"] ?? "", word)
    : join(root, `Pulumi.${word}.yaml`);
  return { environment, file };
}

/** The same, @throws ConfigError when the file does not exist. */
export function findEnvironment(word: string): EnvironmentFile {
  const found = environmentFile(word);
  const { environment, file } = found;
  if (existsSync(file)) return found;
  if (environment !== word) throw new ConfigError([`${file} does not exist`]);
  throw new ConfigError([
    `no environment ${JSON.stringify(word)}, as there is no Pulumi.${word}.yaml; ${suggest(word, environmentNames())}`,
  ]);
}

/** Environments whose files lie beside Pulumi.yaml. */
export function environmentNames(): readonly string[] {
  return readdirSync(root)
    .flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [])
    .sort();
}

/** @throws ConfigError when the file does not exist, cannot be read or declares what is wrong. */
export function readEnvironment(word: string): EnvironmentFile & { readonly config: StackConfig } {
  const found = findEnvironment(word);
  const { document, lost } = readYaml(found.file);
  const stack = stackOfFile(document);
  if (lost.length > 0) throw new ConfigError(lost);
  return { ...found, config: parseStack(stack) };
}

function readYaml(file: string): { readonly document: unknown; readonly lost: readonly string[] } {
  try {
    const text = readFileSync(file, "utf8");
    return { document: load(text), lost: lostKeys(text) };
  } catch (error) {
    throw new ConfigError([`${file}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

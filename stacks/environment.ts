/** Reads the committed file of an environment, for commands that run outside of Pulumi. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { ConfigError } from "./config-error";
import { stackOfFile } from "./file";
import { lostKeys } from "./lost-keys";
import { parseStack } from "./parse";
import type { StackConfig } from "./schema";

/** The committed file of an environment. */
export function environmentFile(environment: string): string {
  return join(__dirname, "..", `Pulumi.${environment}.yaml`);
}

/** @throws ConfigError when Pulumi.<environment>.yaml cannot be read or declares what is wrong. */
export function readEnvironment(environment: string): StackConfig {
  const { document, lost } = readYaml(environmentFile(environment));
  const stack = stackOfFile(document);
  if (lost.length > 0) throw new ConfigError(lost);
  return parseStack(stack);
}

function readYaml(file: string): { readonly document: unknown; readonly lost: readonly string[] } {
  try {
    const text = readFileSync(file, "utf8");
    return { document: load(text), lost: lostKeys(text) };
  } catch (error) {
    throw new ConfigError([`${file}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

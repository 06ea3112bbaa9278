/** Reads the committed file of an environment, for commands that run outside of Pulumi. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { ConfigError } from "./config-error";
import { stackOfFile } from "./file";
import { parseStack } from "./parse";
import type { StackConfig } from "./schema";

/** @throws ConfigError when Pulumi.<environment>.yaml cannot be read or declares what is wrong. */
export function readEnvironment(environment: string): StackConfig {
  const file = join(__dirname, "..", `Pulumi.${environment}.yaml`);
  return parseStack(stackOfFile(readYaml(file)));
}

function readYaml(file: string): unknown {
  try {
    return load(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ConfigError([`${file}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

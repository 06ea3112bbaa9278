/** The keys of a stack file around `nordmesh:stack`. */
import { configuredSecretNames } from "../components/addons/configured-secrets";
import { ConfigError } from "../components/config/error";
import { isMap } from "../components/config/json-schema";
import { pulumiKeys } from "./json-schema";
import { suggest } from "../components/config/problem";

/** Secrets of an operator, set with `pulumi config set --secret`. */
const secretKeys: readonly string[] = ["sshPrivateKey", ...configuredSecretNames];

const ownKeys = ["nordmesh:stack", ...secretKeys.map((key) => `nordmesh:${key}`)];

/** Problems of the keys under `config:`; namespaces of Pulumi itself are its own affair. */
export function checkConfigKeys(keys: readonly string[]): readonly string[] {
  const problems = keys
    .filter((key) => !ownKeys.includes(key) && !key.startsWith("pulumi:"))
    .map((key) => `config: unknown key ${JSON.stringify(key)}; ${suggest(key, ownKeys)}`);
  if (keys.includes("nordmesh:stack")) return problems;
  return [...problems, "config: nordmesh:stack is missing; it holds the whole environment"];
}

/**
 * Takes the value under `nordmesh:stack` out of a parsed Pulumi.<environment>.yaml.
 *
 * @throws ConfigError when a key around it is unknown or missing.
 */
export function stackOfFile(document: unknown): unknown {
  if (!isMap(document)) throw new ConfigError(["the file holds no map; expected config:"]);
  const config = document["config"];
  const around = Object.keys(document)
    .filter((key) => key !== "config" && !pulumiKeys.includes(key))
    .map((key) => `unknown key ${JSON.stringify(key)}; ${suggest(key, ["config", ...pulumiKeys])}`);
  if (!isMap(config)) throw new ConfigError([...around, "config: missing; expected a map"]);
  const problems = [...around, ...checkConfigKeys(Object.keys(config))];
  for (const key of secretKeys.map((name) => `nordmesh:${name}`)) {
    if (config[key] === undefined || isMap(config[key])) continue;
    problems.push(`config: ${key} is not encrypted; run pulumi config set --secret ${key}`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config["nordmesh:stack"];
}

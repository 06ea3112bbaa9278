/** Turns what the operator wrote into a StackConfig, or says everything that is wrong with it. */
import { parseConfig } from "../config/parse";
import { checkCluster } from "../kubernetes/checks";
import { StackConfig } from "./config";

/** @throws ConfigError with one line a problem, by path, sorted. */
export function parseStack(raw: unknown): StackConfig {
  return parseConfig({ schema: StackConfig, raw, root: "stack", check: checkCluster });
}

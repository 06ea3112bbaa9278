/** Turns what the operator wrote into a StackConfig, or says everything that is wrong with it. */
import { HostConfig } from "../components/host/config";
import { KubernetesConfig } from "../components/kubernetes/config";
import { checkConfig, type ConfigFacts } from "./checks";
import { ConfigError } from "./config-error";
import { isMap } from "./json-schema";
import { explainIssue } from "./problem";
import { StackConfig } from "./schema";

/** @throws ConfigError with one line a problem, by path, sorted. */
export function parseStack(raw: unknown): StackConfig {
  const parsed = StackConfig.safeParse(raw, { reportInput: true });
  const issues = parsed.success ? [] : parsed.error.issues;
  const problems = [
    ...issues.flatMap((issue) => explainIssue(issue, raw)),
    ...checkConfig(factsOf(raw)),
  ];
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new ConfigError([...new Set(problems)].sort());
}

// Parts that have the right form are checked against each other, even if other parts do not.
function factsOf(raw: unknown): ConfigFacts {
  const stack = isMap(raw) ? raw : {};
  const hosts = Object.entries(isMap(stack["hosts"]) ? stack["hosts"] : {});
  const kubernetes = KubernetesConfig.safeParse(stack["kubernetes"] ?? {});
  return {
    hosts: hosts.flatMap(([name, host]) => {
      const parsed = HostConfig.safeParse(host);
      return parsed.success ? [{ name, config: parsed.data }] : [];
    }),
    hostCount: hosts.length,
    roles: hosts.flatMap(([name, host]) => {
      const { role, bootstrap = false } = isMap(host) ? host : {};
      if (role !== "control-plane" && role !== "worker") return [];
      return typeof bootstrap === "boolean" ? [{ name, role, bootstrap }] : [];
    }),
    kubernetes: kubernetes.success ? kubernetes.data : undefined,
  };
}

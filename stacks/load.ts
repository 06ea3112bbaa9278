/** The only reader of Pulumi's configuration and of the environment around the program. */
import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { configuredSecretNames, missingSecrets } from "../components/addons/configured-secrets";
import { sourceOf } from "../components/host/machines";
import { readSshKey } from "../components/host/ssh-key";
import { keepPrivateKeys } from "../components/steps/keyless";
import { ConfigError } from "../components/config/error";
import { environmentFile } from "./environment";
import { checkConfigKeys } from "./file";
import { lostKeysOf } from "./lost-keys";
import { parseStack } from "../components/environment/parse";
import type { StackConfig } from "../components/environment/config";
import type { ConfiguredSecretsArgs } from "../components/addons/secrets-args";

export interface LoadedStack {
  /** Name of the Pulumi stack. */
  readonly environment: string;
  readonly config: StackConfig;
  readonly secrets: ConfiguredSecretsArgs & {
    /** Operator's private key, OpenSSH format; undefined if the SSH agent holds it. */
    readonly sshPrivateKey?: pulumi.Output<string>;
  };
}

/**
 * A preview does without an SSH key and says so.
 *
 * @throws ConfigError, which Pulumi prints as a message without a stack trace.
 */
export function loadStack(): LoadedStack {
  const own = new pulumi.Config("nordmesh");
  const stack = readStack(own);
  const lost = lostKeysOf({ stack, text: sourceText(pulumi.getStack()) });
  if (lost.length > 0) throw new ConfigError(lost);
  const config = parseStack(stack);
  const sshPrivateKey = own.getSecret("sshPrivateKey");
  const configured = configuredOf(own);
  const unreachable = checkSsh({
    config,
    keyGiven: sshPrivateKey !== undefined,
    agentSocket: process.env["SSH_AUTH_SOCK"] ?? "",
  });
  const problems = [
    ...(pulumi.runtime.isDryRun() ? [] : unreachable),
    ...checkKey(pulumi.runtime.allConfig()["nordmesh:sshPrivateKey"]),
    ...missingSecrets({
      raw: config.addons,
      path: "stack.addons",
      given: configured,
      advice: (name) => `run pulumi config set --secret nordmesh:${name}`,
    }),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  for (const problem of unreachable) {
    void pulumi.log.warn(`${problem}; a preview goes on without, up does not`);
  }
  if (unreachable.length > 0 && sshPrivateKey === undefined) keepPrivateKeys();
  return {
    environment: pulumi.getStack(),
    config,
    secrets: {
      ...(sshPrivateKey !== undefined && { sshPrivateKey }),
      ...configured,
    },
  };
}

function configuredOf(own: pulumi.Config): ConfiguredSecretsArgs {
  const given = configuredSecretNames.map((name) => [name, own.getSecret(name)] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function readStack(own: pulumi.Config): unknown {
  const keys = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith("nordmesh:"));
  const problems = checkConfigKeys(keys);
  if (problems.length > 0) throw new ConfigError(problems);
  const text = own.require("stack");
  try {
    return JSON.parse(text);
  } catch {
    // Pulumi hands a map over as JSON; anything else reaches the schema as the text it is.
    return text;
  }
}

/** Pulumi's values no longer show how keys were written, and Pulumi does not tell which file it read. */
function sourceText(environment: string): string | undefined {
  const file = process.env["NORDMESH_STACK_FILE"] ?? environmentFile(environment).file;
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Later, inside an apply, a key that cannot be read would leave the run waiting for ever. */
function checkKey(sshPrivateKey: string | undefined): readonly string[] {
  try {
    if (sshPrivateKey !== undefined) readSshKey(sshPrivateKey);
    return [];
  } catch {
    return [
      "config: nordmesh:sshPrivateKey is no private key in OpenSSH format; make one with ssh-keygen -t ed25519",
    ];
  }
}

/** The command provider dials the agent whenever SSH_AUTH_SOCK is set, even with a key at hand. */
function checkSsh(args: {
  readonly config: StackConfig;
  readonly keyGiven: boolean;
  readonly agentSocket: string;
}): readonly string[] {
  const { agentSocket } = args;
  if (agentSocket !== "" && !existsSync(agentSocket)) {
    return [
      `SSH_AUTH_SOCK names ${agentSocket}, which does not exist; start the agent or unset it`,
    ];
  }
  if (args.keyGiven || agentSocket !== "") return [];
  const servers = Object.entries(args.config.hosts)
    .filter(([, host]) => !sourceOf(host).here)
    .map(([name]) => name);
  if (servers.length === 0) return [];
  return [
    `no SSH key for ${servers.join(", ")}: start an SSH agent (SSH_AUTH_SOCK) or run pulumi config set --secret nordmesh:sshPrivateKey`,
  ];
}

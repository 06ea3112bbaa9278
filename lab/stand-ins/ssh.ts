import * as fs from "node:fs/promises";
import * as path from "node:path";

import type { Logging } from "./command";
import { DialError } from "./dial";
import { runProcess, type Finished } from "./process";
import { withPrivateDirectory } from "./private-directory";

/** One SSH endpoint, with the official provider's defaults filled in. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey?: string;
  readonly agentSocketPath?: string;
  /** Authorized-keys format. Absent: any host key is accepted, as officially. */
  readonly hostKey?: string;
  readonly dialErrorLimit: number;
  /** Seconds for one attempt to connect; 0 means no limit. */
  readonly perDialTimeout: number;
}

/** What the remote command printed; `failure` is set when it did not end with status 0. */
export interface RemoteResult extends Finished {
  readonly failure?: string;
}

/**
 * Runs one command on the far side with the `ssh` program and no user configuration.
 *
 * Host, user, command and key reach `ssh` by files in a private directory, never by arguments.
 * Rejects with a DialError as long as the command cannot have started.
 */
export async function runOverSsh(run: {
  connection: Connection;
  command: string;
  stdin: string;
  logging: Logging;
  variables: Readonly<Record<string, string>>;
  log: (line: string) => void;
}): Promise<RemoteResult> {
  const { connection } = run;
  const hostKey = parseHostKey(connection.hostKey);
  return withPrivateDirectory(async (directory) => {
    const write = (name: string, content: string): Promise<void> =>
      fs.writeFile(path.join(directory, name), content, { mode: 0o600 });
    await write("config", renderConfig({ ...run, hostKey, directory }));
    await write("pending", "");
    if (hostKey !== undefined) await write("known_hosts", `target ${hostKey.text}\n`);
    if (connection.privateKey !== undefined) {
      await write("key", `${connection.privateKey.trimEnd()}\n`);
    }
    const finished = await runProcess({
      argv: ["ssh", "-F", `${directory}/config`, "-E", `${directory}/log`, "target"],
      stdin: run.stdin,
      logging: run.logging,
      log: run.log,
      env: { ...process.env, SHELL: "/bin/sh" },
    });
    const log = await fs.readFile(path.join(directory, "log"), "utf8").catch(() => "");
    const left = await fs.readdir(directory);
    if (left.includes("pending")) throw dialFailure(connection, log);
    return { ...finished, ...describeFailure(finished, log) };
  });
}

interface HostKey {
  readonly type: string;
  readonly text: string;
}

function parseHostKey(hostKey: string | undefined): HostKey | undefined {
  if (hostKey === undefined) return undefined;
  const found = /(?:^|\s)((?:ssh|ecdsa|sk)-[\w@.-]+)\s+([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(hostKey);
  const [, type = "", body = ""] = found ?? [];
  if (!Buffer.from(body, "base64").includes(type) || type === "") {
    throw new Error("failed to parse host key: ssh: no key found");
  }
  return { type, text: `${type} ${body}` };
}

function renderConfig(session: {
  connection: Connection;
  command: string;
  variables: Readonly<Record<string, string>>;
  hostKey: HostKey | undefined;
  directory: string;
}): string {
  const { connection, hostKey, directory } = session;
  const agent = connection.agentSocketPath ?? process.env["SSH_AUTH_SOCK"];
  const usesAgent = connection.privateKey === undefined && agent !== undefined && agent !== "";
  const options: readonly (readonly [string, string] | false)[] = [
    ["HostName", word(connection.host, "host")],
    ["Port", String(Math.trunc(connection.port))],
    ["User", word(connection.user, "user")],
    ["BatchMode", "yes"],
    ["PreferredAuthentications", "publickey"],
    ["IdentitiesOnly", usesAgent ? "no" : "yes"],
    ["IdentityFile", connection.privateKey === undefined ? "none" : `${directory}/key`],
    ["IdentityAgent", usesAgent ? word(agent, "agentSocketPath") : "none"],
    ["GlobalKnownHostsFile", "/dev/null"],
    ["UserKnownHostsFile", hostKey === undefined ? "/dev/null" : `${directory}/known_hosts`],
    ["StrictHostKeyChecking", hostKey === undefined ? "no" : "yes"],
    hostKey !== undefined && ["HostKeyAlgorithms", hostKey.type],
    ["HostKeyAlias", "target"],
    ["CheckHostIP", "no"],
    ["UpdateHostKeys", "no"],
    connection.perDialTimeout > 0 && ["ConnectTimeout", String(connection.perDialTimeout)],
    // The kernel's own keep-alive takes hours to notice a machine that vanished.
    ["ServerAliveInterval", "30"],
    ["ServerAliveCountMax", "10"],
    ["ControlMaster", "no"],
    ["ClearAllForwardings", "yes"],
    ["RequestTTY", "no"],
    // Runs after authentication and before the command: from then on nothing may be retried.
    ["PermitLocalCommand", "yes"],
    ["LocalCommand", `rm -f ${directory}/key ${directory}/pending`],
    ...Object.entries(session.variables).map(
      ([name, value]) => ["SetEnv", `${name}="${value.replace(/["\\]/g, "\\$&")}"`] as const,
    ),
    ["RemoteCommand", encodeCommand(session.command)],
  ];
  const lines = options.filter((option) => option !== false).map((option) => option.join(" "));
  return ["Host target", ...lines, ""].join("\n");
}

function word(value: string, property: string): string {
  if (/^[\w.:@%/+-]+$/.test(value)) return value.replaceAll("%", "%%");
  throw new Error(`connection.${property}: ${JSON.stringify(value)} is not usable with ssh`);
}

/** The configuration file takes one line without quoting rules of its own; hide all else from it. */
function encodeCommand(command: string): string {
  if (/^[\w ./:=,@+-]+$/.test(command)) return command;
  const bytes = [...Buffer.from(command)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[\w ./:=,@+-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `eval "$(printf '${bytes.join("")}')"`;
}

/** Says what went wrong in the official provider's words, as far as the log tells. */
function dialFailure({ host, port }: Connection, log: string): Error {
  const invalid = /Load key .*?: (.*)/.exec(log)?.[1];
  if (invalid !== undefined) return new Error(`connection.privateKey: ${invalid.toLowerCase()}`);
  const endpoint = `${host}:${port}`;
  const known: readonly (readonly [RegExp, string])[] = [
    [/Connection refused/, `dial tcp ${endpoint}: connect: connection refused`],
    [/No route to host/, `dial tcp ${endpoint}: connect: no route to host`],
    [/Could not resolve/, `dial tcp: lookup ${host}: no such host`],
    [/timed out/i, `dial tcp ${endpoint}: i/o timeout`],
    [/no matching host key type/, "ssh: handshake failed: ssh: no common algorithm for host key"],
    [/Host key verification failed/, "ssh: handshake failed: ssh: host key mismatch"],
    [/Permission denied/, "ssh: handshake failed: ssh: unable to authenticate"],
  ];
  const last = log.trim().split("\n").pop()?.trim();
  const text = known.find(([pattern]) => pattern.test(log))?.[1];
  return new DialError(text ?? `ssh: handshake failed: ${last === "" ? "EOF" : last}`);
}

function describeFailure({ code, signal, stderr }: Finished, log: string): { failure?: string } {
  if (code === 0) return {};
  const lost = /closed by remote host|reset by peer|Broken pipe|not responding|disconnect/i;
  if (signal !== null || (code === 255 && lost.test(log + stderr.slice(-200)))) {
    return { failure: "wait: remote command exited without exit status or exit signal" };
  }
  return { failure: `Process exited with status ${code}` };
}

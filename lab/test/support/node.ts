/** Runs the script of containers for nodes of a network of the test's own, and asks them over SSH. */
import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { containerScripts } from "../../../components/host/machines";
import { shellText } from "../../../components/steps/script";
import { sshKeyPair } from "../../../components/host/ssh-key";

const SCRIPT = shellText(containerScripts);

export interface NodeReport {
  readonly name: string;
  readonly pid: number;
  readonly leader: number;
  readonly address: string;
  readonly netns: string;
  readonly instance: string;
}

export type Verb = "ensure" | "start" | "stop" | "remove" | "status";

/** Nodes n-1, n-2 and so on, with keys of their own, below one directory. */
export class Nodes {
  readonly network = `nmt-${process.pid % 10_000_000}`;
  private readonly prefix = `10.${200 + (process.pid % 50)}.${Math.floor(process.pid / 50) % 250}`;
  private readonly operator = newKey();
  private readonly hostKeys = new Map<number, ReturnType<typeof newKey>>();

  constructor(
    readonly home: string,
    private readonly tree: string,
  ) {
    fs.writeFileSync(this.operatorFile, this.operator.privateKey, { mode: 0o600 });
  }

  address(node: number): string {
    return `${this.prefix}.${10 + node}`;
  }

  /** Address of this computer on the nodes' network. */
  get computer(): string {
    return `${this.prefix}.1`;
  }

  directory(node: number): string {
    return path.join(this.home, "state", this.network, `n-${node}`);
  }

  run(verb: Verb, node: number, settings: Settings = {}): SpawnSyncReturns<string> {
    const env = this.env(node, settings);
    return spawnSync("bash", ["-s", "--", verb], { env, encoding: "utf8", input: SCRIPT });
  }

  /** Runs the verb, which must succeed, and reads its last line. */
  ask(verb: Verb, node: number, settings: Settings = {}): NodeReport {
    const { status, stdout, stderr } = this.run(verb, node, settings);
    if (status !== 0) throw new Error(`${verb} n-${node}: ${stderr}`);
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as NodeReport;
  }

  /** Begins the verb and ends its shell, by force, after some milliseconds. */
  async interrupt(verb: Verb, node: number, milliseconds: number): Promise<void> {
    const child = spawn("bash", ["-s", "--", verb], {
      env: this.env(node, {}),
      stdio: ["pipe", "ignore", "ignore"],
    });
    child.stdin.on("error", () => undefined).end(SCRIPT);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    setTimeout(() => child.kill("SIGKILL"), milliseconds);
    await ended;
  }

  /** A command on the node, once its SSH server shows the node's own key. */
  async ssh(node: number, command: string, key = this.hostKey(node)): Promise<string> {
    let last = "";
    for (let attempt = 0; attempt < 120; attempt++) {
      const done = this.sshOnce(node, command, key);
      if (done.status !== 255) {
        if (done.status !== 0) throw new Error(`n-${node}: ${command}: ${done.stderr}`);
        return done.stdout.trim();
      }
      last = done.stderr;
      if (/HOST IDENTIFICATION|Host key verification/.test(last)) break;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw new Error(last);
  }

  sshOnce(node: number, command: string, key = this.hostKey(node)): SpawnSyncReturns<string> {
    const known = path.join(this.home, `known-${node}`);
    fs.writeFileSync(known, `${this.address(node)} ${key}\n`);
    const options = [
      ...["BatchMode=yes", "ConnectTimeout=5", "StrictHostKeyChecking=yes"],
      ...[`UserKnownHostsFile=${known}`, "GlobalKnownHostsFile=/dev/null", "IdentitiesOnly=yes"],
    ].flatMap((option) => ["-o", option]);
    const target = `nordmesh@${this.address(node)}`;
    return spawnSync("ssh", ["-F", "none", ...options, "-i", this.operatorFile, target, command], {
      encoding: "utf8",
    });
  }

  hostKey(node: number): string {
    return this.keyOf(node).publicKey;
  }

  private env(node: number, settings: Settings): NodeJS.ProcessEnv {
    return {
      PATH: process.env["PATH"],
      HOME: this.home,
      CONTAINER_HOME: path.join(this.home, "state"),
      CONTAINER_NAME: `n-${node}`,
      CONTAINER_NETWORK: this.network,
      CONTAINER_ADDRESS: `${this.address(node)}/24`,
      CONTAINER_IMAGE: this.tree,
      CONTAINER_USER: "nordmesh",
      CONTAINER_AUTHORIZED_KEYS: this.operator.publicKey,
      CONTAINER_HOST_KEY: this.keyOf(node).privateKey,
      CONTAINER_HOST_PUBLIC_KEY: this.keyOf(node).publicKey,
      ...settings,
    };
  }

  private keyOf(node: number): ReturnType<typeof newKey> {
    const key = this.hostKeys.get(node) ?? newKey();
    this.hostKeys.set(node, key);
    return key;
  }

  private get operatorFile(): string {
    return path.join(this.home, "operator");
  }
}

export function newKey(): ReturnType<typeof sshKeyPair> {
  return sshKeyPair(randomBytes(32).toString("base64"));
}

/** Why no container can run here, or undefined. */
export function obstacle(): string | undefined {
  const done = spawnSync("bash", ["-s", "--", "check"], { encoding: "utf8", input: SCRIPT });
  return done.status === 0 ? undefined : done.stdout.trim() || done.stderr.trim();
}

type Settings = Readonly<Record<string, string>>;

/** What the end-to-end tests know of a machine: how to reach it, and what they ask it. */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { boundedRun, type Answer } from "../../../components/verify/kubectl";

const execute = promisify(execFile);

export interface MachineAddress {
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  readonly hostKey: string;
}

/** Gives a script to a command that runs it; rejects with its output when it fails. */
export function runIn(command: readonly string[], script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const [program = "", ...args] = command;
    const child = spawn(program, args, { stdio: "pipe" });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const text = Buffer.concat(output).toString();
      if (code === 0) resolve(text.trim());
      else reject(new Error(`exit ${code}: ${script}\n${text}${Buffer.concat(errors).toString()}`));
    });
    // A connection that ends early is told by its exit code, not by its broken pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(script);
  });
}

/** A shell on a machine, over OpenSSH with a pinned host key. */
export class Shell {
  private readonly directory = mkdtempSync(join(tmpdir(), "nordmesh-shell-"));
  private readonly options: readonly string[];

  constructor(private readonly address: MachineAddress) {
    const { port, user, privateKey, hostKey } = address;
    writeFileSync(join(this.directory, "key"), privateKey, { mode: 0o600 });
    writeFileSync(join(this.directory, "known_hosts"), `[127.0.0.1]:${port} ${hostKey}\n`);
    this.options = [
      ...["-F", "/dev/null", "-i", join(this.directory, "key"), "-p", String(port)],
      ...["-o", `UserKnownHostsFile=${join(this.directory, "known_hosts")}`],
      ...["-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=10", "-o", "BatchMode=yes"],
      // A machine that reboots takes its side of a connection with it without a word.
      ...["-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=6"],
      `${user}@127.0.0.1`,
    ];
  }

  /** Runs a script as root; rejects with its output when it fails. */
  run(script: string): Promise<string> {
    return runIn(["ssh", ...this.options, "sudo bash -s"], script);
  }

  /** Waits until SSH answers; `after` is a boot id the machine must no longer have. */
  async waitUntilUp(after = ""): Promise<string> {
    const deadline = Date.now() + 10 * 60_000;
    for (;;) {
      const id = await this.run("cat /proc/sys/kernel/random/boot_id").catch(() => "");
      if (id !== "" && id !== after) return id;
      if (Date.now() > deadline) throw new Error(`no SSH on port ${this.address.port}`);
      await new Promise((done) => setTimeout(done, 2000));
    }
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** kubectl on this computer, with the kubeconfig the stack gave out. */
export class Kubectl {
  private readonly directory = mkdtempSync(join(tmpdir(), "nordmesh-kubectl-"));
  readonly kubeconfig = join(this.directory, "kubeconfig");

  constructor(
    private readonly program: string,
    /** What is in the kubeconfig. */
    readonly text: string,
  ) {
    writeFileSync(this.kubeconfig, text, { mode: 0o600 });
  }

  async run(...args: readonly string[]): Promise<string> {
    const { stdout } = await execute(this.program, ["--kubeconfig", this.kubeconfig, ...args], {
      maxBuffer: 64 << 20,
    });
    return stdout.trim();
  }

  /** What kubectl wrote, also where it failed. */
  answer(...args: readonly string[]): Promise<Answer> {
    return boundedRun(1)(this.program, ["--kubeconfig", this.kubeconfig, ...args]);
  }

  /** Applies objects as a user would, with a file. */
  async apply(objects: readonly object[]): Promise<void> {
    const file = join(this.directory, "objects.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    await this.run("apply", "--server-side", "--validate=false", "-f", file);
  }

  /** Waits until a node is Ready, in the boot that is named; the API may be away meanwhile. */
  async waitReady(node: string, bootId = ""): Promise<void> {
    const deadline = Date.now() + 12 * 60_000;
    const path = "{.status.conditions[?(@.type=='Ready')].status} {.status.nodeInfo.bootID}";
    const question = ["get", "node", node, "-o", `jsonpath=${path}`, "--request-timeout=20s"];
    for (;;) {
      const found = await this.run(...question).catch(String);
      const [ready, boot = ""] = found.split(" ");
      if (ready === "True" && boot.startsWith(bootId)) return;
      if (Date.now() > deadline) throw new Error(`node ${node} is not Ready: ${found}`);
      await new Promise((done) => setTimeout(done, 3000));
    }
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

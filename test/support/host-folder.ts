/** A folder in the place of a host's root: the real scripts run there as they are, with stand-ins for services. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readScripts } from "../../components/text/asset";
import { withVariables } from "../../components/text/shell";
import { root } from "./fixtures";

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class HostFolder {
  readonly path = mkdtempSync(join(tmpdir(), "nordmesh-host-"));

  constructor() {
    mkdirSync(join(this.path, "run"));
    mkdirSync(join(this.path, "var/lib"), { recursive: true });
    mkdirSync(join(this.path, "usr/local"), { recursive: true });
  }

  /** A program that comes before the real one of that name; `$ROOT` is this folder. */
  program(name: string, body: string): void {
    const text = `#!/bin/bash\nROOT='${this.path}'\n${body}\n`;
    this.write(`/usr/local/sbin/${name}`, text);
    chmodSync(this.at(`/usr/local/sbin/${name}`), 0o755);
  }

  at(path: string): string {
    return join(this.path, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  read(path: string): string | undefined {
    return existsSync(this.at(path)) ? readFileSync(this.at(path), "utf8") : undefined;
  }

  has(path: string): boolean {
    return existsSync(this.at(path));
  }

  drop(path: string): void {
    rmSync(this.at(path), { recursive: true, force: true });
  }

  /**
   * Calls functions of scripts, or runs a whole script with its action. Ends the run with SIGKILL in
   * front of its command number `killAt`.
   */
  run(args: {
    readonly scripts: readonly string[];
    readonly variables: Readonly<Record<string, string>>;
    readonly drive?: string;
    readonly action?: "ensure" | "remove";
    readonly killAt?: number;
  }): Ran {
    const scripts = readScripts(
      join(root, "components"),
      args.scripts.map((name) => name.replace("/", "/scripts/")),
    );
    const trap = `COMMANDS=0; set -T; trap 'COMMANDS=$((COMMANDS + 1)); [ $COMMANDS -ne ${args.killAt ?? 0} ] || kill -9 $$' DEBUG`;
    const driven =
      args.drive === undefined ? `${trap}\n${scripts}` : `${scripts}\n${trap}\n${args.drive}`;
    const counted = `${driven}\ntrap - DEBUG; printf '\\ncommands %s\\n' "$COMMANDS"\n`;
    const text = this.lead(withVariables(counted, args.variables));
    const words = ["-s", "--", ...(args.action === undefined ? [] : [args.action])];
    const env = { PATH: process.env["PATH"] };
    const done = spawnSync("bash", words, { input: text, encoding: "utf8", env, cwd: this.path });
    return { status: done.status, stdout: done.stdout, stderr: done.stderr };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Absolute paths of a host, PATH included, lead into this folder. */
  lead(text: string): string {
    return text.replaceAll(
      /(?<![\w}.$-])\/(etc|var|opt|run|usr\/local)(?=[/"'\s:)*]|$)/gm,
      `${this.path}/$1`,
    );
  }
}

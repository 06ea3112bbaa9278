import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { cacheHome } from "./cache";

export interface RunArgs {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Name of the log below the cache that receives all output. */
  readonly log: string;
}

/** Runs a program to its end; a failure names the log and quotes its last lines. */
export async function run({ command, args, cwd, env, log }: RunArgs): Promise<void> {
  const file = path.join(cacheHome(), "logs", `${log}.log`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const output = fs.openSync(file, "w");
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ["ignore", output, output],
  });
  fs.closeSync(output);
  const status = await new Promise<number | string>((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`cannot run ${command}: ${error.message}`)));
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  if (status === 0) return;
  const tail = fs.readFileSync(file, "utf8").trimEnd().split("\n").slice(-15).join("\n");
  throw new Error(`${command} ended with status ${status}, log ${file}:\n${tail}`);
}

/** Standard output of a program, or undefined when it cannot be run or fails. */
export async function capture({
  command,
  args,
  cwd,
  env,
}: CaptureArgs): Promise<string | undefined> {
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.once("error", () => resolve(undefined));
    child.once("close", (code) => {
      resolve(code === 0 ? Buffer.concat(chunks).toString("utf8") : undefined);
    });
  });
}

export type CaptureArgs = Omit<RunArgs, "log">;

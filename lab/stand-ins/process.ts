import * as child_process from "node:child_process";
import type * as stream from "node:stream";

import type { CommandOutput, Logging } from "./command";

/** How a child process ended, with everything it printed. */
export interface Finished extends CommandOutput {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Both streams in the order they arrived, for error messages. */
  readonly combined: string;
}

const running = new Set<child_process.ChildProcess>();

/** Kills every child still running; for the end of the provider process. */
export function killChildren(): void {
  for (const child of running) child.kill("SIGKILL");
}

/**
 * Starts a program, feeds it stdin and waits until it ended and closed its output.
 *
 * Rejects when the program cannot be started.
 */
export function runProcess(run: {
  argv: readonly [string, ...string[]];
  stdin: string;
  logging: Logging;
  log: (line: string) => void;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}): Promise<Finished> {
  const [program, ...args] = run.argv;
  return new Promise((resolve, reject) => {
    const child = child_process.spawn(program, args, {
      stdio: "pipe",
      ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
      ...(run.env === undefined ? {} : { env: run.env }),
    });
    const kill = (): void => void child.kill("SIGKILL");
    running.add(child);
    run.signal?.addEventListener("abort", kill);
    const combined: Buffer[] = [];
    const logsStdout = run.logging === "stdout" || run.logging === "stdoutAndStderr";
    const logsStderr = run.logging === "stderr" || run.logging === "stdoutAndStderr";
    const stdout = collect(child.stdout, { combined, log: logsStdout ? run.log : undefined });
    const stderr = collect(child.stderr, { combined, log: logsStderr ? run.log : undefined });
    const settle = (): void => {
      running.delete(child);
      run.signal?.removeEventListener("abort", kill);
    };
    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("close", (code, signal) => {
      settle();
      resolve({ code, signal, combined: text(combined), stdout: stdout(), stderr: stderr() });
    });
    // A program may end without reading its input; that alone is no failure.
    child.stdin.on("error", () => undefined);
    child.stdin.end(run.stdin);
  });
}

function collect(
  source: stream.Readable,
  sink: { combined: Buffer[]; log: ((line: string) => void) | undefined },
): () => string {
  const chunks: Buffer[] = [];
  let rest = "";
  source.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    sink.combined.push(chunk);
    if (sink.log === undefined) return;
    const lines = (rest + chunk.toString("utf8")).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(sink.log);
  });
  source.on("end", () => {
    if (rest !== "") sink.log?.(rest);
  });
  return () => text(chunks);
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8");
}

/** Text without one newline at its end. */
export function trimNewline(output: string): string {
  return output.endsWith("\n") ? output.slice(0, -1) : output;
}

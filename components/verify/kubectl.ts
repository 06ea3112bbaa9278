/** Runs kubectl and istioctl, read-only, a few at a time; the only edge of `verify`. */
import { execFile } from "node:child_process";
import type { Reading } from "./observed";

export interface Programs {
  readonly kubectl: string;
  readonly kubeconfig: string;
  /** Absent where istioctl was not found. */
  readonly istioctl?: string;
}

/** What a program wrote; `error` is empty exactly if it ended with 0. */
export interface Answer {
  readonly stdout: string;
  readonly error: string;
}

export type Run = (program: string, words: readonly string[]) => Promise<Answer>;

/** A config dump of a large mesh has tens of MB. */
const maxBytes = 256 * 1024 * 1024;
const seconds = 90;

/** At most `parallel` programs run at once; each has a time limit. */
export function boundedRun(parallel: number): Run {
  const waiting: (() => void)[] = [];
  let running = 0;
  const enter = async (): Promise<void> => {
    if (running < parallel) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  return async (program, words) => {
    await enter();
    try {
      return await execute(program, words);
    } finally {
      leave();
    }
  };
}

function execute(program: string, words: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { maxBuffer: maxBytes, timeout: seconds * 1000, encoding: "utf8" as const };
    execFile(program, [...words], options, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, error: "" });
      else if (error.killed === true) resolve({ stdout, error: `no answer within ${seconds} s` });
      else resolve({ stdout, error: stderr.trim() === "" ? error.message : stderr.trim() });
    });
  });
}

/** True of what kubectl says when the connection to a pod broke; the pod may have got the question. */
export function isTransportError(error: string): boolean {
  return /websocket: close|reading from error stream|TLS handshake timeout/.test(error);
}

/** Asks again, twice at most, where only the connection broke; for questions that change nothing. */
export async function withRetry(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask();
    if (tries === 3 || !isTransportError(answer.error)) return answer;
  }
}

/** The answer as JSON, or the last line of what the program complained about. */
export function jsonOf({ stdout, error }: Answer): Reading<unknown> {
  if (error !== "") return { ok: false, reason: lastLine(error) };
  try {
    return { ok: true, value: JSON.parse(stdout) as unknown };
  } catch {
    return { ok: false, reason: `expected JSON, got ${JSON.stringify(stdout.slice(0, 60))}` };
  }
}

export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

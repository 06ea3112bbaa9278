/** Commands that are chosen by a word on the command line, as in `npm test -- unit`. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

export interface Command {
  readonly words: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

export interface Parts {
  /** How a user calls it, such as `npm test`. */
  readonly name: string;
  /** By word: commands that run one after the other until one fails. */
  readonly parts: Readonly<Record<string, readonly Command[]>>;
  /** Without a word. */
  readonly whole: readonly Command[];
}

/**
 * Runs the part that the first word names; further words go to its last command.
 * Resolves with the status of the last command that ran.
 */
export async function runPart(args: Parts, words: readonly string[]): Promise<number> {
  const [word, ...more] = words;
  if (word === undefined || word.startsWith("-")) return runAll(args.whole, words);
  const commands = Object.hasOwn(args.parts, word) ? args.parts[word] : undefined;
  if (commands !== undefined) return runAll(commands, more);
  const names = Object.keys(args.parts).join(", ");
  const problem = `${args.name} has no part ${JSON.stringify(word)}`;
  process.stderr.write(`${problem}; expected ${names} or nothing\n`);
  return 1;
}

async function runAll(commands: readonly Command[], more: readonly string[]): Promise<number> {
  for (const command of commands) {
    const last = command === commands.at(-1);
    const status = await run(last ? { ...command, words: [...command.words, ...more] } : command);
    if (status !== 0) return status;
  }
  return 0;
}

function run({ words, variables }: Command): Promise<number> {
  const [program = "", ...args] = words;
  const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...variables } });
  // A terminal sends Ctrl-C to the child as well, which then removes what it made.
  const wait = (): void => undefined;
  const forward = (): boolean => child.kill("SIGTERM");
  process.on("SIGINT", wait).on("SIGTERM", forward);
  return new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  }).finally(() => process.off("SIGINT", wait).off("SIGTERM", forward));
}

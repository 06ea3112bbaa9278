/** Real programs that check our text; a test skips visibly where one is absent. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

export interface Finished {
  readonly status: number | null;
  readonly output: string;
}

export function run(
  words: readonly string[],
  options: { readonly stdin?: string; readonly cwd?: string } = {},
): Finished {
  const [command = "", ...args] = words;
  const { stdin = "", cwd } = options;
  const done = spawnSync(command, args, { input: stdin, encoding: "utf8", cwd });
  if (done.error !== undefined) return { status: null, output: done.error.message };
  return { status: done.status, output: `${done.stdout}${done.stderr}` };
}

/** Calls `body` with a new folder and removes it afterwards. */
export function inFolder<T>(body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "nordmesh-test-"));
  try {
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a command on a text in a private file, whose path is the last word. */
export function runOnFile(args: {
  readonly words: readonly string[];
  readonly name: string;
  readonly content: string;
}): Finished {
  return inFolder((folder) => {
    const file = join(folder, args.name);
    writeFileSync(file, args.content, { mode: 0o600 });
    return run([...args.words, file]);
  });
}

/** Skips the test, with the reason in its title, unless the command line `probe` succeeds. */
export function needs(
  context: Mocha.Context,
  args: {
    readonly program: string | undefined;
    readonly probe: readonly string[];
    readonly hint: string;
  },
): string {
  const { program, probe, hint } = args;
  if (program !== undefined && run(probe).status === 0) return program;
  if (context.test !== undefined) context.test.title += ` (skipped: ${hint})`;
  return context.skip();
}

/** A program of the release set: named by a variable, on PATH, or in the cache. */
export function releaseProgram(name: string, variable: string): string | undefined {
  const named = process.env[variable];
  if (named !== undefined && named !== "") return named;
  if (run([name, "--help"]).status === 0) return name;
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "nordmesh");
  if (!existsSync(cache)) return undefined;
  return readdirSync(cache)
    .filter((folder) => /^(tool|release)-[\w-]+$/.test(folder))
    .map((folder) => join(cache, folder, name))
    .find((program) => existsSync(program));
}

/**
 * `npx tsx test/newest.ts`: types, and all tests that need no machine, at the newer end of what is
 * supported: a copy of the checkout with the SDKs and under the Node.js programs of newest.json.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "./support/fixtures";

interface Newest {
  /** npm package to version. */
  readonly sdks: Readonly<Record<string, string>>;
  /** npm packages that carry a Node.js program as bin/node. */
  readonly programs: readonly string[];
}

const install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"];

function main(): void {
  const { sdks, programs } = JSON.parse(
    readFileSync(join(root, "test", "newest.json"), "utf8"),
  ) as Newest;
  const folder = mkdtempSync(join(tmpdir(), "nordmesh-newest-"));
  const paths = programs.map((program) => pathWith(program, join(folder, program)));
  const checkout = copyOfCheckout(join(folder, "checkout"));
  const wanted = Object.entries(sdks).map(([name, version]) => `${name}@${version}`);
  must([...install, ...wanted], { in: checkout, path: paths[0] });
  requireVersions(checkout, wanted);
  must(["npx", "tsc"], { in: checkout, path: paths[0] });
  const failed = programs.filter((program, index) => {
    process.stdout.write(`\n== ${[program, ...wanted].join(", ")}\n`);
    return (
      started(["npm", "test", "--", "unit"], { in: checkout, path: paths[index] }).status !== 0
    );
  });
  if (failed.length > 0) throw new Error(`failed under ${failed.join(", ")}; see ${checkout}`);
  rmSync(folder, { recursive: true });
}

/** Every file that git tracks or would add. */
function copyOfCheckout(to: string): string {
  const listed = must(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    in: root,
    quiet: true,
  });
  for (const file of listed.split("\0").filter(Boolean)) {
    cpSync(join(root, file), join(to, file), { recursive: true });
  }
  return to;
}

/** PATH with the Node.js program of an npm package before all others. */
function pathWith(program: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}\n");
  must([...install, program], { in: folder });
  const [name = "", version = ""] = program.split("@");
  const path = join(folder, "node_modules", name, "bin");
  const found = must([join(path, "node"), "--version"], { in: folder, quiet: true }).trim();
  if (found !== `v${version}`) throw new Error(`${program} carries Node.js ${found}`);
  return [path, process.env["PATH"]].join(delimiter);
}

/** Fails where npm kept a second copy of an SDK, or chose another version. */
function requireVersions(checkout: string, wanted: readonly string[]): void {
  const names = wanted.map((one) => one.replace(/@[^@]+$/, ""));
  const listed = must(["npm", "ls", "--all", "--parseable", "--long", ...names], {
    in: checkout,
    quiet: true,
  });
  const found = listed
    .split("\n")
    .map((line) => line.split(":")[1] ?? "")
    .filter((one) => names.some((name) => one.startsWith(`${name}@`)));
  if (found.sort().join() !== [...wanted].sort().join()) {
    throw new Error(`npm installed ${found.join(", ")} instead of ${wanted.join(", ")}`);
  }
}

interface Where {
  readonly in: string;
  readonly path?: string | undefined;
  readonly quiet?: boolean;
}

function must(words: readonly string[], where: Where): string {
  const { status, stdout } = started(words, where);
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status ?? "a signal"}`);
  return stdout;
}

function started([command = "", ...args]: readonly string[], where: Where) {
  return spawnSync(command, args, {
    cwd: where.in,
    encoding: "utf8",
    env: { ...process.env, ...(where.path === undefined ? {} : { PATH: where.path }) },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", where.quiet ? "pipe" : "inherit", "inherit"],
  });
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/**
 * `npx tsx test/newest.ts`: types, and all tests that need no machine, at the newer end of what is
 * supported: a copy of the checkout with the SDKs and under the Node.js programs of newest.json.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
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
  const checkout = copyOfCheckout(join(folder, "checkout"));
  must([...install, ...Object.entries(sdks).map(([name, version]) => `${name}@${version}`)], {
    in: checkout,
  });
  requireVersions(checkout, sdks);
  const binaries = programs.map((program) => binaryOf(join(folder, program), program));
  must(["npx", "tsc"], { in: checkout });
  const failed = programs.filter((program, index) => {
    const path = [dirname(binaries[index] ?? ""), process.env["PATH"]].join(delimiter);
    process.stdout.write(`\n== ${program}, ${JSON.stringify(sdks)}\n`);
    return !succeeds(["npm", "run", "test:unit"], { in: checkout, path });
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

function binaryOf(folder: string, program: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}\n");
  must([...install, program], { in: folder });
  const [name = "", version = ""] = program.split("@");
  const binary = join(folder, "node_modules", name, "bin", "node");
  const found = must([binary, "--version"], { in: folder, quiet: true }).trim();
  if (found !== `v${version}`) throw new Error(`${program} carries Node.js ${found}`);
  return binary;
}

/** Fails where npm kept a second copy of an SDK, or chose another version. */
function requireVersions(checkout: string, sdks: Newest["sdks"]): void {
  const names = Object.keys(sdks);
  const listed = must(["npm", "ls", "--all", "--parseable", "--long", ...names], {
    in: checkout,
    quiet: true,
  });
  const found = listed
    .split("\n")
    .flatMap((line) => names.map((name) => new RegExp(`:${name}@([^:]+)`).exec(line)?.[0].slice(1)))
    .filter((one) => one !== undefined);
  const wanted = names.map((name) => `${name}@${sdks[name] ?? ""}`);
  if ([...new Set(found)].sort().join() !== wanted.sort().join() || found.length > wanted.length) {
    throw new Error(`npm installed ${found.join(", ")} instead of ${wanted.join(", ")}`);
  }
}

interface Where {
  readonly in: string;
  readonly path?: string;
  readonly quiet?: boolean;
}

function must(words: readonly string[], where: Where): string {
  const { status, stdout } = started(words, where);
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status ?? "a signal"}`);
  return stdout;
}

function succeeds(words: readonly string[], where: Where): boolean {
  return started(words, where).status === 0;
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

main();

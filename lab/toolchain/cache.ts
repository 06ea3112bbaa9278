import { spawn } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { note } from "./progress";

/** Where everything the lab makes lives, outside the checkout. */
export function cacheHome(): string {
  const home = process.env["XDG_CACHE_HOME"];
  return path.join(home ? home : path.join(os.homedir(), ".cache"), "nordmesh");
}

/** Short digest of texts that together decide what a build makes. */
export function keyOf(parts: readonly string[]): string {
  return crypto.createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** Texts of files and of everything below directories, with their relative names, for `keyOf`. */
export function recipeTexts({ root, names }: { root: string; names: readonly string[] }): string[] {
  return names.flatMap((name) => {
    const full = path.join(root, name);
    if (!fs.statSync(full).isDirectory()) return [`${name}\n${fs.readFileSync(full, "utf8")}`];
    const children = fs.readdirSync(full).sort();
    return recipeTexts({ root, names: children.map((child) => path.join(name, child)) });
  });
}

/**
 * Directory `<name>-<key>` of the cache, made by `build` when it is absent. Two runs never build
 * it twice, and a killed build leaves nothing that looks complete.
 */
export async function cached({ name, key, build }: CachedArgs): Promise<string> {
  const target = cachedPath({ name, key });
  if (fs.existsSync(target)) return target;
  await fsp.mkdir(path.dirname(target), { recursive: true });
  return withLock({ file: `${target}.lock` }, async () => {
    if (fs.existsSync(target)) return target;
    const part = `${target}.part`;
    await fsp.rm(part, { recursive: true, force: true });
    await fsp.mkdir(part);
    await build(part);
    await fsp.rename(part, target);
    return target;
  });
}

export interface CachedArgs {
  readonly name: string;
  readonly key: string;
  readonly build: (directory: string) => Promise<void>;
}

/** The path `cached` answers with, whether it exists or not. */
export function cachedPath({ name, key }: { name: string; key: string }): string {
  return path.join(cacheHome(), `${name}-${key}`);
}

/** Runs `work` under an exclusive lock on `file`; the kernel frees it if this process dies. */
async function withLock<T>({ file }: { file: string }, work: () => Promise<T>): Promise<T> {
  const holder = spawn("flock", [file, "sh", "-c", "echo held; exec cat >/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => holder.once("close", () => resolve()));
  const patience = setTimeout(() => note(`waiting for another run to release ${file}`), 2000);
  await new Promise<void>((resolve, reject) => {
    holder.once("error", () => reject(new Error("program flock not found, install util-linux")));
    holder.stdout.once("data", () => resolve());
    holder.once("exit", (code) => reject(new Error(`flock ${file} ended with status ${code}`)));
  }).finally(() => clearTimeout(patience));
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}

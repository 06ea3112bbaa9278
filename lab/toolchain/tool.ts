import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import * as path from "node:path";
import { cached, cachedPath, keyOf, recipeTexts } from "./cache";
import { ensureHostPackages } from "./host-packages";
import { capture, run } from "./process";
import { phase } from "./progress";
import { PAUSE_VERSION, TOOL_GROUPS, type ToolGroup } from "./table";

const PAUSE_SCRIPT = "scripts/build-pause.sh";

/** Path of a program at its pinned version: from PATH, the cache, or built from its Go module. */
export async function ensureTool(name: string): Promise<string> {
  if (name === "pause") return path.join(await ensurePause(), "pause");
  const group = groupOf(name);
  const installed = await onPath({ group, name });
  if (installed !== undefined) return installed;
  return path.join(await ensureGroup(group), name);
}

/** Digest of everything that decides what these programs are. */
export function toolKey(names: readonly string[]): string {
  return keyOf(names.map((name) => (name === "pause" ? pauseKey() : groupKey(groupOf(name)))));
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
    const known = TOOL_GROUPS.flatMap(({ programs }) => Object.keys(programs)).join(", ");
    throw new Error(`program ${name} is not in the toolchain, known: pause, ${known}`);
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
  const texts = recipeTexts({ root, names: ["go.mod", "go.sum"] });
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
  const groups = new Set(names.filter((name) => name !== "pause").map(groupOf));
  const missing = [...groups].filter((group) => {
    return !fs.existsSync(cachedPath({ name: `tool-${group.name}`, key: groupKey(group) }));
  });
  return missing.reduce((sum, { seconds }) => sum + seconds, 0);
}

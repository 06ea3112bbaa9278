import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { cacheHome, run, whyUnreachable } from "../toolchain";

/** A provider plugin the stack needs: the official one, or served by the lab. */
export interface PluginChoice {
  readonly name: string;
  readonly version: string;
  /** Directory or program of the official plugin; undefined if the lab's stands in. */
  readonly official?: string;
}

const needed = { command: "1.2.1", kubernetes: "4.34.2", random: "4.21.2" } as const;

export interface PluginSource {
  /** The `pulumi` program. */
  readonly pulumi: string;
  readonly print: (line: string) => void;
  /** Where the CLI looks for official plugins. Default: the vendor's server. */
  readonly server?: string;
}

const vendorServer = "https://get.pulumi.com";
const failures = new Map<string, string>();

/**
 * Finds the official plugins in NORDMESH_PLUGINS, in the user's or the lab's plugin cache or on
 * PATH, and installs what is absent into the lab's where the vendor's server can be reached.
 *
 * NORDMESH_PLUGINS has the cache's layout: `resource-<name>-v<version>/pulumi-resource-<name>`.
 * NORDMESH_PLUGINS=lab chooses the stand-ins even where official plugins can be had.
 */
export async function choosePlugins(source: PluginSource): Promise<readonly PluginChoice[]> {
  const choices: PluginChoice[] = [];
  for (const [name, version] of Object.entries(needed)) {
    const found = findOfficial(name, version);
    const official = found ?? (await installOfficial({ name, version, source }));
    choices.push({ name, version, ...(official === undefined ? {} : { official }) });
  }
  return choices;
}

async function installOfficial({
  name,
  version,
  source,
}: InstallArgs): Promise<string | undefined> {
  if (process.env["NORDMESH_PLUGINS"] === "lab") return undefined;
  const { print, server = vendorServer } = source;
  // A server that is away is not asked again for the next plugin or stack.
  if (failures.has(server)) return undefined;
  const reason =
    (await whyUnreachable(server)) ?? (await whyNotInstalled({ name, version, source }));
  if (reason === undefined) return findOfficial(name, version);
  failures.set(server, reason);
  print(`${reason}: the lab's stand-ins take the place of official plugins`);
  return undefined;
}

async function whyNotInstalled({
  name,
  version,
  source,
}: InstallArgs): Promise<string | undefined> {
  const { pulumi, print, server } = source;
  print(`installing plugin ${name} ${version}`);
  const args = ["plugin", "install", "resource", name, version, "--exact", "--non-interactive"];
  const log = `plugin-${name}`;
  const env = { PULUMI_HOME: labHome(), PULUMI_SKIP_UPDATE_CHECK: "true" };
  const from = server === undefined ? [] : ["--server", server];
  try {
    await fs.promises.mkdir(labHome(), { recursive: true });
    await run({ command: pulumi, args: [...args, ...from], env, log });
    return undefined;
  } catch (error) {
    const line = (error as Error).message.split("\n").at(-1) ?? "";
    return `plugin ${name} ${version} cannot be installed (${line.trim()})`;
  }
}

interface InstallArgs {
  readonly name: string;
  readonly version: string;
  readonly source: PluginSource;
}

/** Home of the CLI that installs plugins for every stack of the lab. */
function labHome(): string {
  return path.join(cacheHome(), "pulumi");
}

function findOfficial(name: string, version: string): string | undefined {
  const chosen = process.env["NORDMESH_PLUGINS"];
  if (chosen === "lab") return undefined;
  const program = `pulumi-resource-${name}`;
  const userHome = process.env["PULUMI_HOME"] ?? path.join(os.homedir(), ".pulumi");
  const homes = [userHome, labHome()].map((home) => path.join(home, "plugins"));
  const caches = [...(chosen === undefined ? [] : [chosen]), ...homes];
  const cached = caches.map((cache) => path.join(cache, `resource-${name}-v${version}`));
  const onPath = (process.env["PATH"] ?? "").split(path.delimiter);
  return (
    cached.find((directory) => isWhole(directory, program)) ??
    onPath.map((directory) => path.join(directory, program)).find((file) => fs.existsSync(file))
  );
}

/** The CLI keeps a file beside a directory that it has not finished. */
function isWhole(directory: string, program: string): boolean {
  return fs.existsSync(path.join(directory, program)) && !fs.existsSync(`${directory}.partial`);
}

/** Makes the chosen plugins of the user's cache visible in the private home of the CLI. */
export function linkPlugins(home: string, choices: readonly PluginChoice[]): void {
  for (const { name, version, official } of choices) {
    const directory = path.join(home, "plugins", `resource-${name}-v${version}`);
    fs.rmSync(directory, { force: true, recursive: true });
    if (official === undefined || !fs.statSync(official).isDirectory()) continue;
    // The CLI overlooks a linked directory, so only its files are links.
    fs.mkdirSync(directory, { recursive: true });
    for (const file of fs.readdirSync(official)) {
      fs.symlinkSync(path.resolve(official, file), path.join(directory, file));
    }
  }
}

/** One line for the log: which plugins a run uses. */
export function describePlugins(choices: readonly PluginChoice[]): string {
  const names = (list: readonly PluginChoice[]): string =>
    list.map(({ name, version }) => `${name} ${version}`).join(", ");
  const official = choices.filter((choice) => choice.official !== undefined);
  const lab = choices.filter((choice) => choice.official === undefined);
  if (official.length === 0) return "plugins: stand-ins";
  if (lab.length === 0) return `plugins: official ${names(official)}`;
  return `plugins: official ${names(official)}; stand-ins ${names(lab)}`;
}

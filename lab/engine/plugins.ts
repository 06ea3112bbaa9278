import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** A provider plugin the stack needs: installed on this machine, or served by the lab. */
export interface PluginChoice {
  readonly name: string;
  readonly version: string;
  /** Directory or program of the official plugin; absent when the lab provider stands in. */
  readonly official?: string;
}

const needed = { command: "1.2.1", kubernetes: "4.34.2", random: "4.21.2" } as const;

/**
 * Finds the official plugins in NORDMESH_PLUGINS, in the user's plugin cache or on PATH.
 *
 * NORDMESH_PLUGINS has the cache's layout: `resource-<name>-v<version>/pulumi-resource-<name>`.
 * NORDMESH_PLUGINS=lab chooses the lab providers even where official plugins are installed.
 */
export function choosePlugins(): readonly PluginChoice[] {
  return Object.entries(needed).map(([name, version]) => {
    const official = findOfficial(name, version);
    return { name, version, ...(official === undefined ? {} : { official }) };
  });
}

function findOfficial(name: string, version: string): string | undefined {
  const chosen = process.env["NORDMESH_PLUGINS"];
  if (chosen === "lab") return undefined;
  const program = `pulumi-resource-${name}`;
  const userHome = process.env["PULUMI_HOME"] ?? path.join(os.homedir(), ".pulumi");
  const caches = [...(chosen === undefined ? [] : [chosen]), path.join(userHome, "plugins")];
  const cached = caches.map((cache) => path.join(cache, `resource-${name}-v${version}`));
  const onPath = (process.env["PATH"] ?? "").split(path.delimiter);
  return (
    cached.find((directory) => fs.existsSync(path.join(directory, program))) ??
    onPath.map((directory) => path.join(directory, program)).find((file) => fs.existsSync(file))
  );
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
  if (official.length === 0) return "plugins: lab providers";
  if (lab.length === 0) return `plugins: official ${names(official)}`;
  return `plugins: official ${names(official)}; lab ${names(lab)}`;
}

import * as fsp from "node:fs/promises";
import * as path from "node:path";
import { type ImageSet, imageSets } from "../components/host/artifacts";
import {
  type Bundle,
  bundleSeconds,
  ensureBundle,
  programsToMake,
  setsOf,
  setsWith,
} from "./bundle";
import { chartsSeconds, ensureCharts } from "./charts";
import { image, tree, type Made } from "./image";
import {
  cacheHome,
  ensureHostPackages,
  ensureTool,
  isCached,
  note,
  printProgressWith,
  type Purpose,
  toolSeconds,
} from "./toolchain";

/** Everything a lab run needs on this machine; paths are absolute. */
export interface Lab {
  readonly pulumi: string;
  readonly kubectl: string;
  readonly helm: string;
  readonly istioctl: string;
  readonly bundle: Bundle;
  /** Directory of Istio's charts, unpacked, and `gateway-api.yaml`. */
  readonly charts: string;
}

/** A lab for hosts of every kind. */
export interface WholeLab extends Lab {
  /** Guest image directory, for MACHINE_IMAGE. */
  readonly image: string;
  /** Root tree of container nodes, for CONTAINER_IMAGE. */
  readonly tree: string;
}

interface Request {
  readonly kinds: readonly HostKind[];
  /** Sets of images, besides those of every bundle. */
  readonly sets?: readonly ImageSet[];
  readonly print?: (line: string) => void;
}

/** Sources of hosts on this computer. */
export type HostKind = "local" | "container";

/** What nodes of a kind boot, and its name below `current/`. */
interface Kind {
  readonly link: string;
  readonly purpose: Purpose;
  readonly boots: Made;
}

const KINDS: Readonly<Record<HostKind, Kind>> = {
  local: { link: "image", purpose: "machine", boots: image },
  container: { link: "tree", purpose: "containers", boots: tree },
};

const PROGRAMS = ["pulumi", "kubectl", "helm", "istioctl"] as const;

/** Makes what is absent and tells `print` what it does; takes a moment when nothing is absent. */
export async function prepareLab(request: Omit<Request, "kinds"> = {}): Promise<WholeLab> {
  const lab = await prepareFor({ ...request, kinds: ["local", "container"] });
  return { ...lab, image: await image.ensure(), tree: await tree.ensure() };
}

/** The same for these kinds of hosts alone. */
export async function prepareFor(request: Request): Promise<Lab> {
  if (request.print !== undefined) printProgressWith(request.print);
  const kinds = request.kinds.map((kind) => KINDS[kind]);
  const sets = setsToHold(request.sets ?? []);
  const programs = await toolSeconds([...PROGRAMS, ...(await programsToMake(sets))]);
  const boots = kinds.reduce((sum, kind) => sum + kind.boots.seconds(), 0);
  const seconds = boots + bundleSeconds(sets) + chartsSeconds(sets) + programs;
  if (seconds > 0) {
    note(
      `preparing the lab, about ${Math.ceil(seconds / 60)} min; later runs find it in the cache`,
    );
  }
  for (const { purpose } of kinds) await ensureHostPackages({ purpose });
  const pulumi = await ensureTool("pulumi");
  for (const { link, boots } of kinds) await linkCurrent({ [link]: await boots.ensure() });
  const bundle = await ensureBundle(sets);
  const charts = await ensureCharts(sets);
  const kubectl = await ensureTool("kubectl");
  const helm = await ensureTool("helm");
  const istioctl = await ensureTool("istioctl");
  await linkCurrent({ bundle: bundle.dir, "bundle.img": bundle.image, charts });
  return { pulumi, kubectl, helm, istioctl, bundle, charts };
}

/** What is asked for and what `current/bundle` holds: another environment's file names that one too. */
function setsToHold(asked: readonly ImageSet[]): readonly ImageSet[] {
  const sets = setsWith([...asked, ...setsOf(path.join(currentDirectory(), "bundle"))]);
  const absent = asked.filter((set) => !sets.includes(set));
  if (absent.length > 0) {
    note(`the lab makes no images of ${absent.join(", ")}: their pods wait for a registry`);
  }
  return sets;
}

/** Programs that are to be compiled here before nodes get these sets: an image that its registry serves needs none. */
export async function programsToBuild(sets: readonly ImageSet[]): Promise<readonly string[]> {
  return (await programsToMake(setsWith(sets))).filter((name) => !isCached(name));
}

function currentDirectory(): string {
  return path.join(cacheHome(), "current");
}

/** Where the sample environments find image, tree and bundle, also under a plain `pulumi up`. */
async function linkCurrent(targets: Readonly<Record<string, string>>): Promise<void> {
  const directory = currentDirectory();
  await fsp.mkdir(directory, { recursive: true });
  for (const [name, target] of Object.entries(targets)) {
    const link = path.join(directory, name);
    if ((await fsp.readlink(link).catch(() => "")) === target) continue;
    const fresh = `${link}.${process.pid}`;
    await fsp.symlink(target, fresh);
    await fsp.rename(fresh, link);
  }
}

async function main(args: readonly string[]): Promise<void> {
  const started = Date.now();
  const lab = await prepareLab({ sets: readSets(args) });
  if (args.includes("--json")) {
    process.stdout.write(`${JSON.stringify(lab)}\n`);
    return;
  }
  const lines = [
    `lab is ready after ${Math.round((Date.now() - started) / 1000)} s`,
    `pulumi           ${lab.pulumi}`,
    `kubectl          ${lab.kubectl}`,
    `helm             ${lab.helm}`,
    `istioctl         ${lab.istioctl}`,
    `charts           ${lab.charts}`,
    `guest image      ${lab.image} (recipe ${image.key()})`,
    `tree             ${lab.tree} (recipe ${tree.key()})`,
    `bundle           ${lab.bundle.dir} (images: ${setsOf(lab.bundle.dir).join(", ")})`,
    `bundle disk      ${lab.bundle.image}`,
    `manifestSha256   ${lab.bundle.manifestSha256}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** The sets behind `--with`, which stand there with commas between them. */
function readSets(args: readonly string[]): readonly ImageSet[] {
  const at = args.indexOf("--with");
  if (at < 0) return [];
  return (args[at + 1] ?? "").split(",").map((word) => {
    const set = imageSets.find((name) => name === word);
    if (set !== undefined) return set;
    throw new Error(`--with: no set ${word || "named"}, known: ${imageSets.join(", ")}`);
  });
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import * as path from "node:path";
import type { ImageSet } from "../../components/host/artifacts";
import type { ModuleFile } from "../bundle/images";
import {
  cached,
  cachedPath,
  ISTIO_HUB,
  ISTIO_RELEASE,
  keyOf,
  moduleDirectory,
  phase,
  recipeTexts,
  versionOf,
} from "../toolchain";
import { joinDocuments, releaseChart, releaseValues } from "./release";

const SECONDS = 15;
const GO_GROUP = "istio";

/** Released chart name to its directory in Istio's module, below `manifests/charts`. */
const CHARTS: Readonly<Record<string, string>> = {
  base: "base",
  cni: "istio-cni",
  default: "default",
  gateway: "gateway",
  istiod: "istio-control/istio-discovery",
  ztunnel: "ztunnel",
};

/** Charts that stand in their project's module as it releases them, by the set of their images. */
const FURTHER: Partial<Readonly<Record<ImageSet, readonly ModuleChart[]>>> = {
  "load-balancer": [
    { name: "metallb", group: "metallb", module: "go.universe.tf/metallb", path: "charts/metallb" },
  ],
  "metrics-server": [
    {
      name: "metrics-server",
      group: "metrics-server",
      module: "sigs.k8s.io/metrics-server",
      path: "charts/metrics-server",
    },
  ],
};

interface ModuleChart extends ModuleFile {
  readonly name: string;
}

/**
 * Directory of the cache with Istio's charts, unpacked and as a release ships them, and
 * `gateway-api.yaml`, the standard CRDs of the Gateway API that this Istio was built against; besides, the
 * charts of further sets.
 */
export async function ensureCharts(sets: readonly ImageSet[]): Promise<string> {
  const build = (directory: string): Promise<void> => writeCharts(directory, furtherOf(sets));
  return cached({ name: "charts", key: chartsKey(sets), build });
}

/** Seconds `ensureCharts` takes, 0 when the charts are there. */
export function chartsSeconds(sets: readonly ImageSet[]): number {
  return fs.existsSync(cachedPath({ name: "charts", key: chartsKey(sets) })) ? 0 : SECONDS;
}

/** Digest of the recipe and of the modules that hold the charts. */
export function chartsKey(sets: readonly ImageSet[]): string {
  const go = path.join("..", "toolchain", "go", GO_GROUP);
  const names = ["charts.ts", "release.ts", path.join(go, "go.mod"), path.join(go, "go.sum")];
  const further = furtherOf(sets).map((chart) => JSON.stringify({ ...chart, ...pinOf(chart) }));
  return keyOf([ISTIO_HUB, ISTIO_RELEASE, ...recipeTexts({ root: __dirname, names }), ...further]);
}

function furtherOf(sets: readonly ImageSet[]): readonly ModuleChart[] {
  return sets.flatMap((set) => FURTHER[set] ?? []);
}

function pinOf({ group }: ModuleChart) {
  return { version: versionOf(group) };
}

async function writeCharts(directory: string, further: readonly ModuleChart[]): Promise<void> {
  await phase({ title: `extract charts of Istio ${ISTIO_RELEASE}`, seconds: SECONDS }, async () => {
    const istio = await moduleDirectory({ group: GO_GROUP, module: "istio.io/istio" });
    for (const [name, source] of Object.entries(CHARTS)) {
      const from = path.join(istio, "manifests", "charts", source);
      await copyFiles({ from, to: path.join(directory, name), change: asReleased });
    }
    const api = await moduleDirectory({ group: GO_GROUP, module: "sigs.k8s.io/gateway-api" });
    const definitions = await documentsIn(path.join(api, "config", "crd", "standard"));
    await fsp.writeFile(path.join(directory, "gateway-api.yaml"), definitions);
    for (const chart of further) {
      const from = path.join(await moduleDirectory(chart), chart.path);
      await copyFiles({ from, to: path.join(directory, chart.name), change: ({ bytes }) => bytes });
    }
  });
}

/** Copies a chart file by file, as the module's own ones are read-only. */
async function copyFiles({ from, to, change }: CopyArgs): Promise<void> {
  const entries = await fsp.readdir(from, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const source = path.join(entry.parentPath, entry.name);
    const name = path.relative(from, source);
    const target = path.join(to, name);
    const bytes = await fsp.readFile(source);
    await fsp.mkdir(path.dirname(target), { recursive: true });
    await fsp.writeFile(target, change({ name, bytes }));
  }
}

interface CopyArgs {
  readonly from: string;
  readonly to: string;
  /** What becomes of a file, whose name is the one in the chart. */
  readonly change: (file: ChartFile) => string | Buffer;
}

interface ChartFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** With its release's version, hub and tag. */
function asReleased({ name, bytes }: ChartFile): string {
  const text = bytes.toString("utf8");
  if (name === "Chart.yaml") return releaseChart({ text, version: ISTIO_RELEASE });
  if (name === "values.yaml") return releaseValues({ text, hub: ISTIO_HUB, tag: ISTIO_RELEASE });
  return text;
}

async function documentsIn(directory: string): Promise<string> {
  const names = (await fsp.readdir(directory)).filter((name) => name.endsWith(".yaml")).sort();
  const texts = names.map((name) => fsp.readFile(path.join(directory, name), "utf8"));
  return joinDocuments(await Promise.all(texts));
}

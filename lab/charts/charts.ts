import * as fs from "node:fs";
import * as fsp from "node:fs/promises";
import * as path from "node:path";
import {
  cached,
  cachedPath,
  ISTIO_HUB,
  ISTIO_RELEASE,
  keyOf,
  moduleDirectory,
  phase,
  recipeTexts,
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

/**
 * Directory of the cache with Istio's charts, unpacked and as a release ships them, and
 * `gateway-api.yaml`, the standard CRDs of the Gateway API that this Istio was built against.
 */
export async function ensureCharts(): Promise<string> {
  return cached({ name: "charts", key: chartsKey(), build });
}

/** Seconds `ensureCharts` takes, 0 when the charts are there. */
export function chartsSeconds(): number {
  return fs.existsSync(cachedPath({ name: "charts", key: chartsKey() })) ? 0 : SECONDS;
}

/** Digest of the recipe and of the modules that hold the charts. */
function chartsKey(): string {
  const go = path.join("..", "toolchain", "go", GO_GROUP);
  const names = ["charts.ts", "release.ts", path.join(go, "go.mod"), path.join(go, "go.sum")];
  return keyOf([ISTIO_HUB, ISTIO_RELEASE, ...recipeTexts({ root: __dirname, names })]);
}

async function build(directory: string): Promise<void> {
  await phase({ title: `extract charts of Istio ${ISTIO_RELEASE}`, seconds: SECONDS }, async () => {
    const istio = await moduleDirectory({ group: GO_GROUP, module: "istio.io/istio" });
    for (const [name, source] of Object.entries(CHARTS)) {
      const from = path.join(istio, "manifests", "charts", source);
      await copyChart({ from, to: path.join(directory, name) });
    }
    const api = await moduleDirectory({ group: GO_GROUP, module: "sigs.k8s.io/gateway-api" });
    const definitions = await documentsIn(path.join(api, "config", "crd", "standard"));
    await fsp.writeFile(path.join(directory, "gateway-api.yaml"), definitions);
  });
}

/** Copies a chart with its release's version, hub and tag; the module's own files are read-only. */
async function copyChart({ from, to }: { from: string; to: string }): Promise<void> {
  const entries = await fsp.readdir(from, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const source = path.join(entry.parentPath, entry.name);
    const name = path.relative(from, source);
    const target = path.join(to, name);
    const text = await fsp.readFile(source, "utf8");
    await fsp.mkdir(path.dirname(target), { recursive: true });
    await fsp.writeFile(target, asReleased({ name, text }));
  }
}

function asReleased({ name, text }: { name: string; text: string }): string {
  if (name === "Chart.yaml") return releaseChart({ text, version: ISTIO_RELEASE });
  if (name === "values.yaml") return releaseValues({ text, hub: ISTIO_HUB, tag: ISTIO_RELEASE });
  return text;
}

async function documentsIn(directory: string): Promise<string> {
  const names = (await fsp.readdir(directory)).filter((name) => name.endsWith(".yaml")).sort();
  const texts = names.map((name) => fsp.readFile(path.join(directory, name), "utf8"));
  return joinDocuments(await Promise.all(texts));
}

/** What no package registry has: charts and images that whoever runs a test brings along. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ContainerNodes } from "./containers";
import { say } from "./environment";

/** Holds unpacked charts, each in a directory of its name. */
export const givenCharts = process.env["NORDMESH_CHARTS"] ?? "";
/** Holds image archives, as `docker save` writes them, each `<name>.tar`. */
const givenImages = process.env["NORDMESH_IMAGES"] ?? "";

/** Skips a suite that lacks some of them, and says which. */
export function skipUnlessGiven(
  suite: { skip(): never },
  { charts = [], images = [] }: Partial<Readonly<Record<"charts" | "images", readonly string[]>>>,
): void {
  const absent = [
    ...charts.filter((name) => !existsSync(join(givenCharts, name, "Chart.yaml"))).map(chart),
    ...images.filter((name) => !existsSync(archiveOf(name))).map(image),
  ];
  if (absent.length === 0) return;
  say(`left out: ${absent.join("; ")}`);
  suite.skip();
}

/** Gives every node these images, under the names that their archives say. */
export async function bringImages(
  nodes: ContainerNodes,
  names: readonly string[],
  images: readonly string[],
): Promise<void> {
  for (const node of names)
    for (const name of images) await nodes.importArchive(node, archiveOf(name));
}

const chart = (name: string): string => `NORDMESH_CHARTS names no directory with the chart ${name}`;
const image = (name: string): string => `NORDMESH_IMAGES names no directory with ${name}.tar`;
const archiveOf = (name: string): string => join(givenImages, `${name}.tar`);

/** Charts of a planned mesh, rendered by the lab's Helm. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { MeshPlan } from "../../components/mesh/plan";
import type { ChartStep } from "../../components/steps/step";
import { toYaml } from "../../components/text/yaml";
import { ensureCharts } from "../../lab/charts";
import { ensureTool } from "../../lab/toolchain";
import { readManifests, type Manifest } from "./manifests";

export interface Renderer {
  /** Directory with Istio's charts and `gateway-api.yaml`. */
  readonly charts: string;
  readonly helm: string;
}

/** Bytes; the largest rendering has 3 MiB. */
export const maxBuffer = 64 * 2 ** 20;

/** Builds what is not there yet, which may take minutes. */
export async function ensureRenderer(): Promise<Renderer> {
  return { charts: await ensureCharts([]), helm: await ensureTool("helm") };
}

/** Objects of every chart, in the order of the plan. */
export function renderCharts(
  renderer: Renderer,
  { steps }: Pick<MeshPlan, "steps">,
): readonly Manifest[] {
  const charts = steps.filter((step): step is ChartStep => step.kind === "chart");
  return charts.flatMap((step) => renderChart(renderer, step));
}

function renderChart({ charts, helm }: Renderer, step: ChartStep): readonly Manifest[] {
  const chart = join(charts, step.chart);
  const args = ["template", step.release, chart, "--namespace", step.namespace, "-f", "-"];
  return readManifests(run(helm, args, toYaml(step.values)));
}

/** What a program prints; fails with its errors when it does. */
export function run(command: string, args: readonly string[], input = ""): string {
  const done = spawnSync(command, args, { input, encoding: "utf8", maxBuffer });
  assert.equal(done.status, 0, `${command}: ${done.stderr}`);
  return done.stdout;
}

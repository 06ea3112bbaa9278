/** Istio's own programs judge what the mesh renders: istioctl for the guides' overlays, and its analyzers. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { ChartStep } from "../../components/objects/step";
import { toYaml, toYamlStream } from "../../components/text/yaml";
import { ensureCharts } from "../../lab/charts";
import { ensureTool } from "../../lab/toolchain";
import { examples, planExample, type Example } from "./examples";
import { compare, readManifests, type Manifest } from "./manifests";
import { sceneOf } from "./scene";

interface Reviewed {
  readonly reason: string;
  readonly at: readonly string[];
}

const reviewed = load(readFileSync(join(__dirname, "differences.yaml"), "utf8")) as Reviewed[];
const patterns = reviewed.flatMap(({ at }) => at);
/** Only builds for the first time take long. */
const buildMilliseconds = 45 * 60_000;
const maxBuffer = 64 * 2 ** 20;

describe("Istio's own programs", function () {
  this.timeout(600_000);
  const tools = { istioctl: "", helm: "", charts: "" };
  const used = new Set<string>();
  const rendered = new Map<Example, readonly Manifest[]>();

  before(async function () {
    this.timeout(buildMilliseconds);
    tools.istioctl = await ensureTool("istioctl");
    tools.helm = await ensureTool("helm");
    tools.charts = await ensureCharts();
  });

  for (const guide of ["g2", "g3", "g4"] as const) {
    it(`render ${guide}'s overlay as our charts are, apart from reviewed differences`, () => {
      const differences = compare(readManifests(overlay(guide)), chartsOf(guide));
      const open = differences.filter(({ at }) => {
        const found = patterns.filter((pattern) => matches(pattern, at.trim()));
        for (const pattern of found) used.add(pattern);
        return found.length === 0;
      });
      assert.deepEqual(open, []);
    });
  }

  it("need every reviewed difference", () => {
    assert.deepEqual(
      patterns.filter((pattern) => !used.has(pattern)),
      [],
    );
  });

  for (const name of examples) {
    it(`find no warning in the objects of ${name}`, () => {
      assert.deepEqual(analyze([...chartsOf(name), ...sceneOf(planExample(name))]), []);
    });
  }

  it("would find a route to a subset that nobody defines, so their silence is a proof", () => {
    const objects = sceneOf(planExample("g2")).filter(({ kind }) => kind !== "DestinationRule");
    const found = analyze([...chartsOf("g2"), ...objects]);
    assert.ok(
      found.some((line) => line.includes("IST0101")),
      found.join("\n"),
    );
  });

  function overlay(guide: Example): string {
    return run(tools.istioctl, [
      "manifest",
      "generate",
      ...["-f", join(__dirname, "overlays", `${guide}.yaml`)],
      ...["--set", "hub=docker.io/istio", "--set", "tag=1.31.1"],
      ...["--revision", "1-31-1"],
    ]);
  }

  function chartsOf(name: Example): readonly Manifest[] {
    const charts = planExample(name).steps.filter((step) => step.kind === "chart");
    const manifests = rendered.get(name) ?? charts.flatMap((step) => readManifests(template(step)));
    rendered.set(name, manifests);
    return manifests;
  }

  function template(step: ChartStep): string {
    const chart = join(tools.charts, step.chart);
    const args = ["template", step.release, chart, "--namespace", step.namespace, "-f", "-"];
    return run(tools.helm, args, toYaml(step.values));
  }

  function analyze(objects: readonly object[]): readonly string[] {
    const done = spawnSync(
      tools.istioctl,
      ["analyze", "--use-kube=false", "-A", "--revision", "1-31-1", "--color=false", "-"],
      { input: toYamlStream(objects), encoding: "utf8", maxBuffer },
    );
    const lines = `${done.stdout}${done.stderr}`.split("\n");
    return lines.filter((line) => /^(Warning|Error|Info)/.test(line) || /rror:/.test(line));
  }
});

function run(command: string, args: readonly string[], input = ""): string {
  const done = spawnSync(command, args, { input, encoding: "utf8", maxBuffer });
  assert.equal(done.status, 0, `${command}: ${done.stderr}`);
  return done.stdout;
}

function matches(pattern: string, at: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(at);
}

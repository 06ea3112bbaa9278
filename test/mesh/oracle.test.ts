/** Istio's own programs judge what the mesh renders: istioctl for the guides' overlays, and its analyzers. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { toYamlStream } from "../../components/text/yaml";
import { ensureTool } from "../../lab/toolchain";
import { examples, planExample, type Example } from "./examples";
import { compare, readManifests, type Manifest } from "./manifests";
import { ensureRenderer, maxBuffer, renderCharts, run, type Renderer } from "./render";
import { sceneOf } from "./scene";

interface Reviewed {
  readonly reason: string;
  readonly at: readonly string[];
}

interface Webhook {
  readonly failurePolicy: string;
  readonly objectSelector?: object;
}

const reviewed = load(readFileSync(join(__dirname, "differences.yaml"), "utf8")) as Reviewed[];
const patterns = reviewed.flatMap(({ at }) => at);
/** Only builds for the first time take long. */
const buildMilliseconds = 45 * 60_000;

describe("Istio's own programs", function () {
  this.timeout(600_000);
  let istioctl: string;
  let renderer: Renderer;
  const used = new Set<string>();
  const rendered = new Map<Example, readonly Manifest[]>();

  before(async function () {
    this.timeout(buildMilliseconds);
    istioctl = await ensureTool("istioctl");
    renderer = await ensureRenderer();
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

  it("refuse nothing of ours until istiod first answers, so that a killed run can be previewed", () => {
    const webhooks = chartsOf("g2")
      .filter(({ kind }) => kind === "ValidatingWebhookConfiguration")
      .flatMap(({ metadata, webhooks: all }) =>
        (all as readonly Webhook[]).map((webhook) => ({ ...webhook, of: metadata.name })),
      );
    // Ours carry no revision, which the other validator selects by.
    const selecting = webhooks
      .filter(({ objectSelector }) => objectSelector === undefined)
      .map((webhook) => [webhook.of, webhook.failurePolicy]);
    assert.deepEqual(selecting, [["istiod-default-validator", "Ignore"]]);
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
    return run(istioctl, [
      "manifest",
      "generate",
      ...["-f", join(__dirname, "overlays", `${guide}.yaml`)],
      ...["--set", "hub=docker.io/istio", "--set", "tag=1.31.1"],
      ...["--revision", "1-31-1"],
    ]);
  }

  function chartsOf(name: Example): readonly Manifest[] {
    const manifests = rendered.get(name) ?? renderCharts(renderer, planExample(name));
    rendered.set(name, manifests);
    return manifests;
  }

  function analyze(objects: readonly object[]): readonly string[] {
    const done = spawnSync(
      istioctl,
      ["analyze", "--use-kube=false", "-A", "--revision", "1-31-1", "--color=false", "-"],
      { input: toYamlStream(objects), encoding: "utf8", maxBuffer },
    );
    const lines = `${done.stdout}${done.stderr}`.split("\n");
    return lines.filter((line) => /^(Warning|Error|Info)/.test(line) || /rror:/.test(line));
  }
});

function matches(pattern: string, at: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(at);
}

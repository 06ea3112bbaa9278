/** The step that proves the control plane before anything counts on it. */
import { chartDigest } from "../steps/chart-source";
import type { ChartStep, ScriptStep } from "../steps/step";
import { stepName } from "./context";

export function gateOf(
  controlPlane: ChartStep,
  of: { readonly version: string; readonly after: readonly string[] },
): ScriptStep {
  return {
    kind: "script",
    name: stepName.ready,
    title: `control plane ${of.version} injects proxies and judges objects`,
    after: of.after,
    scripts: ["steps/common", "linkerd/injection"],
    files: {},
    values: { CHART: chartDigest(controlPlane) },
    inputs: {},
    removes: false,
    timeoutSeconds: 2400,
  };
}

/** The step that proves a control plane before anything counts on it. */
import { chartDigest } from "../steps/chart-source";
import type { ChartStep, ScriptStep } from "../steps/step";
import { stepName } from "./context";
import { webhooksOf } from "./install-order";

/** `istiod` is the chart the control plane of `revision` comes from. */
export function gateOf(
  istiod: ChartStep,
  of: { readonly version: string; readonly revision: string },
): ScriptStep {
  const { injector, validator } = webhooksOf(istiod.values);
  return {
    kind: "script",
    name: stepName.ready(of.revision),
    title: `control plane ${of.version} injects proxies and judges objects`,
    after: [istiod.name],
    scripts: ["steps/common", "mesh/injection"],
    files: {},
    values: {
      REVISION: of.revision,
      INJECTOR: injector ?? "",
      VALIDATOR: validator ?? "",
      CHART: chartDigest(istiod),
    },
    inputs: {},
    removes: false,
    timeoutSeconds: 2400,
  };
}

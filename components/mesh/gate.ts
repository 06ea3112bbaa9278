/** The step that proves a control plane before anything counts on it. */
import { createHash } from "node:crypto";
import type { ChartStep, ScriptStep } from "../steps/step";
import { stepName } from "./context";
import { webhooksOf } from "./install-order";

/** `istiod` is the chart the control plane of `revision` comes from. */
export function gateOf(
  istiod: ChartStep,
  of: { readonly version: string; readonly revision: string },
): ScriptStep {
  const { chart, repository, version, release, namespace, values } = istiod;
  const { injector, validator } = webhooksOf(values);
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
      CHART: digestOf({ chart, repository, version, release, namespace, values }),
    },
    inputs: {},
    removes: false,
    timeoutSeconds: 2400,
  };
}

/** The same for any order of keys. */
function digestOf(value: object): string {
  const text = JSON.stringify(value, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The tools around the mesh: which of them, in which order, with which secrets. */
import { judgeFindings, type Judgement } from "../findings/finding";
import type { ClusterStep, ObjectStep } from "../steps/step";
import type { AddonsMesh, NeededSecret } from "./addon";
import type { AddonsConfig } from "./config";
import { monitoringNamespace, step, tracingService, type TracingTarget } from "./names";
import { addonNames, addonOf } from "./registry";
import { storageFindings } from "./rules";

export interface AddonsPlan extends Judgement {
  readonly steps: readonly ClusterStep[];
  readonly secrets: readonly NeededSecret[];
  /** Addresses inside the cluster, by tool. */
  readonly urls: Readonly<Record<string, string>>;
}

/** `config` must have passed AddonsConfig. */
export function planAddons(args: {
  readonly config: AddonsConfig;
  readonly mesh: AddonsMesh;
}): AddonsPlan {
  const { config, mesh } = args;
  const declared = addonNames.flatMap((name) => {
    const own = config[name];
    return own === undefined ? [] : [{ addon: addonOf(name), own }];
  });
  const steps = declared.flatMap(({ addon, own }) => addon.steps({ config, own, mesh }));
  const findings = declared.flatMap(({ addon, own }) => addon.findings(own));
  return {
    steps: steps.length === 0 ? [] : [ownNamespace(), ...steps],
    secrets: declared.flatMap(({ addon, own }) => addon.secrets(own)),
    urls: Object.fromEntries(declared.map(({ addon }) => [addon.tool, addon.url])),
    ...judgeFindings([...storageFindings(config), ...findings], config.accept),
  };
}

/** Where the mesh sends spans: planMesh takes it as `tracing`. */
export function tracingTarget({ tracing }: AddonsConfig): TracingTarget | undefined {
  if (tracing === undefined) return undefined;
  return { ...tracingService, samplingPercent: tracing.samplingPercent };
}

function ownNamespace(): ObjectStep {
  return {
    kind: "object",
    name: step.namespace,
    title: `namespace ${monitoringNamespace}`,
    after: [],
    object: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: monitoringNamespace,
        labels: { "pod-security.kubernetes.io/enforce": "baseline" },
      },
    },
  };
}

/** The tools around the mesh: which of them, in which order, with which secrets. */
import { judgeFindings, type Judgement } from "../findings/finding";
import type { ClusterStep, ObjectStep } from "../steps/step";
import type { AddonsCluster, AddonsMesh, MeshMode, NeededSecret } from "./addon";
import { claimFindings, type AddonsStorage } from "./claims";
import type { AddonsConfig } from "./config";
import { monitoringNamespace, step, tracingService, type TracingTarget } from "./names";
import { addonNames, addonOf } from "./registry";
import { storageFindings } from "./rules";

export interface AddonsPlan extends Judgement {
  readonly steps: readonly ClusterStep[];
  readonly secrets: readonly NeededSecret[];
  /** Addresses inside the cluster, by tool. */
  readonly urls: Readonly<Record<string, string>>;
  /** True where autoscalers get what they read. */
  readonly measuresPods: boolean;
}

/** `config` must have passed AddonsConfig. */
export function planAddons(args: {
  readonly config: AddonsConfig;
  readonly mesh: AddonsMesh;
  readonly cluster: AddonsCluster;
  /** Local volumes of the cluster, where it has a class of them. */
  readonly storage?: AddonsStorage | undefined;
}): AddonsPlan {
  const { config, mesh, cluster, storage } = args;
  const declared = addonNames.flatMap((name) => {
    const own = config[name];
    return own === undefined ? [] : [{ addon: addonOf(name), own }];
  });
  const steps = declared.flatMap(({ addon, own }) => addon.steps({ config, own, mesh, cluster }));
  const monitored = steps.some(({ after }) => after.includes(step.namespace));
  const claims = declared.flatMap(({ addon, own }) => addon.claims(own));
  const findings = declared.flatMap(({ addon, own }) => addon.findings(own));
  return {
    steps: monitored ? [ownNamespace(), ...steps] : steps,
    secrets: declared.flatMap(({ addon, own }) => addon.secrets(own)),
    urls: Object.fromEntries(
      declared.flatMap(({ addon: { reached } }) =>
        reached === undefined ? [] : [[reached.tool, reached.url]],
      ),
    ),
    measuresPods: config.metricsServer !== undefined,
    ...judgeFindings(
      [...storageFindings(config), ...claimFindings({ config, claims, storage }), ...findings],
      config.accept,
    ),
  };
}

/** True where something is declared that looks at a mesh. */
export function needsMesh(config: AddonsConfig): boolean {
  return addonNames.some((name) => config[name] !== undefined && addonOf(name).ofCluster !== true);
}

/** What is declared that looks at Istio alone, by path below the addons. */
export function checkAddonsOf(
  mode: MeshMode,
  config: AddonsConfig,
): readonly {
  readonly path: readonly string[];
  readonly message: string;
  readonly input: unknown;
}[] {
  if (mode !== "linkerd") return [];
  return addonNames.flatMap((name) => {
    const { withoutIstio } = addonOf(name);
    const input = config[name];
    return input === undefined || withoutIstio === undefined
      ? []
      : [{ path: [name], message: withoutIstio, input }];
  });
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

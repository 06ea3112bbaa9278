/** The tools around the mesh: which of them, in which order, with which secrets. */
import type { ClusterStep, ObjectStep } from "../steps/step";
import type { AddonsConfig } from "./config";
import { judgeFindings, type Judgement } from "../findings/finding";
import { planKiali, sendsSecret } from "./kiali";
import {
  monitoringNamespace,
  services,
  step,
  tracingService,
  type NeededSecret,
  type TracingTarget,
} from "./names";
import { planPrometheus } from "./prometheus";
import { addonFindings } from "./rules";
import { planTempo } from "./tempo";

export interface AddonsPlan extends Judgement {
  readonly steps: readonly ClusterStep[];
  readonly secrets: readonly NeededSecret[];
  /** Addresses inside the cluster, by tool. */
  readonly urls: Readonly<Record<string, string>>;
}

/** What addons must know of the mesh. */
export interface AddonsMesh {
  readonly mode: "sidecar" | "ambient";
  /** Names of the steps that make the control plane and its namespace. */
  readonly steps: readonly string[];
}

/** `config` must have passed AddonsConfig. */
export function planAddons(args: {
  readonly config: AddonsConfig;
  readonly mesh: AddonsMesh;
}): AddonsPlan {
  const { config, mesh } = args;
  const { prometheus, kiali, tracing } = config;
  const steps = [
    ...(tracing === undefined ? [] : [planTempo({ config, tracing })]),
    ...(prometheus === undefined ? [] : planPrometheus({ config, prometheus, mode: mesh.mode })),
    ...(kiali === undefined ? [] : planKiali({ config, kiali, mesh: mesh.steps })),
  ];
  return {
    steps: steps.length === 0 ? [] : [ownNamespace(), ...steps],
    secrets: neededSecrets(config),
    urls: urlsOf(config),
    ...judgeFindings(addonFindings(config), config.accept),
  };
}

/** Where the mesh sends spans: planMesh takes it as `tracing`. */
export function tracingTarget({ tracing }: AddonsConfig): TracingTarget | undefined {
  if (tracing === undefined) return undefined;
  return { ...tracingService, samplingPercent: tracing.samplingPercent };
}

export function neededSecrets({ grafana, kiali }: AddonsConfig): readonly NeededSecret[] {
  return [
    ...(grafana === undefined
      ? []
      : [{ name: "grafanaAdminPassword", from: "generated", length: 24 } as const]),
    ...(kiali === undefined
      ? []
      : // Kiali takes 16, 24 or 32 characters.
        [{ name: "kialiSigningKey", from: "generated", length: 32 } as const]),
    ...(kiali !== undefined && sendsSecret(kiali)
      ? [{ name: "kialiClientSecret", from: "configured", length: 0 } as const]
      : []),
  ];
}

function urlsOf({ prometheus, grafana, kiali, tracing }: AddonsConfig) {
  return {
    ...(prometheus && { prometheus: services.prometheus }),
    ...(grafana && { grafana: services.grafana }),
    ...(kiali && { kiali: services.kiali }),
    ...(tracing && { tempo: services.tempo }),
  };
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

/** Charts of the addons: pinned versions and where they come from. */
import { locateChart } from "../steps/chart-source";
import type { ChartStep, JsonObject } from "../steps/step";
import type { ChartsConfig } from "./config";

interface PinnedChart {
  readonly repository: string;
  readonly version: string;
}

const prometheusCommunity = "https://prometheus-community.github.io/helm-charts";

export const charts = {
  /** https://metallb.io/release-notes/#version-0162 */
  metallb: { repository: "https://metallb.github.io/metallb", version: "0.16.2" },
  /** Operator 0.93.1; charts/kube-prometheus-stack/Chart.yaml of August 2026. */
  "kube-prometheus-stack": { repository: prometheusCommunity, version: "88.5.3" },
  /** The definitions of the same operator 0.93.1; charts/prometheus-operator-crds/Chart.yaml. */
  "prometheus-operator-crds": { repository: prometheusCommunity, version: "31.0.1" },
  /** Tempo 2.10.8; charts/tempo/Chart.yaml, home of Grafana's charts since January 2026. */
  tempo: { repository: "https://grafana-community.github.io/helm-charts", version: "2.2.4" },
  /** charts/metrics-server/CHANGELOG.md of v0.9.0. */
  "metrics-server": {
    repository: "https://kubernetes-sigs.github.io/metrics-server",
    version: "3.13.1",
  },
  /** What Istio 1.31 ships as its sample: samples/addons/kiali.yaml of release-1.31. */
  "kiali-server": { repository: "https://kiali.org/helm-charts", version: "2.31.0" },
} as const satisfies Readonly<Record<string, PinnedChart>>;

export type ChartName = keyof typeof charts;

export function chartStep(args: {
  readonly source: ChartsConfig;
  readonly chart: ChartName;
  readonly name: string;
  readonly title: string;
  readonly after: readonly string[];
  readonly release: string;
  readonly namespace: string;
  readonly values: JsonObject;
}): ChartStep {
  const { source, chart, ...step } = args;
  const { repository: official, version } = charts[chart];
  return {
    kind: "chart",
    ...step,
    ...locateChart({ name: chart, official, version, from: source }),
  };
}

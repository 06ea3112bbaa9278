/**
 * Prometheus by kube-prometheus-stack, which brings Grafana too. The plain `prometheus` chart would
 * keep what is scraped in one text; here each PodMonitor is an object of the plan, the operator
 * resizes and rolls replicas, and Grafana finds its data source and dashboards by itself.
 */
import * as z from "zod";
import type { Finding } from "../findings/finding";
import type { ClusterStep, JsonObject } from "../steps/step";
import type { Addon, AddonArgs, MeshMode } from "./addon";
import { chartStep } from "./charts";
import type { AddonsConfig } from "./config";
import { grafanaSteps, grafanaValues } from "./grafana";
import { planMonitors } from "./monitors";
import { monitoringNamespace, services, step } from "./names";
import { classOf, volumeGiB } from "./volume";

const PrometheusConfig = z.strictObject({
  volumeGiB: volumeGiB("Size of the volume of each replica, in GiB.", 50),
  retentionDays: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(15)
    .describe("Time that samples are kept, in days."),
  retentionGiB: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      "Maximum size of the stored samples, in GiB; by default, 80 % of the volume, because the write-ahead log needs space too.",
    ),
  replicas: z
    .number()
    .int()
    .min(1)
    .max(3)
    .default(1)
    .describe(
      "Number of replicas that scrape the same targets; with 2, metrics survive the loss of a node and its local volume.",
    ),
  scrapeSeconds: z
    .number()
    .int()
    .min(5)
    .max(300)
    .default(15)
    .describe("Interval between scrapes, in seconds."),
});
type PrometheusConfig = z.output<typeof PrometheusConfig>;

export const prometheus: Addon<PrometheusConfig, typeof PrometheusConfig> = {
  summary: "Prometheus, with the metrics of the mesh and the cluster.",
  schema: PrometheusConfig,
  reached: { tool: "prometheus", url: services.prometheus },
  steps: planPrometheus,
  secrets: () => [],
  claims: ({ volumeGiB: sizeGiB, replicas: count }) => [
    { at: "prometheus.volumeGiB", sizeGiB, count },
  ],
  findings,
};

interface PrometheusArgs {
  readonly config: AddonsConfig;
  readonly prometheus: PrometheusConfig;
  readonly mode: MeshMode;
}

/** Part of the volume that samples may take; the write-ahead log and compaction need the rest. */
const largestShare = 0.85;
const defaultShare = 0.8;

function retentionGiB({ retentionGiB: declared, volumeGiB }: PrometheusConfig): number {
  return declared ?? Math.max(1, Math.floor(volumeGiB * defaultShare));
}

function planPrometheus({
  config,
  own,
  mesh,
}: AddonArgs<PrometheusConfig>): readonly ClusterStep[] {
  const { scrapeSeconds } = own;
  const { mode } = mesh;
  const grafana = config.grafana === undefined ? [] : grafanaSteps(mode);
  return [
    chartStep({
      source: config.charts,
      chart: "prometheus-operator-crds",
      name: step.definitions,
      title: "definitions of the Prometheus operator",
      after: [step.namespace],
      release: "prometheus-operator-crds",
      namespace: monitoringNamespace,
      values: {},
    }),
    ...grafana,
    chartStep({
      source: config.charts,
      chart: "kube-prometheus-stack",
      name: step.prometheus,
      title: `Prometheus${config.grafana === undefined ? "" : " and Grafana"}`,
      after: [step.definitions, ...grafana.map(({ name }) => name)],
      release: "prometheus",
      namespace: monitoringNamespace,
      values: stackValues({ config, prometheus: own, mode }),
    }),
    ...planMonitors({ mode, scrapeSeconds }),
  ];
}

function findings(prometheus: PrometheusConfig): readonly Finding[] {
  const kept = retentionGiB(prometheus);
  const most = Math.floor(prometheus.volumeGiB * largestShare);
  if (kept <= most) return [];
  return [
    {
      rule: "retention-fills-volume",
      at: "prometheus.retentionGiB",
      value: `${kept}`,
      consequence: `leaves the write-ahead log and compaction too little of ${prometheus.volumeGiB} GiB; a full volume stops Prometheus for good`,
      safe: most >= 1 ? `declare at most ${most}` : "declare a volumeGiB of 2 or more",
    },
  ];
}

function stackValues({ config, prometheus, mode }: PrometheusArgs): JsonObject {
  const off = { enabled: false };
  return {
    fullnameOverride: "prometheus",
    // Their chart has them: one owner, and PodMonitors can wait for it.
    crds: off,
    // Routes of alerts belong to an environment; rules are still evaluated and shown.
    alertmanager: off,
    // Would need a privileged namespace; the mesh does not need it.
    nodeExporter: off,
    // kubeadm binds these to the node itself, so that they would be down for ever.
    kubeControllerManager: off,
    kubeScheduler: off,
    kubeEtcd: off,
    kubeProxy: off,
    prometheusOperator: {
      // Their certificate comes from Helm hooks, which only Helm itself runs.
      admissionWebhooks: off,
      tls: off,
      resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    },
    prometheus: { prometheusSpec: prometheusSpec({ config, prometheus, mode }) },
    grafana: config.grafana === undefined ? off : grafanaValues(config, config.grafana),
  };
}

function prometheusSpec({ config, prometheus, mode }: PrometheusArgs): JsonObject {
  const interval = `${prometheus.scrapeSeconds}s`;
  return {
    replicas: prometheus.replicas,
    // On local volumes two replicas on one node would be lost together.
    podAntiAffinity: prometheus.replicas > 1 ? "hard" : "soft",
    scrapeInterval: interval,
    evaluationInterval: interval,
    retention: `${prometheus.retentionDays}d`,
    retentionSize: `${retentionGiB(prometheus)}GiB`,
    walCompression: true,
    podMonitorSelectorNilUsesHelmValues: false,
    serviceMonitorSelectorNilUsesHelmValues: false,
    ruleSelectorNilUsesHelmValues: false,
    // Ambient pods have no port that takes plaintext under STRICT, so Prometheus joins the mesh.
    ...(mode === "ambient" && {
      podMetadata: { labels: { "istio.io/dataplane-mode": "ambient" } },
    }),
    resources: { requests: { cpu: "200m", memory: "1Gi" }, limits: { memory: "4Gi" } },
    storageSpec: {
      volumeClaimTemplate: { spec: claim(config, prometheus.volumeGiB) },
    },
  };
}

function claim(config: AddonsConfig, size: number): JsonObject {
  return {
    accessModes: ["ReadWriteOnce"],
    ...classOf(config),
    resources: { requests: { storage: `${size}Gi` } },
  };
}

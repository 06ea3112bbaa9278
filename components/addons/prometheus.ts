/**
 * Prometheus and Grafana by kube-prometheus-stack. The plain `prometheus` chart would keep what is scraped in
 * one text; here each PodMonitor is an object of the plan, the operator resizes and rolls replicas, and
 * Grafana finds its data source and dashboards by itself.
 */
import type { ClusterStep, JsonObject } from "../steps/step";
import { chartStep } from "./charts";
import type { AddonsConfig } from "./config";
import { planDashboards } from "./dashboards";
import { planMonitors } from "./monitors";
import { monitoringNamespace, services, step } from "./names";
import { grafanaKeys, grafanaLogin } from "./secrets";

type PrometheusConfig = NonNullable<AddonsConfig["prometheus"]>;

const adminSecret = "grafana-admin";

interface PrometheusArgs {
  readonly config: AddonsConfig;
  readonly prometheus: PrometheusConfig;
  readonly mode: "sidecar" | "ambient";
}

/** Part of the volume that samples may take; the write-ahead log and compaction need the rest. */
export const largestShare = 0.85;
const defaultShare = 0.8;

export function retentionGiB({ retentionGiB: declared, volumeGiB }: PrometheusConfig): number {
  return declared ?? Math.max(1, Math.floor(volumeGiB * defaultShare));
}

export function planPrometheus(args: PrometheusArgs): readonly ClusterStep[] {
  const { config, prometheus, mode } = args;
  const { scrapeSeconds } = prometheus;
  const grafana = config.grafana === undefined ? [] : [grafanaAdmin(), ...planDashboards(mode)];
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
      values: stackValues(args),
    }),
    ...planMonitors({ mode, scrapeSeconds }),
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

function grafanaValues(
  config: AddonsConfig,
  { volumeGiB }: NonNullable<AddonsConfig["grafana"]>,
): JsonObject {
  return {
    enabled: true,
    fullnameOverride: "grafana",
    admin: {
      existingSecret: adminSecret,
      userKey: grafanaKeys.user,
      passwordKey: grafanaKeys.password,
    },
    defaultDashboardsEnabled: false,
    // The volume can be mounted once, so the old pod goes first.
    deploymentStrategy: { type: "Recreate" },
    persistence: {
      enabled: true,
      size: `${volumeGiB}Gi`,
      ...(config.storageClass !== undefined && { storageClassName: config.storageClass }),
    },
    initChownData: { enabled: false },
    sidecar: { datasources: { alertmanager: { enabled: false } } },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
    "grafana.ini": {
      analytics: { check_for_updates: false, reporting_enabled: false },
      "auth.anonymous": { enabled: false },
      users: { allow_sign_up: false },
    },
    ...(config.tracing !== undefined && {
      additionalDataSources: [
        { name: "Tempo", uid: "tempo", type: "tempo", access: "proxy", url: services.tempo },
      ],
    }),
  };
}

function grafanaAdmin(): ClusterStep {
  const head = {
    name: step.grafanaAdmin,
    title: "administrator of Grafana, with a password the stack makes",
    after: [step.namespace],
  };
  return grafanaLogin(head, { name: adminSecret, namespace: monitoringNamespace });
}

function claim({ storageClass }: AddonsConfig, volumeGiB: number): JsonObject {
  return {
    accessModes: ["ReadWriteOnce"],
    ...(storageClass !== undefined && { storageClassName: storageClass }),
    resources: { requests: { storage: `${volumeGiB}Gi` } },
  };
}

/** Grafana, by the chart of Prometheus, and the dashboards it shows. */
import * as z from "zod";
import type { ClusterStep, JsonObject } from "../steps/step";
import type { Addon, MeshMode } from "./addon";
import type { AddonsConfig } from "./config";
import { planDashboards } from "./dashboards";
import { monitoringNamespace, services, step } from "./names";
import { grafanaKeys, grafanaLogin } from "./secrets";
import { classOf, volumeGiB } from "./volume";

const GrafanaConfig = z.strictObject({
  volumeGiB: volumeGiB("Size of the volume, in GiB.", 5),
});
type GrafanaConfig = z.output<typeof GrafanaConfig>;

const adminSecret = "grafana-admin";

export const grafana: Addon<GrafanaConfig, typeof GrafanaConfig> = {
  summary: "Grafana, with dashboards of the mesh; needs `prometheus`.",
  schema: GrafanaConfig,
  reached: { tool: "grafana", url: services.grafana },
  withoutIstio:
    "its dashboards show Istio's metrics; leave it out beside Linkerd, and give a Grafana of your own prometheus as its source",
  needs: { addon: "prometheus", because: "shows what Prometheus keeps" },
  // The chart of Prometheus has to wait for them, so they stand among its steps.
  steps: () => [],
  secrets: () => [{ name: "grafanaAdminPassword", from: "generated", length: 24 }],
  claims: ({ volumeGiB: sizeGiB }) => [{ at: "grafana.volumeGiB", sizeGiB, count: 1 }],
  findings: () => [],
};

/** What Grafana reads when it starts. */
export function grafanaSteps(mode: MeshMode): readonly ClusterStep[] {
  const head = {
    name: step.grafanaAdmin,
    title: "administrator of Grafana, with a password the stack makes",
    after: [step.namespace],
  };
  const login = grafanaLogin(head, { name: adminSecret, namespace: monitoringNamespace });
  return [login, ...planDashboards(mode)];
}

/** Its part of the chart of Prometheus. */
export function grafanaValues(config: AddonsConfig, own: GrafanaConfig): JsonObject {
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
      size: `${own.volumeGiB}Gi`,
      ...classOf(config),
    },
    initChownData: { enabled: false },
    // By default it reads every Secret of the cluster, the mesh's roots among them.
    rbac: { namespaced: true },
    sidecar: {
      dashboards: { searchNamespace: monitoringNamespace, resource: "configmap" },
      datasources: { alertmanager: { enabled: false }, resource: "configmap" },
    },
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

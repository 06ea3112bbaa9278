/** Names that addons, the mesh and the stack's secrets share. */

export const monitoringNamespace = "monitoring";

/** Kiali lives beside the control plane, whose debug port asks for a caller of its own namespace. */
export const kialiNamespace = "istio-system";

export const services = {
  prometheus: "http://prometheus-prometheus.monitoring:9090",
  grafana: "http://grafana.monitoring:80",
  kiali: "http://kiali.istio-system:20001/kiali",
  tempo: "http://tempo.monitoring:3200",
} as const;

export const step = {
  namespace: "addons-namespace-monitoring",
  definitions: "addons-prometheus-definitions",
  prometheus: "addons-prometheus",
  grafanaAdmin: "addons-grafana-admin",
  kialiSigningKey: "addons-kiali-signing-key",
  kialiClient: "addons-kiali-client",
  kialiGrafana: "addons-kiali-grafana",
  kiali: "addons-kiali",
  tempo: "addons-tempo",
  metricsServer: "addons-metrics-server",
  monitor: (name: string) => `addons-monitor-${name}`,
  dashboard: (name: string) => `addons-dashboard-${name}`,
} as const;

/** Where spans go; the mesh plan takes it as its `tracing`. */
export interface TracingTarget {
  readonly service: string;
  readonly namespace: string;
  /** OTLP over gRPC. */
  readonly port: number;
  readonly samplingPercent: number;
}

export const tracingService = {
  service: "tempo",
  namespace: monitoringNamespace,
  port: 4317,
} as const;

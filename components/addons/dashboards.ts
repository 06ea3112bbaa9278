/** Grafana dashboards of the mesh, made here: nothing is fetched when Grafana starts. */
import type { JsonObject, ObjectStep } from "../steps/step";
import type { MeshMode } from "./addon";
import { monitoringNamespace, step } from "./names";

interface Panel {
  readonly title: string;
  /** Grafana's name of the unit. */
  readonly unit: string;
  /** PromQL by legend. */
  readonly queries: Readonly<Record<string, string>>;
}

interface Dashboard {
  readonly name: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

export function planDashboards(mode: MeshMode): readonly ObjectStep[] {
  const shown = mode === "ambient" ? [mesh, controlPlane, ztunnel] : [mesh, controlPlane];
  return shown.map((dashboard) => ({
    kind: "object",
    name: step.dashboard(dashboard.name),
    title: `dashboard ${dashboard.title}`,
    after: [step.namespace],
    object: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: `dashboard-${dashboard.name}`,
        namespace: monitoringNamespace,
        // What Grafana's sidecar looks for.
        labels: { grafana_dashboard: "1" },
      },
      data: { [`${dashboard.name}.json`]: `${JSON.stringify(renderDashboard(dashboard))}\n` },
    },
  }));
}

const byService = "destination_service_namespace, destination_service_name";
const legend = "{{destination_service_namespace}}/{{destination_service_name}}";

// Each request is counted by both ends; the server's count is the one that also sees plaintext.
const server = 'reporter=~"destination|waypoint"';

function latency(quantile: number): string {
  const buckets = `istio_request_duration_milliseconds_bucket{${server}}`;
  return `histogram_quantile(${quantile}, sum by (le, ${byService}) (rate(${buckets}[5m])))`;
}

const mesh: Dashboard = {
  name: "mesh",
  title: "Mesh",
  panels: [
    {
      title: "Requests",
      unit: "reqps",
      queries: { [legend]: `sum by (${byService}) (rate(istio_requests_total{${server}}[5m]))` },
    },
    {
      title: "Failed requests (5xx), share",
      unit: "percentunit",
      queries: {
        [legend]: `sum by (${byService}) (rate(istio_requests_total{${server},response_code=~"5.."}[5m])) / sum by (${byService}) (rate(istio_requests_total{${server}}[5m]))`,
      },
    },
    { title: "Latency p50", unit: "ms", queries: { [legend]: latency(0.5) } },
    { title: "Latency p90", unit: "ms", queries: { [legend]: latency(0.9) } },
    { title: "Latency p99", unit: "ms", queries: { [legend]: latency(0.99) } },
    {
      title: "Requests without mutual TLS",
      unit: "reqps",
      queries: {
        [legend]: `sum by (${byService}) (rate(istio_requests_total{reporter="destination",connection_security_policy!="mutual_tls"}[5m]))`,
      },
    },
    {
      title: "Refused by a breaker (response flag UO)",
      unit: "reqps",
      queries: {
        [legend]: `sum by (${byService}) (rate(istio_requests_total{reporter=~"source|waypoint",response_flags=~".*UO.*"}[5m]))`,
      },
    },
    {
      title: "No healthy backend (response flag UH)",
      unit: "reqps",
      queries: {
        [legend]: `sum by (${byService}) (rate(istio_requests_total{reporter=~"source|waypoint",response_flags=~".*UH.*"}[5m]))`,
      },
    },
    {
      title: "Versions (canary)",
      unit: "reqps",
      queries: {
        "{{destination_workload}} {{destination_version}}": `sum by (destination_workload, destination_version) (rate(istio_requests_total{${server}}[5m]))`,
      },
    },
    {
      title: "Hosts nobody declared",
      unit: "reqps",
      queries: {
        "{{source_workload_namespace}}/{{source_workload}}":
          'sum by (source_workload_namespace, source_workload) (rate(istio_requests_total{destination_service_name=~"BlackHoleCluster|PassthroughCluster"}[5m]))',
      },
    },
  ],
};

const controlPlane: Dashboard = {
  name: "control-plane",
  title: "Mesh control plane",
  panels: [
    {
      title: "Proxies connected",
      unit: "none",
      queries: { "{{pod}}": "sum by (pod) (pilot_xds)" },
    },
    {
      title: "Time until a change reached the proxies, p99",
      unit: "s",
      queries: {
        p99: "histogram_quantile(0.99, sum by (le) (rate(pilot_proxy_convergence_time_bucket[5m])))",
      },
    },
    {
      title: "Configuration refused by proxies",
      unit: "none",
      queries: { "{{type}}": "sum by (type) (increase(pilot_total_xds_rejects[5m]))" },
    },
    {
      title: "Certificates issued",
      unit: "ops",
      queries: {
        issued: "sum(rate(citadel_server_success_cert_issuance_count[5m]))",
        failed: "sum(rate(citadel_server_csr_sign_err_count[5m]))",
      },
    },
    {
      title: "Days until the root certificate expires",
      unit: "d",
      queries: {
        "{{pod}}": "min by (pod) ((citadel_server_root_cert_expiry_timestamp - time()) / 86400)",
      },
    },
    {
      title: "Memory",
      unit: "bytes",
      queries: {
        "{{pod}}": 'sum by (pod) (process_resident_memory_bytes{pod=~"istiod-.*"})',
      },
    },
  ],
};

const ztunnel: Dashboard = {
  name: "ztunnel",
  title: "Mesh node proxies (ztunnel)",
  panels: [
    {
      title: "Connections opened",
      unit: "cps",
      queries: {
        "{{pod}}": 'sum by (pod) (rate(istio_tcp_connections_opened_total{pod=~"ztunnel-.*"}[5m]))',
      },
    },
    {
      title: "Bytes",
      unit: "Bps",
      queries: {
        "sent {{pod}}": 'sum by (pod) (rate(istio_tcp_sent_bytes_total{pod=~"ztunnel-.*"}[5m]))',
        "received {{pod}}":
          'sum by (pod) (rate(istio_tcp_received_bytes_total{pod=~"ztunnel-.*"}[5m]))',
      },
    },
  ],
};

/** @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
function renderDashboard({ name, title, panels }: Dashboard): JsonObject {
  return {
    uid: `nordmesh-${name}`,
    title,
    tags: ["mesh"],
    timezone: "utc",
    schemaVersion: 39,
    editable: false,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    panels: panels.map((panel, index) => ({
      id: index + 1,
      type: "timeseries",
      title: panel.title,
      datasource: { type: "prometheus", uid: "prometheus" },
      gridPos: { h: 8, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 8 },
      fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
      targets: Object.entries(panel.queries).map(([legendFormat, expr], target) => ({
        refId: String.fromCharCode(65 + target),
        expr,
        legendFormat,
      })),
    })),
  };
}

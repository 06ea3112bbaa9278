/** PodMonitors of everything that belongs to the mesh. */
import type { Json, JsonObject, ObjectStep } from "../steps/step";
import type { MeshMode } from "./addon";
import { monitoringNamespace, step } from "./names";

export function planMonitors(args: {
  readonly mode: MeshMode;
  readonly scrapeSeconds: number;
}): readonly ObjectStep[] {
  const interval = `${args.scrapeSeconds}s`;
  if (args.mode === "linkerd") return [linkerdProxies(interval), linkerdControlPlane(interval)];
  const node = args.mode === "ambient" ? [ztunnel(interval)] : [];
  return [proxies(interval), istiod(interval), cni(interval), ...node];
}

const container = "__meta_kubernetes_pod_container_name";
const annotation = "__meta_kubernetes_pod_annotation";

/**
 * Sidecars (also native ones, which are init containers), gateways and waypoints. Port 15020 has the
 * application's metrics too and takes plaintext under STRICT.
 */
function proxies(interval: string): ObjectStep {
  const address = [`${annotation}_prometheus_io_port`, "__meta_kubernetes_pod_ip"];
  return podMonitor({
    name: "proxies",
    title: "metrics of sidecars, gateways and waypoints",
    selector: { matchExpressions: [{ key: "istio-prometheus-ignore", operator: "DoesNotExist" }] },
    endpoint: {
      interval,
      path: "/stats/prometheus",
      relabelings: [
        { action: "keep", sourceLabels: [container], regex: "istio-proxy" },
        {
          action: "keep",
          sourceLabels: ["__meta_kubernetes_pod_annotationpresent_prometheus_io_scrape"],
          regex: "true",
        },
        {
          action: "replace",
          sourceLabels: address,
          regex: "(\\d+);((\\d+\\.){3}\\d+)",
          replacement: "$2:$1",
          targetLabel: "__address__",
        },
        ...names,
      ],
      // Buckets of sizes are a quarter of all series and answer no question of these dashboards.
      metricRelabelings: [
        {
          action: "drop",
          sourceLabels: ["__name__"],
          regex: "istio_(request|response)_bytes_bucket",
        },
      ],
    },
  });
}

function istiod(interval: string): ObjectStep {
  return podMonitor({
    name: "istiod",
    title: "metrics of the control plane",
    selector: { matchLabels: { app: "istiod" } },
    endpoint: { interval, portNumber: 15014, path: "/metrics", relabelings: names },
  });
}

function cni(interval: string): ObjectStep {
  return podMonitor({
    name: "cni",
    title: "metrics of the node agent",
    selector: { matchLabels: { "k8s-app": "istio-cni-node" } },
    endpoint: { interval, portNumber: 15014, path: "/metrics", relabelings: names },
  });
}

function ztunnel(interval: string): ObjectStep {
  return podMonitor({
    name: "ztunnel",
    title: "metrics of the node proxies",
    selector: { matchLabels: { app: "ztunnel" } },
    endpoint: { interval, portNumber: 15020, path: "/stats/prometheus", relabelings: names },
  });
}

const portName = "__meta_kubernetes_pod_container_port_name";

/** A Server of each namespace keeps their port open, as nothing else lets Prometheus in without an identity. */
function linkerdProxies(interval: string): ObjectStep {
  return podMonitor({
    name: "linkerd-proxies",
    title: "metrics of proxies",
    selector: { matchLabels: { "linkerd.io/control-plane-ns": "linkerd" } },
    endpoint: { interval, port: "linkerd-admin", path: "/metrics", relabelings: names },
  });
}

/** Each program has a port of its own: charts/linkerd-control-plane/templates/podmonitor.yaml. */
function linkerdControlPlane(interval: string): ObjectStep {
  return podMonitor({
    name: "linkerd-control-plane",
    title: "metrics of the control plane",
    selector: {
      matchExpressions: [{ key: "linkerd.io/control-plane-component", operator: "Exists" }],
    },
    endpoint: {
      interval,
      path: "/metrics",
      relabelings: [
        { action: "keep", sourceLabels: [portName], regex: ".*-admin" },
        { action: "drop", sourceLabels: [portName], regex: "linkerd-admin" },
        ...names,
        { action: "replace", sourceLabels: [container], targetLabel: "component" },
      ],
    },
  });
}

const names: readonly Json[] = [
  { action: "replace", sourceLabels: ["__meta_kubernetes_namespace"], targetLabel: "namespace" },
  { action: "replace", sourceLabels: ["__meta_kubernetes_pod_name"], targetLabel: "pod" },
];

function podMonitor(args: {
  readonly name: string;
  readonly title: string;
  readonly selector: JsonObject;
  readonly endpoint: JsonObject;
}): ObjectStep {
  return {
    kind: "object",
    name: step.monitor(args.name),
    title: args.title,
    after: [step.definitions, step.namespace],
    object: {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: { name: `mesh-${args.name}`, namespace: monitoringNamespace },
      spec: {
        namespaceSelector: { any: true },
        selector: args.selector,
        podMetricsEndpoints: [args.endpoint],
      },
    },
  };
}

/** metrics-server: what `kubectl top` and autoscalers read, of every node and pod. */
import * as z from "zod";
import type { ClusterStep } from "../steps/step";
import type { Addon, AddonArgs } from "./addon";
import { chartStep } from "./charts";
import { step } from "./names";

/** What the chart asks for. */
const chartResolution = 15;

const MetricsServerConfig = z.strictObject({
  resolutionSeconds: z
    .number()
    .int()
    .min(10)
    .max(300)
    .default(chartResolution)
    .describe("Interval between measurements, in seconds; autoscalers react no faster."),
});
type MetricsServerConfig = z.output<typeof MetricsServerConfig>;

/** Supports Kubernetes 1.34 and newer; its chart 3.13.1 still names 0.8.1: README.md, charts/metrics-server of v0.9.0. */
const image = "v0.9.0";

const labels = { "app.kubernetes.io/name": "metrics-server" };

export const metricsServer: Addon<MetricsServerConfig, typeof MetricsServerConfig> = {
  summary: "metrics-server: CPU and memory of nodes and pods for autoscalers and kubectl top.",
  schema: MetricsServerConfig,
  ofCluster: true,
  steps: planMetricsServer,
  claims: () => [],
  secrets: () => [],
  findings: () => [],
};

function planMetricsServer({
  config,
  own,
  cluster,
}: AddonArgs<MetricsServerConfig>): readonly ClusterStep[] {
  const { resolutionSeconds } = own;
  const resolution = resolutionSeconds !== chartResolution && {
    // After the chart's own arguments, so that this one holds.
    args: [`--metric-resolution=${resolutionSeconds}s`],
  };
  const spread = cluster.workerNodes > 1 && spreadValues;
  return [
    chartStep({
      source: config.charts,
      chart: "metrics-server",
      name: step.metricsServer,
      title: "metrics-server",
      after: [],
      release: "metrics-server",
      namespace: "kube-system",
      // Without --kubelet-insecure-tls: the cluster signs what kubelets show.
      values: { image: { tag: image }, ...resolution, ...spread },
    }),
  ];
}

/** As in manifests/components/high-availability of v0.9.0: one a node, and an update needs no third node. */
const spreadValues = {
  replicas: 2,
  updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" },
      ],
    },
  },
};

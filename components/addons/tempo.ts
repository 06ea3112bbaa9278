/** Tempo as a single binary: takes OTLP from the proxies and keeps traces on one volume. */
import type { ClusterStep } from "../steps/step";
import { chartStep } from "./charts";
import type { AddonsConfig } from "./config";
import { monitoringNamespace, step } from "./names";

export function planTempo(args: {
  readonly config: AddonsConfig;
  readonly tracing: NonNullable<AddonsConfig["tracing"]>;
}): ClusterStep {
  const { config, tracing } = args;
  const { storageClass } = config;
  return chartStep({
    source: config.charts,
    chart: "tempo",
    name: step.tempo,
    title: "Tempo",
    after: [step.namespace],
    release: "tempo",
    namespace: monitoringNamespace,
    values: {
      fullnameOverride: "tempo",
      tempo: {
        reportingEnabled: false,
        retention: `${tracing.retentionHours}h`,
        resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "2Gi" } },
      },
      persistence: {
        enabled: true,
        size: `${tracing.volumeGiB}Gi`,
        ...(storageClass !== undefined && { storageClassName: storageClass }),
      },
    },
  });
}

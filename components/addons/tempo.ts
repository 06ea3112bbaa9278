/** Tempo as a single binary: takes OTLP from the proxies and keeps traces on one volume. */
import * as z from "zod";
import type { Finding } from "../findings/finding";
import type { ClusterStep } from "../steps/step";
import type { Addon } from "./addon";
import { chartStep } from "./charts";
import type { AddonsConfig } from "./config";
import { monitoringNamespace, services, step } from "./names";
import { classOf, volumeGiB } from "./volume";

const TracingConfig = z.strictObject({
  volumeGiB: volumeGiB("Size of the volume of Tempo, in GiB.", 20),
  retentionHours: z
    .number()
    .int()
    .min(1)
    .max(8760)
    .default(72)
    .describe("Time that traces are kept, in hours."),
  samplingPercent: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe("Share of the requests that are traced, in percent."),
});
type TracingConfig = z.output<typeof TracingConfig>;

export const tracing: Addon<TracingConfig, typeof TracingConfig> = {
  summary: "Tempo, which stores traces of the mesh.",
  schema: TracingConfig,
  reached: { tool: "tempo", url: services.tempo },
  withoutIstio:
    "Linkerd's proxies begin no traces, they only continue those of an ingress; leave it out, or choose mode sidecar or ambient",
  steps: ({ config, own }) => [planTempo(config, own)],
  secrets: () => [],
  claims: ({ volumeGiB: sizeGiB }) => [{ at: "tracing.volumeGiB", sizeGiB, count: 1 }],
  findings,
};

function planTempo(config: AddonsConfig, own: TracingConfig): ClusterStep {
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
        retention: `${own.retentionHours}h`,
        // It answers its probe after it has read its log again; the chart would have it killed meanwhile.
        livenessProbe: { failureThreshold: 60 },
        resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "2Gi" } },
      },
      persistence: {
        enabled: true,
        size: `${own.volumeGiB}Gi`,
        ...classOf(config),
      },
    },
  });
}

function findings(own: TracingConfig): readonly Finding[] {
  if (own.samplingPercent <= 10) return [];
  return [
    {
      rule: "traces-most-requests",
      at: "tracing.samplingPercent",
      value: `${own.samplingPercent}`,
      consequence:
        "makes every proxy send a span for so many requests: processor time of each call, and Tempo's volume",
      safe: "declare 1 to 10, and force single traces by the x-client-trace-id header",
    },
  ];
}

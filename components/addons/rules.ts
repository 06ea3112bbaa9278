/** What would fill a disk, lose history or cost more than it tells. */
import type { AddonsConfig } from "./config";
import type { Finding } from "../findings/finding";
import { largestShare, retentionGiB } from "./prometheus";

export function addonFindings(config: AddonsConfig): readonly Finding[] {
  return [...retentionFindings(config), ...storageFindings(config), ...tracingFindings(config)];
}

function retentionFindings({ prometheus }: AddonsConfig): readonly Finding[] {
  if (prometheus === undefined) return [];
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

function storageFindings(config: AddonsConfig): readonly Finding[] {
  const { storageClass } = config;
  if (storageClass === undefined || !/local-path|hostpath/.test(storageClass)) return [];
  return [
    {
      rule: "volume-without-limit",
      at: "storageClass",
      value: storageClass,
      consequence:
        "enforces no size: what outgrows it fills the node's disk, and the kubelet evicts pods",
      safe: "use a class of logical volumes such as TopoLVM's, on a disk of its own",
    },
  ];
}

function tracingFindings({ tracing }: AddonsConfig): readonly Finding[] {
  if (tracing === undefined || tracing.samplingPercent <= 10) return [];
  return [
    {
      rule: "traces-most-requests",
      at: "tracing.samplingPercent",
      value: `${tracing.samplingPercent}`,
      consequence:
        "makes every proxy send a span for so many requests: processor time of each call, and Tempo's volume",
      safe: "declare 1 to 10, and force single traces by the traceparent header",
    },
  ];
}

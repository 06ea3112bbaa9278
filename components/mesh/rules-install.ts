/** Findings about sizes, replicas and versions. */
import type { SidecarMesh } from "./config";
import { replicasOr, type MeshContext } from "./context";
import type { Replicas, Resources } from "./fields";
import type { Finding, Rule } from "./finding";
import { sorted } from "../text/sorted";
import type { ProxyConfig } from "./policy-config";
import { bytes, milliCpus } from "./quantity";
import { hasRawProxySize, proxySize } from "./values";
import { compareVersions, lineOf } from "./versions";

const mebibyte = 2 ** 20;

type Limits = Pick<Resources, "cpuLimit" | "memoryLimit">;

interface Pods {
  readonly at: string;
  readonly replicas: Replicas;
}

const proxyLimits: Rule = (context) => {
  const { config } = context;
  if (config.mode === "ambient") return [];
  return [
    ...templateAt(config).flatMap((at) => limitFindings(at, proxySize(context))),
    ...proxies(context).flatMap(([at, proxy]) => limitFindings(at, proxy)),
  ];
};

/** Where the size of every sidecar is written; nowhere if it is the chart's. */
function templateAt(config: SidecarMesh): readonly string[] {
  if (hasRawProxySize(config)) return ["values.istiod.global.proxy.resources"];
  if (config.proxy.resources !== undefined) return ["proxy.resources"];
  return config.preset === "compact" ? ["preset"] : [];
}

function limitFindings(at: string, size: Limits): readonly Finding[] {
  const { cpuLimit, memoryLimit } = size;
  const findings: Finding[] = [];
  const place = (field: string) => (at === "preset" ? at : `${at}.${field}`);
  if (cpuLimit !== undefined && milliCpus(cpuLimit) < 1000) {
    findings.push({
      rule: "proxy-cpu-limit-low",
      at: place("cpuLimit"),
      value: `a CPU limit of ${cpuLimit}`,
      consequence: "halts the proxy for parts of each 100 ms under load, which adds to p99 latency",
      safe: "at least 1 CPU; requests, not limits, reserve capacity",
    });
  }
  if (memoryLimit !== undefined && bytes(memoryLimit) < 256 * mebibyte) {
    findings.push({
      rule: "proxy-memory-limit-low",
      at: place("memoryLimit"),
      value: `a memory limit of ${memoryLimit}`,
      consequence: "gets the proxy killed when the mesh or its connections grow",
      safe: "at least 256Mi",
    });
  }
  return findings;
}

const concurrencyOverLimit: Rule = (context) =>
  proxies(context).flatMap(([at, proxy]) => {
    const limit = proxy.cpuLimit ?? proxySize(context).cpuLimit;
    const { concurrency } = proxy;
    if (concurrency === undefined || limit === undefined) return [];
    if (concurrency * 1000 <= milliCpus(limit)) return [];
    return [
      {
        rule: "concurrency-over-limit",
        at: `${at}.concurrency`,
        value: `${concurrency} threads on ${limit} CPU`,
        consequence: "spend the limit early in each period and then all wait together",
        safe: "no concurrency, so that it follows the limit, or a limit of one CPU a thread",
      },
    ];
  });

const singleReplica: Rule = (context) =>
  podsOf(context).flatMap(({ at, replicas }) => {
    if (replicas.min > 1 || context.cluster.workerNodes <= 1) return [];
    return [
      {
        rule: "single-replica",
        at: `${at}.min`,
        value: "1",
        consequence: "is down while its pod moves, although other nodes could carry a second one",
        safe: "at least 2",
      },
    ];
  });

const budgetBlocksDrain: Rule = (context) =>
  podsOf(context).flatMap(({ at, replicas }) => {
    if (replicas.min === 1 || context.cluster.workerNodes > 1) return [];
    return [
      {
        rule: "budget-blocks-drain",
        at: `${at}.min`,
        value: String(replicas.min),
        consequence:
          "on one node protects from nothing, and its disruption budget keeps kubectl drain from ending",
        safe: "1, or a second worker",
      },
    ];
  });

const autoscalerWithoutMetrics: Rule = (context) =>
  podsOf(context).flatMap(({ at, replicas }) => {
    if (replicas.min === replicas.max || context.cluster.metricsServer !== false) return [];
    return [
      {
        rule: "autoscaler-without-metrics",
        at: `${at}.max`,
        value: `${replicas.min} to ${replicas.max}`,
        consequence: `stays at ${replicas.min}: no part of this cluster measures pods`,
        safe: "addons.metricsServer, or max equal to min, or a metrics-server of yours, with this accepted",
      },
    ];
  });

const localTraffic: Rule = ({ config, cluster }) =>
  sorted(config.gateways).flatMap(([name, { service, replicas, nodeSelector }]) => {
    const pods = replicasOr(replicas, cluster).min;
    if (service.externalTrafficPolicy !== "Local" || nodeSelector !== undefined) return [];
    if (pods >= cluster.workerNodes) return [];
    return [
      {
        rule: "local-traffic-without-pod",
        at: `gateways.${name}.service.externalTrafficPolicy`,
        value: `Local with ${pods} pods on ${cluster.workerNodes} workers`,
        consequence: "drops what arrives at a node without a gateway pod",
        safe: "a pod on each node that announces the address (replicas, nodeSelector), or Cluster",
      },
    ];
  });

const privilegedInit: Rule = ({ config }) => {
  if (config.mode === "ambient" || config.istioCni) return [];
  return [
    {
      rule: "privileged-init-container",
      at: "istioCni",
      value: "false",
      consequence:
        "gives every pod a container with NET_ADMIN, which Pod Security baseline refuses",
      safe: "true",
    },
  ];
};

const kubernetesRange: Rule = ({ config, cluster }) => {
  if (cluster.kubernetesVersion === undefined) return [];
  const { from, to } = lineOf(config.version).kubernetes;
  const minor = cluster.kubernetesVersion.split(".").slice(0, 2).join(".");
  if (compareVersions(minor, from) >= 0 && compareVersions(minor, to) <= 0) return [];
  return [
    {
      rule: "kubernetes-out-of-range",
      at: "version",
      value: config.version,
      consequence: `was never tested with Kubernetes ${minor}, only with ${from} to ${to}`,
      safe: "a line whose range holds the cluster's version",
    },
  ];
};

export const installRules: readonly Rule[] = [
  proxyLimits,
  concurrencyOverLimit,
  singleReplica,
  budgetBlocksDrain,
  autoscalerWithoutMetrics,
  localTraffic,
  privilegedInit,
  kubernetesRange,
];

function proxies({ config }: MeshContext): readonly (readonly [string, ProxyConfig])[] {
  if (config.mode === "ambient") return [];
  return sorted(config.workloads).flatMap(([key, { proxy }]) =>
    proxy === undefined ? [] : [[`workloads.${key}.proxy`, proxy] as const],
  );
}

/** Only what was written: the defaults follow the cluster by themselves. */
function podsOf({ config }: MeshContext): readonly Pods[] {
  const waypoint =
    config.mode === "ambient" ? [{ at: "waypoint", replicas: config.waypoint.replicas }] : [];
  return [
    { at: "controlPlane", replicas: config.controlPlane.replicas },
    ...waypoint,
    ...sorted(config.gateways).map(([name, { replicas }]) => ({
      at: `gateways.${name}`,
      replicas,
    })),
  ].flatMap(({ at, replicas }) =>
    replicas === undefined ? [] : [{ at: `${at}.replicas`, replicas }],
  );
}

/** Fields of KubeletConfiguration that an environment may set itself, and what each holds. */
import { distance } from "fastest-levenshtein";
import * as z from "zod";

type Kind = "boolean" | "integer" | "number" | "text" | "duration" | "list" | "map";

/** k8s.io/kubelet v0.36, config/v1beta1/types.go, without what is decided elsewhere. */
const names: Readonly<Record<Kind, string>> = {
  boolean: `cgroupsPerQOS cpuCFSQuota enableContentionProfiling enableControllerAttachDetach enableDebugFlagsHandler
    enableProfilingHandler enableSystemLogHandler enableSystemLogQuery failCgroupV1 failSwapOn kernelMemcgNotification
    localStorageCapacityIsolation makeIPTablesUtilChains mergeDefaultEvictionSettings protectKernelDefaults seccompDefault
    serializeImagePulls singleProcessOOMKill`,
  integer: `containerLogMaxFiles containerLogMaxWorkers eventBurst eventRecordQPS evictionMaxPodGracePeriod
    imageGCHighThresholdPercent imageGCLowThresholdPercent iptablesDropBit iptablesMasqueradeBit kubeAPIBurst kubeAPIQPS
    maxOpenFiles maxParallelImagePulls nodeLeaseDurationSeconds nodeStatusMaxImages oomScoreAdj podsPerCore registryBurst
    registryPullQPS`,
  number: "memoryThrottlingFactor",
  text: `cgroupRoot configMapAndSecretChangeDetectionStrategy containerLogMaxSize contentType cpuManagerPolicy hairpinMode
    imagePullCredentialsVerificationPolicy kubeReservedCgroup kubeletCgroups memoryManagerPolicy memoryReservationPolicy
    podLogsDir reservedSystemCPUs resolvConf showHiddenMetricsForVersion systemCgroups systemReservedCgroup
    topologyManagerPolicy topologyManagerScope volumePluginDir`,
  duration: `containerLogMonitorInterval cpuCFSQuotaPeriod cpuManagerReconcilePeriod evictionPressureTransitionPeriod
    fileCheckFrequency imageMaximumGCAge imageMinimumGCAge nodeStatusReportFrequency nodeStatusUpdateFrequency
    runtimeRequestTimeout shutdownGracePeriod shutdownGracePeriodCriticalPods streamingConnectionIdleTimeout syncFrequency
    volumeStatsAggPeriod`,
  list: `allowedUnsafeSysctls enforceNodeAllocatable preloadedImagesVerificationAllowlist reservedMemory
    shutdownGracePeriodByPodPriority`,
  map: `cpuManagerPolicyOptions crashLoopBackOff evictionHard evictionMinimumReclaim evictionSoft evictionSoftGracePeriod
    featureGates kubeReserved logging memorySwap qosReserved topologyManagerPolicyOptions tracing userNamespaces`,
};

const kinds: ReadonlyMap<string, Kind> = new Map(
  Object.entries(names).flatMap(([kind, words]) =>
    words.split(/\s+/).map((name) => [name, kind as Kind] as const),
  ),
);

const forSecurity = "it is decided for every cluster, so that only the API server is let in";
const forRuntime = "it is decided by how this cluster is installed";

/** Refused here, each with the place that decides it. */
const decided: Readonly<Record<string, string>> = {
  ...all("apiVersion kind", forRuntime),
  ...all("authentication authorization readOnlyPort enableServer", forSecurity),
  ...all("enableDebuggingHandlers address port healthzPort healthzBindAddress", forSecurity),
  ...all("rotateCertificates serverTLSBootstrap tlsCertFile tlsPrivateKeyFile", forSecurity),
  ...all("tlsCipherSuites tlsMinVersion tlsCurvePreferences", forSecurity),
  ...all("cgroupDriver containerRuntimeEndpoint imageServiceEndpoint", forRuntime),
  ...all("staticPodPath staticPodURL staticPodURLHeader httpCheckFrequency", forRuntime),
  ...all("providerID registerNode runOnce", forRuntime),
  clusterDNS: "it follows from kubernetes.serviceCidr",
  clusterDomain: "declare kubernetes.dnsDomain",
  maxPods: "declare kubernetes.maxPods",
  podCIDR: "it follows from kubernetes.podCidr",
  podPidsLimit: "declare kubernetes.podPidsLimit",
  registerWithTaints: "declare hosts.<name>.taints",
  systemReserved: "declare kubernetes.systemReservedMiB",
};

/** Fields of the kubelet by their own names, checked by name and kind. */
export const KubeletFields = z.record(z.string(), z.unknown()).superRefine((fields, context) => {
  for (const [name, value] of Object.entries(fields)) {
    const message = problemOf(name, value);
    if (message !== undefined) {
      context.addIssue({ code: "custom", path: [name], message, input: value });
    }
  }
});

function problemOf(name: string, value: unknown): string | undefined {
  const elsewhere = Object.hasOwn(decided, name) ? decided[name] : undefined;
  if (elsewhere !== undefined) return `but it is not set here: ${elsewhere}`;
  const kind = kinds.get(name);
  if (kind === undefined)
    return `but the kubelet has no such field; did you mean "${nearest(name)}"?`;
  return holds[kind].test(value) ? undefined : `expected ${holds[kind].words}`;
}

const holds: Readonly<
  Record<Kind, { readonly words: string; readonly test: (value: unknown) => boolean }>
> = {
  boolean: { words: "true or false", test: (value) => typeof value === "boolean" },
  integer: { words: "a whole number", test: (value) => Number.isInteger(value) },
  number: { words: "a number", test: (value) => typeof value === "number" },
  text: { words: "text", test: (value) => typeof value === "string" },
  duration: {
    words: "a duration such as 30s or 1h30m",
    test: (value) =>
      typeof value === "string" && /^(0|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/.test(value),
  },
  list: { words: "a list", test: (value) => Array.isArray(value) },
  map: {
    words: "a map",
    test: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  },
};

function nearest(name: string): string {
  const edits = (known: string): number => distance(name.toLowerCase(), known.toLowerCase());
  return [...kinds.keys()].reduce((best, known) => (edits(known) < edits(best) ? known : best));
}

function all(words: string, reason: string): Readonly<Record<string, string>> {
  return Object.fromEntries(words.split(" ").map((name) => [name, reason]));
}

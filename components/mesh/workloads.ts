/** Settings of the proxies of single workloads, which the stack does not own and which may not exist yet. */
import type * as z from "zod";
import type { ClusterStep, JsonObject, ObjectStep } from "../steps/step";
import { sorted } from "../text/sorted";
import { toYaml } from "../text/yaml";
import { splitKey, stepName, type MeshContext } from "./context";
import { omitUndefined } from "./json";
import { objectStep } from "./objects";
import type { ProxyConfig, SidecarWorkload } from "./policy-config";

type Workload = z.output<typeof SidecarWorkload>;

/**
 * Pods get the settings when they start, before Istio's webhook reads them, whenever their workload is made. Where the
 * API server cannot do that, the workload's pod template is patched, and so must be there.
 */
export function planWorkloads(context: MeshContext): readonly ClusterStep[] {
  const { config, cluster } = context;
  if (config.mode === "ambient") return [];
  const admitted = mutatesPods(cluster.kubernetesVersion);
  return sorted(config.workloads).flatMap(([key, { kind, proxy }]) => {
    const annotations = proxy === undefined ? {} : proxyAnnotations(proxy);
    if (Object.keys(annotations).length === 0) return [];
    const workload = { key, kind, annotations };
    return admitted ? admission(workload) : [templatePatch(workload)];
  });
}

interface AnnotatedWorkload {
  /** `namespace/name`. */
  readonly key: string;
  readonly kind: Workload["kind"];
  readonly annotations: Readonly<Record<string, string>>;
}

/** MutatingAdmissionPolicy is served since 1.36 (https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/). */
function mutatesPods(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 36);
}

function admission({ key, kind, annotations }: AnnotatedWorkload): readonly ObjectStep[] {
  const { namespace, name } = splitKey(key);
  const policyName = `nordmesh-proxy-${namespace}.${name}`;
  const apiVersion = "admissionregistration.k8s.io/v1";
  const policy = objectStep(
    {
      name: stepName.workloadPolicy(key),
      title: `proxy of ${key}, as its pods start`,
      after: [stepName.labels(namespace)],
    },
    {
      apiVersion,
      kind: "MutatingAdmissionPolicy",
      metadata: { name: policyName },
      spec: {
        failurePolicy: "Fail",
        reinvocationPolicy: "Never",
        matchConstraints: {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
          resourceRules: [
            {
              ...{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] },
              operations: ["CREATE"],
            },
          ],
        },
        matchConditions: [{ name: "of-the-workload", expression: ownedBy({ kind, name }) }],
        mutations: [
          {
            patchType: "ApplyConfiguration",
            applyConfiguration: {
              expression: `Object{metadata: Object.metadata{annotations: ${JSON.stringify(annotations)}}}`,
            },
          },
        ],
      },
    },
  );
  const binding = objectStep(
    {
      name: stepName.workload(key),
      title: `proxy of ${key}`,
      after: [policy.name],
    },
    {
      apiVersion,
      kind: "MutatingAdmissionPolicyBinding",
      metadata: { name: policyName },
      spec: { policyName },
    },
  );
  return [policy, binding];
}

/** A Deployment owns its pods through a ReplicaSet that is named after it and their template. */
function ownedBy({
  kind,
  name,
}: {
  readonly kind: Workload["kind"];
  readonly name: string;
}): string {
  const owner =
    kind === "Deployment"
      ? `o.kind == "ReplicaSet" && o.name == "${name}-" + object.metadata.?labels[?"pod-template-hash"].orValue("")`
      : `o.kind == "${kind}" && o.name == "${name}"`;
  return `object.metadata.?ownerReferences.orValue([]).exists(o, ${owner})`;
}

function templatePatch({ key, kind, annotations }: AnnotatedWorkload): ObjectStep {
  const { namespace, name } = splitKey(key);
  const template: JsonObject = { metadata: { annotations } };
  return objectStep(
    {
      name: stepName.workload(key),
      title: `proxy of ${key}`,
      after: [stepName.labels(namespace)],
    },
    { apiVersion: "apps/v1", kind, metadata: { name, namespace }, spec: { template } },
    { patch: true },
  );
}

function proxyAnnotations(proxy: ProxyConfig): Readonly<Record<string, string>> {
  const config = omitUndefined({
    concurrency: proxy.concurrency,
    drainDuration: proxy.drainDuration,
  });
  const annotations = {
    "sidecar.istio.io/proxyCPU": proxy.cpu,
    "sidecar.istio.io/proxyCPULimit": proxy.cpuLimit,
    "sidecar.istio.io/proxyMemory": proxy.memory,
    "sidecar.istio.io/proxyMemoryLimit": proxy.memoryLimit,
    "proxy.istio.io/config": Object.keys(config).length > 0 ? toYaml(config) : undefined,
    "traffic.sidecar.istio.io/excludeOutboundIPRanges":
      proxy.excludeOutboundIPRanges.join(",") || undefined,
    "traffic.sidecar.istio.io/excludeInboundPorts":
      proxy.excludeInboundPorts.join(",") || undefined,
  };
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value] as const],
    ),
  );
}

/** The class of local volumes, and one PersistentVolume for each. */
import { judgeFindings, type Finding, type Judgement } from "../findings/finding";
import type { KubernetesObject, ObjectStep } from "../steps/step";
import type { LocalVolume } from "../steps/target";
import type { StorageConfig } from "./config";

export interface StoragePlan extends Judgement {
  readonly className: string;
  /** True where claims that name no class are of this one. */
  readonly defaultClass: boolean;
  readonly volumes: readonly LocalVolume[];
  readonly steps: readonly ObjectStep[];
}

const classStep = "storage-class";

/** `config` must have passed StorageConfig. */
export function planStorage(args: {
  readonly config: StorageConfig;
  readonly volumes: readonly LocalVolume[];
}): StoragePlan {
  const { config, volumes } = args;
  const { className, defaultClass } = config;
  return {
    className,
    defaultClass,
    volumes,
    steps: [classOf(config), ...volumes.map((volume) => volumeOf(volume, className))],
    ...judgeFindings(findingsOf(volumes), config.accept),
  };
}

/** No program makes volumes of it: a claim waits until a pod wants it, and gets one where the pod can run. */
function classOf({ className, defaultClass }: StorageConfig): ObjectStep {
  return {
    kind: "object",
    name: classStep,
    title: `class ${className} of local volumes${defaultClass ? ", the default" : ""}`,
    after: [],
    object: {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: {
        name: className,
        annotations: { "storageclass.kubernetes.io/is-default-class": String(defaultClass) },
      },
      provisioner: "kubernetes.io/no-provisioner",
      volumeBindingMode: "WaitForFirstConsumer",
      reclaimPolicy: "Retain",
    },
  };
}

function volumeOf(volume: LocalVolume, className: string): ObjectStep {
  const { node, name, sizeGiB } = volume;
  // A dot is in no name of a host, so no two volumes share one.
  const full = `${node}.${name}`;
  return {
    kind: "object",
    name: `storage-volume-${full}`,
    title: `${sizeGiB} GiB on ${node}`,
    after: [classStep],
    object: persistentVolume({ full, volume, className }),
  };
}

function persistentVolume(args: {
  readonly full: string;
  readonly volume: LocalVolume;
  readonly className: string;
}): KubernetesObject {
  const { full, volume, className } = args;
  const here = { key: "kubernetes.io/hostname", operator: "In", values: [volume.node] };
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: full,
      // Kubernetes keeps it until no claim has it; a run need not wait for that.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      capacity: { storage: `${volume.sizeGiB}Gi` },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: className,
      volumeMode: "Filesystem",
      local: { path: volume.path },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [here] }] } },
    },
  };
}

function findingsOf(volumes: readonly LocalVolume[]): readonly Finding[] {
  const nodes = [...new Set(volumes.filter(({ reserved }) => reserved).map(({ node }) => node))];
  return nodes.map((node) => ({
    rule: "volume-behind-taint",
    at: `hosts.${node}.volumes`,
    value: node,
    consequence:
      "is a control plane, which keeps pods away as soon as there is a worker: a pod that does not tolerate it never gets these volumes",
    safe: "declare them on a worker",
  }));
}

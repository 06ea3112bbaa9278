import type { KubeObject } from "./object";

/** Fields that only a new object can change, by `<group>/<Kind>`; of version 1 of each. */
const fields: Readonly<Record<string, readonly string[]>> = {
  "apps/DaemonSet": ["spec.selector"],
  "apps/Deployment": ["spec.selector"],
  "apps/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
  "/PersistentVolumeClaim": [
    "spec.accessModes",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeName",
  ],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP"],
};

/** The paths among those that differ which force a replacement. */
export function replacingPaths(
  object: KubeObject,
  { paths, patch }: { paths: readonly string[]; patch: boolean },
): readonly string[] {
  const [group] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : [""];
  const own = patch ? [] : (fields[`${group ?? ""}/${object.kind}`] ?? []);
  const forcing = ["kind", "metadata.name", "metadata.namespace", ...own];
  return paths.filter((path) =>
    forcing.some(
      (field) =>
        path === field || /^[.[]/.test(path.startsWith(field) ? path.slice(field.length) : ""),
    ),
  );
}

/** Two objects of one kind cannot have one name at the same time. */
export function deletesBeforeReplace(before: KubeObject, after: KubeObject): boolean {
  return (
    before.metadata.name === after.metadata.name &&
    before.metadata.namespace === after.metadata.namespace
  );
}

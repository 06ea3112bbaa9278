/** Whether objects are complete: what they name is among them. */
import type { JsonObject } from "../../components/steps/step";

/** The fields in which objects name others. */
interface Referring {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly roleRef?: Reference;
  readonly subjects?: readonly Reference[];
  readonly spec?: {
    readonly template?: { readonly spec: PodSpec };
    readonly infrastructure?: { readonly parametersRef?: Reference };
    readonly scaleTargetRef?: Reference;
  };
}

interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly volumes?: readonly { readonly configMap?: Optional }[];
  readonly containers: readonly {
    readonly envFrom?: readonly { readonly configMapRef?: Optional }[];
  }[];
}

interface Optional {
  readonly name: string;
  readonly optional?: boolean;
}

/** The root certificate, which istiod writes into every namespace once it runs. */
const madeByIstiod = "istio-ca-root-cert";
const clusterScoped = ["ClusterRole"];

/** `Kind/namespace/name`, the namespace empty where there is none. */
export function keyOf({ kind, metadata }: JsonObject): string {
  const { name, namespace } = metadata as unknown as Referring["metadata"];
  return `${kind as string}/${namespace ?? ""}/${name}`;
}

/** `who -> what` for each ServiceAccount, ConfigMap, role or scaled object that is not there. */
export function danglingReferences(objects: readonly JsonObject[]): readonly string[] {
  const there = new Set(objects.map(keyOf));
  return objects.flatMap((object) => {
    const { metadata, ...rest } = object as unknown as Referring;
    return referencesOf(rest)
      .map(({ kind, name, namespace = metadata.namespace ?? "" }) =>
        clusterScoped.includes(kind) ? `${kind}//${name}` : `${kind}/${namespace}/${name}`,
      )
      .filter((key) => !there.has(key) && !key.endsWith(`/${madeByIstiod}`))
      .map((key) => `${keyOf(object)} -> ${key}`);
  });
}

function referencesOf(object: Omit<Referring, "metadata">): readonly Reference[] {
  const { roleRef, subjects, spec } = object;
  const named = [roleRef, spec?.infrastructure?.parametersRef, spec?.scaleTargetRef];
  return [
    ...named.filter((one) => one !== undefined),
    ...(subjects ?? []),
    ...(spec?.template === undefined ? [] : podReferences(spec.template.spec)),
  ];
}

function podReferences(pod: PodSpec): readonly Reference[] {
  const { serviceAccountName: account, volumes = [], containers } = pod;
  const maps = [
    ...volumes.map(({ configMap }) => configMap),
    ...containers.flatMap(({ envFrom }) => (envFrom ?? []).map((one) => one.configMapRef)),
  ];
  return [
    ...(account === undefined ? [] : [{ kind: "ServiceAccount", name: account }]),
    ...maps.flatMap((map) =>
      map === undefined || map.optional === true ? [] : [{ kind: "ConfigMap", name: map.name }],
    ),
  ];
}

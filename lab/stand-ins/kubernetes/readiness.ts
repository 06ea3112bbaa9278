import { isMap, type PropertyMap } from "../values";
import { listAt, numberAt, pluck, textAt, type KubeObject } from "./object";

/** What an object still waits for; undefined when it is done. */
export type Unmet = string | undefined;

type Check = (live: KubeObject, endpoints: readonly PropertyMap[]) => Unmet;

/** The kinds that are waited for, by `<apiVersion>/<Kind>`; all others are done when they exist. */
const checks: Readonly<Record<string, Check>> = {
  "apps/v1/Deployment": (live) => outdated(live) ?? deployment(live),
  "apps/v1/DaemonSet": (live) => outdated(live) ?? daemonSet(live),
  "apps/v1/StatefulSet": (live) => outdated(live) ?? statefulSet(live),
  "apiextensions.k8s.io/v1/CustomResourceDefinition": definition,
  "batch/v1/Job": job,
  "v1/PersistentVolumeClaim": claim,
  "v1/Pod": (live) => withCondition(live, "Ready"),
  "v1/Service": service,
};

export function readinessOf({ apiVersion, kind }: KubeObject): Check | undefined {
  return checks[`${apiVersion}/${kind}`];
}

/** Controllers answer for the generation they have seen. */
function outdated(live: KubeObject): Unmet {
  const seen = numberAt(live, "status", "observedGeneration");
  return seen < numberAt(live.metadata, "generation")
    ? "its controller has not seen it"
    : undefined;
}

function deployment(live: KubeObject): Unmet {
  const wanted = replicas(live);
  const updated = numberAt(live, "status", "updatedReplicas");
  const available = numberAt(live, "status", "availableReplicas");
  const existing = numberAt(live, "status", "replicas");
  const failed = conditionText(live, "Progressing", "False");
  if (updated < wanted) return join(`${updated} of ${wanted} pods are of this version`, failed);
  if (existing > updated) return `${existing - updated} pods of the old version are still there`;
  if (available < wanted) return join(`${available} of ${wanted} pods are available`, failed);
  return undefined;
}

function statefulSet(live: KubeObject): Unmet {
  const wanted = replicas(live);
  const ready = numberAt(live, "status", "readyReplicas");
  if (ready < wanted) return `${ready} of ${wanted} pods are ready`;
  const current = textAt(live, "status", "currentRevision");
  const next = textAt(live, "status", "updateRevision");
  const onDelete = textAt(live, "spec", "updateStrategy", "type") === "OnDelete";
  return current === next || onDelete ? undefined : "pods of the old version are still there";
}

function daemonSet(live: KubeObject): Unmet {
  const wanted = numberAt(live, "status", "desiredNumberScheduled");
  const updated = numberAt(live, "status", "updatedNumberScheduled");
  const available = numberAt(live, "status", "numberAvailable");
  const onDelete = textAt(live, "spec", "updateStrategy", "type") === "OnDelete";
  if (updated < wanted && !onDelete) return `${updated} of ${wanted} pods are of this version`;
  return available < wanted ? `${available} of ${wanted} pods are available` : undefined;
}

function definition(live: KubeObject): Unmet {
  const refused = conditionText(live, "NamesAccepted", "False");
  return refused ?? withCondition(live, "Established");
}

function job(live: KubeObject): Unmet {
  return conditionText(live, "Failed", "True") ?? withCondition(live, "Complete");
}

function claim(live: KubeObject): Unmet {
  const phase = textAt(live, "status", "phase");
  return phase === "Bound" ? undefined : `its phase is ${phase === "" ? "unknown" : phase}`;
}

function service(live: KubeObject, slices: readonly PropertyMap[]): Unmet {
  const type = textAt(live, "spec", "type");
  const ingress = listAt(live, "status", "loadBalancer", "ingress");
  if (type === "LoadBalancer" && ingress.length === 0) {
    return "Service was not allocated an IP address; does your cloud provider support this?";
  }
  const selector = pluck(live, "spec", "selector");
  const selects = isMap(selector) && Object.keys(selector).length > 0;
  if (type === "ExternalName" || textAt(live, "spec", "clusterIP") === "None" || !selects) {
    return undefined;
  }
  const pending = slices
    .flatMap((slice) => listAt(slice, "endpoints"))
    .filter((endpoint) => pluck(endpoint, "conditions", "ready") === false)
    .filter((endpoint) => pluck(endpoint, "conditions", "terminating") !== true);
  return pending.length === 0 ? undefined : `${pending.length} of its pods are not ready`;
}

function replicas(live: KubeObject): number {
  const wanted = pluck(live, "spec", "replicas");
  return typeof wanted === "number" ? wanted : 1;
}

function conditionOf(live: KubeObject, type: string): PropertyMap | undefined {
  return listAt(live, "status", "conditions").find((condition) => condition["type"] === type);
}

function withCondition(live: KubeObject, type: string): Unmet {
  const condition = conditionOf(live, type);
  if (condition?.["status"] === "True") return undefined;
  return join(`it is not ${type}`, condition && textAt(condition, "message"));
}

function conditionText(live: KubeObject, type: string, status: string): Unmet {
  const condition = conditionOf(live, type);
  if (condition?.["status"] !== status) return undefined;
  return `${textAt(condition, "reason")}: ${textAt(condition, "message")}`;
}

function join(text: string, more: string | undefined): string {
  return more === undefined || more === "" ? text : `${text} (${more})`;
}

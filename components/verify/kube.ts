/** Reads what `kubectl get -o json` prints. */
import { at, listAt, numberAt, textAt, textsAt } from "../text/json";
import type {
  Named,
  ObservedDaemonSet,
  ObservedDeployment,
  ObservedPod,
  ObservedService,
  ObservedWebhook,
} from "./observed";

export function readDeployments(list: unknown): readonly ObservedDeployment[] {
  return listAt(list, "items").map((item) => ({
    ...named(item),
    labels: textsAt(item, "metadata", "labels"),
    replicas: numberAt(item, "spec", "replicas") ?? 1,
    ready: numberAt(item, "status", "readyReplicas") ?? 0,
    images: images(item),
  }));
}

export function readDaemonSets(list: unknown): readonly ObservedDaemonSet[] {
  return listAt(list, "items").map((item) => ({
    ...named(item),
    desired: numberAt(item, "status", "desiredNumberScheduled") ?? 0,
    ready: numberAt(item, "status", "numberReady") ?? 0,
    images: images(item),
  }));
}

/** Of both kinds of webhook configuration. */
export function readWebhooks(list: unknown): readonly ObservedWebhook[] {
  return listAt(list, "items").flatMap((item) =>
    listAt(item, "webhooks").map((webhook) => {
      const service = at(webhook, "clientConfig", "service");
      const name = textAt(service, "name");
      return {
        name: `${named(item).name}/${textAt(webhook, "name") ?? "?"}`,
        hasCaBundle: (textAt(webhook, "clientConfig", "caBundle") ?? "") !== "",
        service:
          name === undefined ? undefined : { name, namespace: textAt(service, "namespace") ?? "" },
      };
    }),
  );
}

export function readCrds(list: unknown): readonly string[] {
  return listAt(list, "items")
    .filter((item) =>
      listAt(item, "status", "conditions").some(
        (one) => textAt(one, "type") === "Established" && textAt(one, "status") === "True",
      ),
    )
    .map((item) => named(item).name);
}

export function readServices(list: unknown, slices: unknown): readonly ObservedService[] {
  const ready = readyEndpoints(slices);
  return listAt(list, "items").map((item) => {
    const name = named(item);
    return {
      ...name,
      type: textAt(item, "spec", "type") ?? "ClusterIP",
      headless: textAt(item, "spec", "clusterIP") === "None",
      ports: listAt(item, "spec", "ports").flatMap((one) => {
        const port = numberAt(one, "port");
        if (port === undefined || (textAt(one, "protocol") ?? "TCP") !== "TCP") return [];
        const target = numberAt(one, "targetPort") ?? textAt(one, "targetPort") ?? port;
        return [{ port, targetPort: String(target) }];
      }),
      selector: textsAt(item, "spec", "selector"),
      addresses: listAt(item, "status", "loadBalancer", "ingress").flatMap(
        (one) => textAt(one, "ip") ?? textAt(one, "hostname") ?? [],
      ),
      endpoints: ready.get(`${name.namespace}/${name.name}`) ?? 0,
    };
  });
}

export function readPods(list: unknown): readonly ObservedPod[] {
  return listAt(list, "items")
    .filter((item) => {
      const phase = textAt(item, "status", "phase");
      return phase !== "Succeeded" && phase !== "Failed";
    })
    .map((item) => ({
      ...named(item),
      workload: workloadOf(item),
      node: textAt(item, "spec", "nodeName") ?? "",
      serviceAccount: textAt(item, "spec", "serviceAccountName") ?? "default",
      labels: textsAt(item, "metadata", "labels"),
      annotations: textsAt(item, "metadata", "annotations"),
      ready: listAt(item, "status", "conditions").some(
        (one) => textAt(one, "type") === "Ready" && textAt(one, "status") === "True",
      ),
      hostNetwork: at(item, "spec", "hostNetwork") === true,
      proxy: proxyOf(item),
      ports: listAt(item, "spec", "containers")
        .filter((one) => textAt(one, "name") !== proxyName)
        .flatMap((container) => listAt(container, "ports"))
        .flatMap((one) => {
          const port = numberAt(one, "containerPort");
          if (port === undefined || (textAt(one, "protocol") ?? "TCP") !== "TCP") return [];
          return [{ name: textAt(one, "name") ?? "", port }];
        }),
    }));
}

export function readNodes(
  list: unknown,
): readonly { readonly name: string; readonly controlPlane: boolean }[] {
  return listAt(list, "items").map((item) => ({
    name: named(item).name,
    controlPlane: "node-role.kubernetes.io/control-plane" in textsAt(item, "metadata", "labels"),
  }));
}

const proxyName = "istio-proxy";

function named(item: unknown): Named {
  return {
    namespace: textAt(item, "metadata", "namespace") ?? "",
    name: textAt(item, "metadata", "name") ?? "?",
  };
}

function images(item: unknown): readonly string[] {
  return listAt(item, "spec", "template", "spec", "containers").flatMap(
    (one) => textAt(one, "image") ?? [],
  );
}

function proxyOf(pod: unknown): ObservedPod["proxy"] {
  const containers = [
    ...listAt(pod, "spec", "containers"),
    ...listAt(pod, "spec", "initContainers"),
  ];
  const container = containers.find((one) => textAt(one, "name") === proxyName);
  if (container === undefined) return undefined;
  const statuses = [
    ...listAt(pod, "status", "containerStatuses"),
    ...listAt(pod, "status", "initContainerStatuses"),
  ];
  const status = statuses.find((one) => textAt(one, "name") === proxyName);
  return { image: textAt(container, "image") ?? "", ready: at(status, "ready") === true };
}

/** The pods of one Deployment belong to a ReplicaSet that is named after it and a hash. */
function workloadOf(pod: unknown): string {
  const owner = listAt(pod, "metadata", "ownerReferences").find(
    (one) => at(one, "controller") === true,
  );
  const name = textAt(owner, "name");
  if (name === undefined) return textAt(pod, "metadata", "name") ?? "?";
  const hash = textAt(pod, "metadata", "labels", "pod-template-hash");
  return hash !== undefined && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name;
}

function readyEndpoints(slices: unknown): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const slice of listAt(slices, "items")) {
    const service = textAt(slice, "metadata", "labels", "kubernetes.io/service-name");
    const key = `${named(slice).namespace}/${service ?? "?"}`;
    const ready = listAt(slice, "endpoints").filter(
      (one) => at(one, "conditions", "ready") !== false,
    ).length;
    counts.set(key, (counts.get(key) ?? 0) + ready);
  }
  return counts;
}

import { setTimeout as delay } from "node:timers/promises";

import type { RunContext } from "../kind";
import { scalarText, type PropertyMap } from "../values";
import { ApiError, type ApiClient } from "./api";
import { annotationsOf, listAt, pluck, titleOf, type KubeObject } from "./object";
import { podProblems, warningsAbout } from "./pods";
import { readinessOf } from "./readiness";
import { limited } from "../limit";

/** The object exists and did not become what was waited for. */
export class NotReadyError extends Error {
  constructor(
    message: string,
    readonly live: KubeObject,
  ) {
    super(message);
  }
}

interface Wait {
  readonly api: ApiClient;
  readonly path: string;
  readonly object: KubeObject;
  readonly context: RunContext;
}

const defaultSeconds = 600;
const pollMs = { first: 200, factor: 1.5, longest: 2000 };
const explainEveryMs = 10_000;

/**
 * Waits until workloads run, definitions are served and services have their address.
 *
 * Resolves with the live object. Rejects with a NotReadyError that says what is missing and why
 * when the time of the resource (default: 10 minutes) is over or the run is cancelled.
 */
export async function untilReady(wait: Wait): Promise<KubeObject> {
  const { object, context } = wait;
  const check = readinessOf(object);
  if (check === undefined || annotationsOf(object)["pulumi.com/skipAwait"] === "true")
    return object;
  const deadline = deadlineOf(wait);
  let live = object;
  let shown = "";
  let explained = Date.now();
  for (let pause = pollMs.first; ; pause = Math.min(pause * pollMs.factor, pollMs.longest)) {
    const unmet = check(live, await endpointsOf(wait, live));
    if (unmet === undefined) return live;
    if (unmet !== shown) context.log(`waiting: ${unmet}`);
    shown = unmet;
    if (Date.now() - explained > explainEveryMs) {
      explained = Date.now();
      const [cause] = await causes(wait, live);
      if (cause !== undefined) context.log(`waiting: ${unmet}: ${cause}`);
    }
    if (deadline.aborted) throw await notReady(wait, { live, unmet });
    await delay(pause, undefined, { signal: deadline }).catch(() => undefined);
    live = await wait.api.get(wait.path);
  }
}

/** Waits until the object, or the one it was, is gone. */
export async function untilGone(wait: Wait): Promise<void> {
  const { api, path, object, context } = wait;
  const deadline = deadlineOf(wait);
  for (let pause = pollMs.first; ; pause = Math.min(pause * pollMs.factor, pollMs.longest)) {
    const live = await api.get(path).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
    if (live === undefined || live.metadata["uid"] !== object.metadata["uid"]) return;
    const finalizers = pluck(live, "metadata", "finalizers");
    const conditions = listAt(live, "status", "conditions").filter(
      ({ status, message }) => status === "True" && typeof message === "string",
    );
    const why = [
      ...(Array.isArray(finalizers)
        ? [`finalizers: ${finalizers.map(scalarText).join(", ")}`]
        : []),
      ...conditions.map(({ message }) => scalarText(message)),
    ];
    if (deadline.aborted) {
      throw new NotReadyError([`${titleOf(live)} is not deleted yet`, ...why].join("\n  * "), live);
    }
    context.log(`waiting: ${why[0] ?? "it is not deleted yet"}`);
    await delay(pause, undefined, { signal: deadline }).catch(() => undefined);
  }
}

/** The annotation counts where the resource has no time of its own. */
function deadlineOf({ object, context }: Wait): AbortSignal {
  const annotated = Number(annotationsOf(object)["pulumi.com/timeoutSeconds"]);
  const seconds = context.seconds ?? (annotated > 0 ? annotated : defaultSeconds);
  return limited(context.signal, seconds);
}

async function notReady(
  wait: Wait,
  found: { live: KubeObject; unmet: string },
): Promise<NotReadyError> {
  const { live, unmet } = found;
  const why = wait.context.signal.aborted ? "the run was cancelled" : "time is over";
  const lines = [`${titleOf(live)} is not ready, ${why}: ${unmet}`, ...(await causes(wait, live))];
  return new NotReadyError(lines.join("\n  * "), live);
}

async function endpointsOf({ api }: Wait, live: KubeObject): Promise<readonly PropertyMap[]> {
  if (live.kind !== "Service") return [];
  const { name, namespace = "default" } = live.metadata;
  const selector = encodeURIComponent(`kubernetes.io/service-name=${name}`);
  const root = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  return listAt(await api.get<PropertyMap>(`${root}?labelSelector=${selector}`), "items");
}

/** Why a workload does not run, from its pods and events; a failure to ask says nothing. */
async function causes({ api }: Wait, live: KubeObject): Promise<readonly string[]> {
  const labels = pluck(live, "spec", "selector", "matchLabels");
  const { namespace } = live.metadata;
  if (labels === undefined || namespace === undefined) return [];
  const pairs = Object.entries(labels as Record<string, string>);
  const selector = encodeURIComponent(pairs.map(([key, value]) => `${key}=${value}`).join(","));
  const root = `/api/v1/namespaces/${namespace}`;
  const [pods, events] = await Promise.all(
    [`${root}/pods?labelSelector=${selector}`, `${root}/events?limit=500`].map((path) =>
      api.get<PropertyMap>(path).catch(() => ({})),
    ),
  );
  const problems = podProblems(listAt(pods ?? {}, "items"));
  return [...problems, ...warningsAbout(live, listAt(events ?? {}, "items"))];
}

/** One line of the report, and what the checks share to make it. */
import type { MeshPlan } from "../mesh/plan";
import type { Named, ObservedPod, Reading } from "./observed";

export type Verdict = "pass" | "fail" | "warn" | "skip";

export interface Check {
  /** What was asked; permanent, for machines. */
  readonly id: string;
  /** What it was asked of. */
  readonly subject: string;
  readonly verdict: Verdict;
  /** What was found. */
  readonly detail: string;
  /** What to do; empty where nothing is to be done. */
  readonly advice: string;
}

/** Builds the lines of one question. */
export function verdicts(id: string) {
  const line =
    (verdict: Verdict) =>
    (subject: string, detail: string, advice = ""): Check => ({
      id,
      subject,
      verdict,
      detail,
      advice,
    });
  return { pass: line("pass"), fail: line("fail"), warn: line("warn"), skip: line("skip") };
}

/** What could not be read never passes: one line says why, in place of the check. */
export function ifRead<T>(
  args: { readonly id: string; readonly subject: string; readonly reading: Reading<T> },
  check: (value: T) => readonly Check[],
): readonly Check[] {
  if (args.reading.ok) return check(args.reading.value);
  const advice = "see that the kubeconfig may read this, then verify again";
  return [verdicts(args.id).fail(args.subject, `not read: ${args.reading.reason}`, advice)];
}

export function fullName({ namespace, name }: Named): string {
  return `${namespace}/${name}`;
}

export function workloadName(pod: ObservedPod): string {
  return `${pod.namespace}/${pod.workload}`;
}

/** Pods by `namespace/workload`, in that order. */
export function byWorkload(
  pods: readonly ObservedPod[],
): readonly (readonly [string, ObservedPod[]])[] {
  const groups = new Map<string, ObservedPod[]>();
  for (const pod of pods) {
    groups.set(workloadName(pod), [...(groups.get(workloadName(pod)) ?? []), pod]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

export function enrolledPods(
  expected: MeshPlan,
  pods: readonly ObservedPod[],
): readonly ObservedPod[] {
  const names = expected.namespaces.map((one) => one.name);
  return pods.filter((pod) => names.includes(pod.namespace));
}

/** Control planes that should run. */
export function controlPlanes({ version, revision, canary }: MeshPlan) {
  return [{ version, revision }, ...(canary === undefined ? [] : [canary])];
}

/** Ports of a `namespace/workload` that take plaintext although their namespace is STRICT. */
export function plaintextPorts({ workloads }: MeshPlan, workload: string): readonly number[] {
  return workloads.find((one) => fullName(one) === workload)?.plaintextPorts ?? [];
}

/** Pods that are a proxy and nothing else: gateways and waypoints. */
export function isGatewayPod(pod: ObservedPod): boolean {
  return (
    pod.annotations["inject.istio.io/templates"] === "gateway" ||
    "gateway.networking.k8s.io/gateway-name" in pod.labels
  );
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The first few names and how many more there are. */
export function firstFew(names: readonly string[]): string {
  const more = names.length - 4;
  return more > 0 ? `${names.slice(0, 4).join(", ")} and ${more} more` : names.join(", ");
}

/** `1.31.1` of `docker.io/istio/proxyv2:1.31.1-distroless`. */
export function versionOfImage(image: string): string | undefined {
  const tag = /:([\w.-]+)(@sha256:[0-9a-f]+)?$/.exec(image)?.[1];
  return tag?.replace(/-(distroless|debug)$/, "");
}

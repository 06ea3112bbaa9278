/** Is every pod of the mesh in the mesh? Whoever is not would be cut off by STRICT. */
import { rootNamespace } from "../mesh/context";
import type { MeshNamespace, MeshPlan } from "../mesh/plan";
import {
  byWorkload,
  controlPlanes,
  countOf,
  enrolledPods,
  firstFew,
  ifRead,
  isGatewayPod,
  verdicts,
  versionOfImage,
  type Check,
} from "./check";
import type { ObservedDaemonSet, ObservedMesh, ObservedPod } from "./observed";

export function checkProxies(expected: MeshPlan, observed: ObservedMesh): readonly Check[] {
  const pods = ifRead({ id: "proxies", subject: "pods", reading: observed.pods }, (all) =>
    expected.namespaces.flatMap((namespace) => {
      const own = enrolledPods({ ...expected, namespaces: [namespace] }, all);
      if (own.length === 0) return [verdicts("proxies").skip(namespace.name, "no pod runs in it")];
      return byWorkload(own).map(([workload, members]) =>
        checkWorkload({ expected, workload, pods: members, mtls: namespace.mtls }),
      );
    }),
  );
  return expected.mode === "ambient" ? [...checkZtunnel(expected, observed), ...pods] : pods;
}

function checkWorkload(args: {
  readonly expected: MeshPlan;
  readonly workload: string;
  readonly pods: readonly ObservedPod[];
  readonly mtls: MeshNamespace["mtls"];
}): Check {
  const { expected, workload, pods, mtls } = args;
  const { pass, fail, warn, skip } = verdicts("proxies");
  if (pods.every((pod) => pod.hostNetwork)) {
    return skip(workload, "runs in the host's network, which no proxy can take over");
  }
  const strict = mtls === "strict";
  const outside = pods.filter((pod) => !isMember(expected, pod));
  if (outside.length > 0) {
    const names = firstFew(outside.map((pod) => pod.name));
    const fate = strict ? "STRICT cuts off its plaintext" : "it would break under STRICT";
    const detail = `${outside.length} of ${countOf(pods.length, "pod")} outside the mesh (${names}); ${fate}`;
    const advice = adviceFor(expected, outside);
    return strict ? fail(workload, detail, advice) : warn(workload, detail, advice);
  }
  const sick = pods.filter((pod) => pod.proxy?.ready === false);
  if (sick.length > 0) {
    const advice = "kubectl logs <pod> -c istio-proxy tells why";
    return fail(
      workload,
      `istio-proxy not ready in ${firstFew(sick.map((one) => one.name))}`,
      advice,
    );
  }
  const versions = controlPlanes(expected).map(({ version }) => version);
  const proxies = pods.flatMap((pod) => pod.proxy ?? []);
  const found = [...new Set(proxies.map((one) => versionOfImage(one.image) ?? "unknown"))];
  const old = found.filter((version) => !versions.includes(version));
  if (old.length > 0) {
    const detail = `proxies run ${old.join(", ")}, the control plane ${versions.join(", ")}`;
    return fail(
      workload,
      detail,
      `kubectl rollout restart, so that ${workload} gets the new proxy`,
    );
  }
  const version = found.length === 0 ? "through ztunnel" : `with proxy ${found.join(", ")}`;
  return pass(workload, `${countOf(pods.length, "pod")} ${version}`);
}

function isMember(expected: MeshPlan, pod: ObservedPod): boolean {
  if (pod.proxy !== undefined || isGatewayPod(pod)) return true;
  return (
    expected.mode === "ambient" && pod.annotations["ambient.istio.io/redirection"] === "enabled"
  );
}

function adviceFor(expected: MeshPlan, pods: readonly ObservedPod[]): string {
  const label = expected.mode === "ambient" ? "istio.io/dataplane-mode" : "sidecar.istio.io/inject";
  const out = expected.mode === "ambient" ? "none" : "false";
  const refuses = pods.filter((pod) => pod.labels[label] === out || pod.annotations[label] === out);
  if (refuses.length > 0) return `remove ${label}: "${out}" from its pod template`;
  if (expected.mode === "ambient")
    return "see the istio-cni agent of its node, then delete the pod";
  const [first] = pods;
  return `it started before the namespace was enrolled, or while the injector was away: kubectl -n ${first?.namespace ?? ""} rollout restart its workload`;
}

function checkZtunnel(expected: MeshPlan, observed: ObservedMesh): readonly Check[] {
  const question = { id: "ztunnel", subject: "every node" };
  return ifRead({ ...question, reading: observed.daemonSets }, (daemonSets) =>
    ifRead({ ...question, reading: observed.nodes }, (nodes) => [
      checkAgent({ expected, name: "ztunnel", daemonSets, nodes: nodes.length }),
      checkAgent({ expected, name: "istio-cni-node", daemonSets, nodes: nodes.length }),
    ]),
  );
}

function checkAgent(args: {
  readonly expected: MeshPlan;
  readonly name: string;
  readonly daemonSets: readonly ObservedDaemonSet[];
  readonly nodes: number;
}): Check {
  const { name, nodes } = args;
  const { pass, fail } = verdicts("ztunnel");
  const found = args.daemonSets.find((one) => one.namespace === rootNamespace && one.name === name);
  if (found === undefined) return fail(name, "the DaemonSet does not exist", "run pulumi up");
  if (found.ready < nodes || nodes === 0) {
    const detail = `ready on ${found.ready} of ${countOf(nodes, "node")}, wanted on ${found.desired}`;
    return fail(name, detail, "see the taints of the other nodes and the pods' events");
  }
  const versions = controlPlanes(args.expected).map(({ version }) => version);
  const running = found.images.flatMap((image) => versionOfImage(image) ?? []);
  if (!running.some((version) => versions.includes(version))) {
    const detail = `runs ${running.join(", ") || "an unknown version"}, declared is ${versions.join(", ")}`;
    return fail(name, detail, "run pulumi up");
  }
  return pass(name, `ready on ${countOf(nodes, "node")}`);
}

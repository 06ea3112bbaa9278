/** Is every pod of the mesh in the mesh? Whoever is not would be cut off by STRICT. */
import { rootNamespace } from "../mesh/context";
import type { MeshNamespace, MeshPlan } from "../mesh/plan";
import {
  asking,
  byWorkload,
  controlPlanes,
  countOf,
  enrolledPods,
  isGatewayPod,
  some,
  versionOfImage,
  whenRead,
  type Check,
} from "./check";
import type { ClusterFacts, DaemonSetFact, PodFact } from "./facts";

export function judgeProxies(wanted: MeshPlan, facts: ClusterFacts): readonly Check[] {
  const pods = whenRead({ id: "proxies", subject: "pods", reading: facts.pods }, (all) =>
    wanted.namespaces.flatMap((namespace) => {
      const own = enrolledPods({ ...wanted, namespaces: [namespace] }, all);
      if (own.length === 0) return [asking("proxies").skip(namespace.name, "no pod runs in it")];
      return byWorkload(own).map(([workload, members]) =>
        judgeWorkload({ wanted, workload, pods: members, mtls: namespace.mtls }),
      );
    }),
  );
  return wanted.mode === "ambient" ? [...judgeZtunnel(wanted, facts), ...pods] : pods;
}

function judgeWorkload(args: {
  readonly wanted: MeshPlan;
  readonly workload: string;
  readonly pods: readonly PodFact[];
  readonly mtls: MeshNamespace["mtls"];
}): Check {
  const { wanted, workload, pods, mtls } = args;
  const { pass, fail, warn, skip } = asking("proxies");
  if (pods.every((pod) => pod.hostNetwork)) {
    return skip(workload, "runs in the host's network, which no proxy can take over");
  }
  const strict = mtls === "strict";
  const outside = pods.filter((pod) => !isMember(wanted, pod));
  if (outside.length > 0) {
    const names = some(outside.map((pod) => pod.name));
    const fate = strict ? "STRICT cuts off its plaintext" : "it would break under STRICT";
    const detail = `${outside.length} of ${countOf(pods.length, "pod")} outside the mesh (${names}); ${fate}`;
    const advice = adviceFor(wanted, outside);
    return strict ? fail(workload, detail, advice) : warn(workload, detail, advice);
  }
  const sick = pods.filter((pod) => pod.proxy?.ready === false);
  if (sick.length > 0) {
    const advice = "kubectl logs <pod> -c istio-proxy tells why";
    return fail(workload, `istio-proxy not ready in ${some(sick.map((one) => one.name))}`, advice);
  }
  const versions = controlPlanes(wanted).map(({ version }) => version);
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

function isMember(wanted: MeshPlan, pod: PodFact): boolean {
  if (pod.proxy !== undefined || isGatewayPod(pod)) return true;
  return wanted.mode === "ambient" && pod.annotations["ambient.istio.io/redirection"] === "enabled";
}

function adviceFor(wanted: MeshPlan, pods: readonly PodFact[]): string {
  const label = wanted.mode === "ambient" ? "istio.io/dataplane-mode" : "sidecar.istio.io/inject";
  const out = wanted.mode === "ambient" ? "none" : "false";
  const refuses = pods.filter((pod) => pod.labels[label] === out || pod.annotations[label] === out);
  if (refuses.length > 0) return `remove ${label}: "${out}" from its pod template`;
  if (wanted.mode === "ambient") return "see the istio-cni agent of its node, then delete the pod";
  const [first] = pods;
  return `it started before the namespace was enrolled: kubectl -n ${first?.namespace ?? ""} rollout restart its workload`;
}

function judgeZtunnel(wanted: MeshPlan, facts: ClusterFacts): readonly Check[] {
  const around = { id: "ztunnel", subject: "every node" };
  return whenRead({ ...around, reading: facts.daemonSets }, (daemonSets) =>
    whenRead({ ...around, reading: facts.nodes }, (nodes) => [
      judgeAgent({ wanted, name: "ztunnel", daemonSets, nodes: nodes.length }),
      judgeAgent({ wanted, name: "istio-cni-node", daemonSets, nodes: nodes.length }),
    ]),
  );
}

function judgeAgent(args: {
  readonly wanted: MeshPlan;
  readonly name: string;
  readonly daemonSets: readonly DaemonSetFact[];
  readonly nodes: number;
}): Check {
  const { name, nodes } = args;
  const { pass, fail } = asking("ztunnel");
  const found = args.daemonSets.find((one) => one.namespace === rootNamespace && one.name === name);
  if (found === undefined) return fail(name, "the DaemonSet does not exist", "run pulumi up");
  if (found.ready < nodes || nodes === 0) {
    const detail = `ready on ${found.ready} of ${countOf(nodes, "node")}, wanted on ${found.desired}`;
    return fail(name, detail, "see the taints of the other nodes and the pods' events");
  }
  const versions = controlPlanes(args.wanted).map(({ version }) => version);
  const running = found.images.flatMap((image) => versionOfImage(image) ?? []);
  if (!running.some((version) => versions.includes(version))) {
    const detail = `runs ${running.join(", ") || "an unknown version"}, declared is ${versions.join(", ")}`;
    return fail(name, detail, "run pulumi up");
  }
  return pass(name, `ready on ${countOf(nodes, "node")}`);
}

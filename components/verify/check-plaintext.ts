/** Plain text from outside the mesh, sent for real by the API server. */
import type { MeshPlan } from "../mesh/plan";
import { fullName, plaintextPorts, verdicts, workloadName, type Check } from "./check";
import type { ObservedMesh, ObservedPod, ObservedProbe, ProxyConfig } from "./observed";

export function checkPlaintext(expected: MeshPlan, observed: ObservedMesh): readonly Check[] {
  const { skip } = verdicts("plaintext");
  if (observed.probes.length === 0) {
    return [skip("enrolled workloads", "no ready pod with a TCP port to ask")];
  }
  const pods = observed.pods.ok ? observed.pods.value : [];
  return observed.probes.map((probe) => {
    const pod = pods.find((one) => fullName(one) === fullName(probe));
    const mtls = expected.namespaces.find((one) => one.name === probe.namespace)?.mtls;
    const subject = `${pod === undefined ? fullName(probe) : workloadName(pod)}:${probe.port}`;
    if (pod === undefined) return skip(subject, "the pod is gone");
    if (expected.mode === "ambient" && !isElsewhere(observed, pod)) {
      const detail = `the pod runs on control plane ${pod.node}, whose own connections ambient lets in`;
      return skip(subject, detail, "verify again with a replica on a worker");
    }
    const proxy = observed.proxies.find((one) => fullName(one) === fullName(probe));
    const config = proxy?.config?.ok === true ? proxy.config.value : undefined;
    const closed = expected.mode === "ambient" ? undefined : closedFor(config, probe.port);
    const excused = plaintextPorts(expected, workloadName(pod)).includes(probe.port);
    return mtls === "strict" && !excused
      ? checkStrict({ subject, probe, closed, ambient: expected.mode === "ambient" })
      : checkPermissive(subject, probe);
  });
}

function checkStrict(args: {
  readonly subject: string;
  readonly probe: ObservedProbe;
  readonly closed: boolean | undefined;
  readonly ambient: boolean;
}): Check {
  const { pass, fail, skip } = verdicts("plaintext");
  const { subject, closed } = args;
  const { kind, detail } = args.probe.answer;
  switch (kind) {
    case "answered":
      return fail(
        subject,
        `answered plaintext although STRICT: ${detail}`,
        "see the proxies and inbound lines of this workload",
      );
    case "nothing-listens":
      return skip(subject, `nothing listens, so it proves nothing: ${detail}`);
    case "unknown":
      return skip(subject, `not decided: ${detail}`);
    case "broken":
      if (closed === true) return pass(subject, `refused by the proxy: ${detail}`);
      if (args.ambient) return pass(subject, `refused by ztunnel: ${detail}`);
      return skip(
        subject,
        `the connection broke (${detail}), but not provably by mutual TLS: ${closed === undefined ? "the proxy's filter chains are unknown" : "a filter chain takes plaintext"}`,
      );
    default:
      return kind satisfies never;
  }
}

function checkPermissive(subject: string, probe: ObservedProbe): Check {
  const { warn, skip } = verdicts("plaintext");
  const { kind, detail } = probe.answer;
  if (kind === "answered") {
    const advice = "declare mtls: strict once every caller has a proxy";
    return warn(subject, `answers plaintext, PERMISSIVE as declared: ${detail}`, advice);
  }
  return skip(subject, `PERMISSIVE, and no answer to plaintext: ${detail}`);
}

/** Whether the proxy in use has no filter chain that would take plaintext for this port. */
function closedFor(config: ProxyConfig | undefined, port: number): boolean | undefined {
  const chains = (config?.inbound ?? []).filter(
    (one) => !one.name.includes("blackhole") && (one.port === undefined || one.port === port),
  );
  if (chains.length === 0) return undefined;
  return chains.every((one) => one.tls && one.requiresClientCertificate);
}

// Istio gives connections of the node itself, as the kubelet's probes, an address of their own.
function isElsewhere(observed: ObservedMesh, pod: ObservedPod): boolean {
  if (!observed.nodes.ok) return false;
  const node = observed.nodes.value.find((one) => one.name === pod.node);
  return node !== undefined && !node.controlPlane;
}

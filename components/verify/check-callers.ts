/** Who is let in, from the policies that each proxy has in use. */
import type { MeshPlan } from "../mesh/plan";
import {
  enrolledPods,
  firstFew,
  fullName,
  ifRead,
  verdicts,
  workloadName,
  type Check,
} from "./check";
import { mapAt } from "../text/json";
import type { InboundPolicy, ObservedMesh, ObservedPod } from "./observed";

const advice = "see kubectl get authorizationpolicies -A; pulumi up --refresh makes ours again";

export function checkCallers(expected: MeshPlan, observed: ObservedMesh): readonly Check[] {
  const { skip } = verdicts("callers");
  const declared = policiesOf(expected);
  if (declared.length === 0) return [];
  if (expected.mode === "ambient") {
    return [skip("callers", "policies of ztunnel and waypoints are not read")];
  }
  return ifRead({ id: "callers", subject: "pods", reading: observed.pods }, (pods) =>
    enrolledPods(expected, pods).flatMap((pod) => {
      const wanted = declared.filter((policy) => selects(policy, pod)).map(fullName);
      const proxy = observed.proxies.find((one) => fullName(one) === fullName(pod));
      if (wanted.length === 0 || proxy?.config?.ok !== true) return [];
      const chains = proxy.config.value.inbound ?? [];
      const own = chains.filter(({ requiresClientCertificate: secret }) => secret);
      return [
        checkWorkload({ name: workloadName(pod), wanted, found: own.map((one) => one.policies) }),
      ];
    }),
  );
}

/** `found`: what each chain for mutual TLS has in use. */
function checkWorkload(args: {
  readonly name: string;
  readonly wanted: readonly string[];
  readonly found: readonly (readonly InboundPolicy[])[];
}): Check {
  const { name, wanted, found } = args;
  const { pass, fail } = verdicts("callers");
  const letting = found.map((chain) =>
    chain.filter(({ action }) => action === "ALLOW").map(fullName),
  );
  const missing = wanted.filter((one) => letting.some((chain) => !chain.includes(one)));
  if (letting.length === 0 || missing.length > 0) {
    return fail(
      name,
      `does not have ${firstFew(missing.length > 0 ? missing : wanted)} in use`,
      advice,
    );
  }
  const foreign = [...new Set(letting.flat())].filter((one) => !wanted.includes(one));
  if (foreign.length > 0) {
    return fail(name, `lets in by ${firstFew(foreign)} too, which nobody declared`, advice);
  }
  return pass(name, `lets in by ${firstFew(wanted)} and by nothing else`);
}

interface DeclaredPolicy {
  readonly namespace: string;
  readonly name: string;
  /** Labels of the pods it is for; of all in its namespace if undefined. */
  readonly labels: Readonly<Record<string, unknown>> | undefined;
}

function policiesOf({ steps }: MeshPlan): readonly DeclaredPolicy[] {
  return steps.flatMap((step) => {
    if (step.kind !== "object" || step.object.kind !== "AuthorizationPolicy") return [];
    const { metadata, spec } = step.object;
    const { namespace = "", name } = metadata;
    return [{ namespace, name, labels: mapAt(spec, "selector", "matchLabels") }];
  });
}

function selects({ namespace, labels }: DeclaredPolicy, pod: ObservedPod): boolean {
  if (namespace !== pod.namespace) return false;
  return Object.entries(labels ?? {}).every(([key, value]) => pod.labels[key] === value);
}

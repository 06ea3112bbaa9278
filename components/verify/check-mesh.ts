/** Everything that is asked of a running mesh, in the order of the report. */
import type { MeshPlan } from "../mesh/plan";
import type { Check } from "./check";
import { checkAnalyzer, checkEgress, checkGateways } from "./check-borders";
import { checkCallers } from "./check-callers";
import { checkControlPlane } from "./check-control-plane";
import { checkMutualTls } from "./check-mtls";
import { checkPlaintext } from "./check-plaintext";
import { checkProxies } from "./check-proxies";
import { checkTraffic } from "./check-traffic";
import type { ObservedMesh } from "./observed";

export function checkMesh(expected: MeshPlan, observed: ObservedMesh): readonly Check[] {
  return [
    ...checkControlPlane(expected, observed),
    ...checkProxies(expected, observed),
    ...checkMutualTls(expected, observed),
    ...checkPlaintext(expected, observed),
    ...checkCallers(expected, observed),
    ...checkTraffic(expected, observed),
    ...checkEgress(expected, observed),
    ...checkGateways(expected, observed),
    ...checkAnalyzer(observed),
  ];
}

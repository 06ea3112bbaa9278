/** Everything that is asked of a running mesh, in the order of the report. */
import type { MeshPlan } from "../mesh/plan";
import type { Check } from "./check";
import type { ClusterFacts } from "./facts";
import { judgeAnalyzer, judgeEgress, judgeGateways } from "./judge-borders";
import { judgeControlPlane } from "./judge-control-plane";
import { judgeMutualTls } from "./judge-mtls";
import { judgePlaintext } from "./judge-plaintext";
import { judgeProxies } from "./judge-proxies";
import { judgeTraffic } from "./judge-traffic";

export function judgeMesh(wanted: MeshPlan, facts: ClusterFacts): readonly Check[] {
  return [
    ...judgeControlPlane(wanted, facts),
    ...judgeProxies(wanted, facts),
    ...judgeMutualTls(wanted, facts),
    ...judgePlaintext(wanted, facts),
    ...judgeTraffic(wanted, facts),
    ...judgeEgress(wanted, facts),
    ...judgeGateways(wanted, facts),
    ...judgeAnalyzer(facts),
  ];
}

/** What is likely to cause an outage or a gap, although Istio would accept it. */
import { judgeFindings, type Judgement } from "../findings/finding";
import type { MeshContext } from "./context";
import type { Rule } from "./finding";
import { installRules } from "./rules-install";
import { policyRules } from "./rules-policy";
import { trafficRules } from "./rules-traffic";
import { valueRules } from "./rules-values";

const rules: readonly Rule[] = [...trafficRules, ...policyRules, ...installRules, ...valueRules];

export function judge(context: MeshContext): Judgement {
  const found = rules.flatMap((rule) => rule(context));
  return judgeFindings(found, context.config.accept);
}

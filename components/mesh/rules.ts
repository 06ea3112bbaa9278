/** What is likely to cause an outage or a gap, although Istio would accept it. */
import type { MeshContext } from "./context";
import type { Finding, Rule } from "./finding";
import { installRules } from "./rules-install";
import { policyRules } from "./rules-policy";
import { trafficRules } from "./rules-traffic";

export type { Finding };

export interface Acceptance {
  readonly rule: string;
  readonly at: string;
  readonly reason: string;
  readonly by: string;
}

export interface Judgement {
  /** Not accepted: an environment is refused for them. */
  readonly findings: readonly Finding[];
  readonly accepted: readonly (Finding & { readonly reason: string; readonly by: string })[];
  /** Acceptances that match no finding any more. */
  readonly unusedAcceptances: readonly Acceptance[];
}

const rules: readonly Rule[] = [...trafficRules, ...policyRules, ...installRules];

export function judge(context: MeshContext): Judgement {
  const found = rules.flatMap((rule) => rule(context));
  const { accept } = context.config;
  const matching = (finding: Finding) =>
    accept.find(({ rule, at }) => rule === finding.rule && at === finding.at);
  return {
    findings: found.filter((finding) => matching(finding) === undefined),
    accepted: found.flatMap((finding) => {
      const match = matching(finding);
      return match === undefined ? [] : [{ ...finding, reason: match.reason, by: match.by }];
    }),
    unusedAcceptances: accept.filter(
      ({ rule, at }) => !found.some((finding) => finding.rule === rule && finding.at === at),
    ),
  };
}

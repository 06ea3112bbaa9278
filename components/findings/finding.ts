/** What is likely to hurt although every tool would accept it, and what was accepted in writing. */

export interface Finding {
  readonly rule: string;
  /** Path below the section. */
  readonly at: string;
  readonly value: string;
  readonly consequence: string;
  /** What to write instead. */
  readonly safe: string;
  /** True where a stage on the way may need it: only production is refused for it. */
  readonly stage?: true;
}

export interface Acceptance {
  readonly rule: string;
  readonly at: string;
  readonly reason: string;
  readonly by: string;
}

export interface Judgement {
  /** Not accepted: an environment is refused for them, for a stage in production alone. */
  readonly findings: readonly Finding[];
  readonly accepted: readonly (Finding & { readonly reason: string; readonly by: string })[];
  /** Acceptances that match no finding any more. */
  readonly unusedAcceptances: readonly Acceptance[];
}

export function judgeFindings(found: readonly Finding[], accept: readonly Acceptance[]): Judgement {
  const match = (finding: Finding): Acceptance | undefined =>
    accept.find((one) => one.rule === finding.rule && one.at === finding.at);
  return {
    findings: found.filter((finding) => match(finding) === undefined),
    accepted: found.flatMap((finding) => {
      const acceptance = match(finding);
      if (acceptance === undefined) return [];
      return [{ ...finding, reason: acceptance.reason, by: acceptance.by }];
    }),
    unusedAcceptances: accept.filter(
      (one) => !found.some((finding) => finding.rule === one.rule && finding.at === one.at),
    ),
  };
}

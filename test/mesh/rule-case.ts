/** A rule of the mesh, by a section that it finds something in and the same with its advice taken. */
import * as assert from "node:assert/strict";
import type { ClusterFacts } from "../../components/mesh/context";
import type { Finding } from "../../components/mesh/finding";
import type { Fields } from "../support/fixtures";
import { plan } from "./examples";

export interface Case {
  readonly rule: string;
  readonly title: string;
  readonly section: Fields;
  readonly cluster?: Partial<ClusterFacts>;
  readonly message: string;
  /** The same section with the advice taken. */
  readonly safe: Fields;
  readonly safeCluster?: Partial<ClusterFacts>;
}

export function itNames(cases: readonly Case[]): void {
  for (const { rule, title, section, cluster, message, safe, safeCluster } of cases) {
    it(`${rule} names ${title}, what happens and the safe value`, () => {
      const found = plan(section, cluster).findings.filter((finding) => finding.rule === rule);
      assert.deepEqual(found.map(explain), [`${message} (${rule})`]);
      const after = plan(safe, safeCluster).findings.filter((finding) => finding.rule === rule);
      assert.deepEqual(after, [], "the advice does not help");
    });
  }
}

function explain({ at, value, consequence, safe, rule }: Finding): string {
  return `mesh.${at}: ${value} ${consequence}; ${safe} (${rule})`;
}

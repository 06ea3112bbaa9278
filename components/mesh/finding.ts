/** What a rule says about one place of a mesh section. */
import type { MeshContext } from "./context";

export interface Finding {
  /** Stable name of the rule. */
  readonly rule: string;
  /** Path below `mesh`. */
  readonly at: string;
  readonly value: string;
  readonly consequence: string;
  /** What to write instead. */
  readonly safe: string;
}

export type Rule = (context: MeshContext) => readonly Finding[];

/** Values that the fields of a breaker may have, whatever they are called. */
import * as assert from "node:assert/strict";
import { breakerRows, type BreakerFieldName } from "../../components/mesh/breaker-fields";

export type Value = number | string | boolean;

/** Two that no other field has, and that neither Istio nor Envoy would choose by itself. */
export function samplesOf(name: BreakerFieldName): readonly [Value, Value] {
  const index = breakerRows.findIndex(([one]) => one === name);
  const values = [true, false, 11 + index, 51 + index, `${11 + index}s`, `${51 + index}s`];
  const schema = breakerRows[index]?.[1].schema;
  const [first, second] = values.filter((one) => schema?.safeParse(one).success);
  assert.ok(first !== undefined && second !== undefined, `no two samples fit ${name}`);
  return [first, second];
}

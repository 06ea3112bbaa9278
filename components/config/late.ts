/** Values that other resources have only once they exist, and secrets: no plan can be made of them. */
import { isMap } from "./json-schema";
import { formatPath } from "./problem";

/** An Output or a Promise. */
export function isLate(value: unknown): boolean {
  return value instanceof Promise || (isMap(value) && value["__pulumiOutput"] === true);
}

/** `raw` without its late values, and where they were, as messages spell it. */
export function withoutLate(raw: unknown): {
  readonly value: unknown;
  readonly late: readonly string[];
} {
  const late: string[] = [];
  const known = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (isLate(value)) return void late.push(formatPath(path));
    if (Array.isArray(value)) return value.map((one, index) => known(one, [...path, index]));
    if (!isMap(value) || value instanceof Date) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, known(one, [...path, key])]),
    );
  };
  return { value: known(raw, []), late };
}

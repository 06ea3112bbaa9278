/** Reads JSON whose shape nobody guarantees: a value that is missing or has another type is undefined. */
import { durationPattern, milliseconds } from "./duration";

export type JsonMap = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return (inner as readonly unknown[])[Number(key)];
    return isMap(inner) ? inner[String(key)] : undefined;
  }, value);
}

export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function mapAt(value: unknown, ...path: readonly (string | number)[]): JsonMap {
  const found = at(value, ...path);
  return isMap(found) ? found : {};
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** Numbers; protobuf's JSON writes 64-bit ones as text. */
export function numberAt(
  value: unknown,
  ...path: readonly (string | number)[]
): number | undefined {
  const found = at(value, ...path);
  if (typeof found === "number") return found;
  return typeof found === "string" && /^\d+(\.\d+)?$/.test(found) ? Number(found) : undefined;
}

/** Texts of a map, such as labels. */
export function textsAt(
  value: unknown,
  ...path: readonly (string | number)[]
): Readonly<Record<string, string>> {
  const rows = Object.entries(mapAt(value, ...path));
  return Object.fromEntries(
    rows.filter((row): row is [string, string] => typeof row[1] === "string"),
  );
}

/** Whole milliseconds of a duration; undefined if it is none. */
export function millisecondsOf(duration: string | undefined): number | undefined {
  if (duration === undefined || !durationPattern.test(duration)) return undefined;
  return Math.round(milliseconds(duration));
}

/** Building and merging of plain JSON values. */
import type { Json, JsonObject } from "../steps/step";

export type Draft = Json | undefined | DraftObject | readonly Draft[];
export interface DraftObject {
  readonly [key: string]: Draft;
}

/** Leaves out what is undefined, and maps of which nothing is left. */
export function omitUndefined(draft: DraftObject): JsonObject {
  const entries = Object.entries(draft).flatMap(([key, value]) => {
    const kept = pruned(value);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return Object.fromEntries(entries);
}

/** Maps are merged, everything else is replaced; null is a value like any other. */
export function merge(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return merged;
}

function pruned(value: Draft): Json | undefined {
  if (value === undefined || value === null || typeof value !== "object") return value;
  if (isList(value)) {
    return value.flatMap((one) => {
      const kept = pruned(one);
      return kept === undefined ? [] : [kept];
    });
  }
  const kept = omitUndefined(value);
  return Object.keys(kept).length === 0 && Object.keys(value).length > 0 ? undefined : kept;
}

function isList(value: object): value is readonly Draft[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

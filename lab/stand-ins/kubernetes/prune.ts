import {
  scalarText,
  equal,
  isMap,
  isSecret,
  secret,
  type PropertyMap,
  type PropertyValue,
} from "../values";
import type { KubeObject } from "./object";

/** Fields only the server writes. */
const readOnly = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/** A copy of inputs without what only the server writes. */
export function withoutReadOnly(inputs: PropertyMap): PropertyMap {
  const { metadata } = inputs;
  if (!isMap(metadata) || isSecret(metadata)) return inputs;
  const kept = Object.entries(metadata).filter(([key]) => !readOnly.includes(key));
  return { ...inputs, metadata: Object.fromEntries(kept) as PropertyMap };
}

/** A copy without null fields of maps; a null element of a list stays, as its place counts. */
export function withoutNulls(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}

/**
 * The live object in the shape of the inputs: what somebody changed or took away of what we set.
 *
 * Values that mean the same keep our spelling (`1000m` and `1`); list items with a unique name are
 * compared by it, so that others may add theirs.
 */
export function pruneToInputs(live: KubeObject, inputs: KubeObject): KubeObject {
  const comparable = inputs["stringData"] === undefined ? live : withStringData(live);
  return prune(comparable, inputs) as KubeObject;
}

function prune(live: PropertyValue, input: PropertyValue): PropertyValue {
  if (Array.isArray(live) && Array.isArray(input)) return pruneList(live, input);
  if (isMap(live) && isMap(input)) {
    const shared = Object.keys(input).flatMap((key) => {
      const found = live[key];
      const wanted = input[key] ?? null;
      if (found !== undefined) return [[key, prune(found, wanted)] as const];
      return isEmpty(wanted) ? [[key, wanted] as const] : [];
    });
    return Object.fromEntries(shared);
  }
  return sameMeaning(live, input) ? input : live;
}

/** The server leaves out what is empty. */
function isEmpty(value: PropertyValue): boolean {
  if (value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.values(value).every(isEmpty);
}

function pruneList(live: readonly PropertyValue[], input: readonly PropertyValue[]): PropertyValue {
  const names = namesOf(input);
  const found = namesOf(live);
  if (names === undefined || found === undefined) {
    return live.map((item, index) => prune(item, input[index] ?? item));
  }
  return names.flatMap((name, index) => {
    const item = live[found.indexOf(name)];
    return item === undefined ? [] : [prune(item, input[index] ?? item)];
  });
}

/** The `name` of every item; undefined unless all have one and no two the same. */
function namesOf(list: readonly PropertyValue[]): readonly string[] | undefined {
  const names = list.map((item) => (isMap(item) ? item["name"] : undefined));
  const texts = names.filter((name) => typeof name === "string");
  return texts.length === list.length && new Set(texts).size === list.length ? texts : undefined;
}

function withStringData(live: KubeObject): KubeObject {
  const { data } = live;
  if (!isMap(data)) return live;
  const texts = Object.entries(data).map(([key, value]) => [
    key,
    Buffer.from(scalarText(value), "base64").toString("utf8"),
  ]);
  return { ...live, stringData: Object.fromEntries(texts) as PropertyMap };
}

function sameMeaning(live: PropertyValue, input: PropertyValue): boolean {
  if (equal(live, input)) return true;
  const left = quantity(live);
  return left !== undefined && left === quantity(input);
}

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function quantity(value: PropertyValue): number | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return undefined;
  const [, number, unit = ""] = /^([\d.]+)(|[numkMGT]|[KMGT]i)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (factors[unit] ?? 1);
}

/** Marks in `value` what is secret in `pattern`, at the same place. */
export function secretLike(
  value: PropertyValue,
  pattern: PropertyValue | undefined,
): PropertyValue {
  if (pattern === undefined) return value;
  if (isSecret(pattern)) return secret(value);
  if (Array.isArray(value) && Array.isArray(pattern)) {
    return value.map((item, index) => secretLike(item, pattern[index]));
  }
  if (!isMap(value) || !isMap(pattern)) return value;
  return isSecret(value) ? value : mapLike(value, pattern);
}

function mapLike(map: PropertyMap, pattern: PropertyMap): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, item] of Object.entries(map)) result[key] = secretLike(item, pattern[key]);
  return result;
}

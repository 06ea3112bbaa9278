/** Rendered manifests, and where two renderings differ. */
import { load, loadAll } from "js-yaml";
import type { Fields } from "../support/fixtures";

export interface Manifest extends Fields {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** One place: `Kind/name path`, with both values as JSON; undefined where there is nothing. */
export interface Difference {
  readonly at: string;
  readonly theirs: string | undefined;
  readonly ours: string | undefined;
}

export function readManifests(text: string): readonly Manifest[] {
  // Charts repeat labels; Kubernetes' own readers take the last one.
  return (loadAll(text, { json: true }) as (Manifest | null | undefined)[]).filter(
    (one): one is Manifest => one !== null && one !== undefined,
  );
}

/** Objects are the same by kind and name; the namespace is compared like any other field. */
export function compare(
  theirs: readonly Manifest[],
  ours: readonly Manifest[],
): readonly Difference[] {
  const shared = ([mine, other]: readonly (readonly Manifest[])[]) =>
    flatten(mine ?? [], new Set((other ?? []).map(keyOf)));
  const [left, right] = [shared([theirs, ours]), shared([ours, theirs])];
  const places = [...new Set([...left.keys(), ...right.keys()])].sort();
  return places.flatMap((at) => {
    const [a, b] = [left.get(at), right.get(at)];
    return a === b ? [] : [{ at, theirs: a, ours: b }];
  });
}

function keyOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}

// An object that only one side has is one difference.
function flatten(
  manifests: readonly Manifest[],
  shared: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  for (const manifest of manifests) {
    const key = keyOf(manifest);
    if (shared.has(key)) collect(leaves, `${key} `, manifest);
    else leaves.set(`${key} `, "the object");
  }
  return leaves;
}

function collect(leaves: Map<string, string>, at: string, value: unknown): void {
  const inner = parsed(value);
  if (typeof inner !== "object" || inner === null) {
    leaves.set(at, JSON.stringify(inner));
    return;
  }
  const entries = Array.isArray(inner) ? listed(inner) : Object.entries(inner);
  for (const [key, one] of entries) {
    collect(leaves, at.endsWith(" ") ? at + key : `${at}.${key}`, one);
  }
}

// Configuration of programs inside a ConfigMap is compared by its meaning.
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*({|[\w-]+:)[^]*\n/.test(value)) return value;
  try {
    const read: unknown = load(value);
    return typeof read === "object" ? read : value;
  } catch {
    return value;
  }
}

// The order of containers, ports and variables means nothing: they have names.
function listed(list: readonly unknown[]): readonly (readonly [string, unknown])[] {
  const names = list.map((one) => (one as { readonly name?: unknown } | null)?.name);
  const named =
    names.every((name) => typeof name === "string") && new Set(names).size === names.length;
  return list.map((one, index) => [named ? String(names[index]) : String(index), one] as const);
}

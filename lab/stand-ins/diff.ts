import { equal, isMap, isSecret, type PropertyMap, type PropertyValue } from "./values";

/** How one property path differs, as the engine names it. */
export type ChangeKind = "add" | "delete" | "update";

export type Differences = ReadonlyMap<string, ChangeKind>;

type Path = readonly (string | number)[];

/**
 * Compares old inputs with new ones, leaf by leaf. Paths read `a.b[0]["odd.key"]`.
 *
 * A secret is one leaf: its inside is never compared piece by piece, so it never shows in a path.
 */
export function difference(change: { old: PropertyMap; new: PropertyMap }): Differences {
  const found = new Map<string, ChangeKind>();
  compareMaps([], change, found);
  return found;
}

function compareMaps(
  path: Path,
  change: { old: PropertyMap; new: PropertyMap },
  found: Map<string, ChangeKind>,
): void {
  for (const key of new Set([...Object.keys(change.old), ...Object.keys(change.new)])) {
    compare([...path, key], { old: change.old[key], new: change.new[key] }, found);
  }
}

function compare(
  path: Path,
  change: { old: PropertyValue | undefined; new: PropertyValue | undefined },
  found: Map<string, ChangeKind>,
): void {
  const before = change.old ?? undefined;
  const after = change.new ?? undefined;
  if (equal(before, after)) return;
  if (before === undefined) {
    found.set(render(path), "add");
  } else if (after === undefined) {
    found.set(render(path), "delete");
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      compare([...path, index], { old: before[index], new: after[index] }, found);
    }
  } else if (isMap(before) && isMap(after) && !isSecret(before) && !isSecret(after)) {
    compareMaps(path, { old: before, new: after }, found);
  } else {
    found.set(render(path), "update");
  }
}

function render(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** Entries in the order of their keys: the order of an operator's map means nothing. */
export function sorted<Value>(map: Readonly<Record<string, Value>>): readonly [string, Value][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

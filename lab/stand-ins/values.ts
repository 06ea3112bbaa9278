/** A property value as it travels between engine and provider: JSON plus the two markers below. */
export type PropertyValue =
  null | boolean | number | string | PropertyValue[] | { [key: string]: PropertyValue };

/** The inputs or outputs of one resource. */
export type PropertyMap = Record<string, PropertyValue>;

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The engine's marker for a value that is not known before the deployment. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** True for an object or a secret's wrapper; false for arrays and null. */
export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True when the value is wrapped as a secret. */
export function isSecret(value: PropertyValue | undefined): value is PropertyMap {
  return isMap(value) && value[SIGNATURE] === SECRET;
}

/** Wraps a value as a secret; a value that is one already stays as it is. */
export function secret(value: PropertyValue): PropertyValue {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** The value inside a secret, or the value itself. Nested secrets stay wrapped. */
export function unwrap(value: PropertyValue): PropertyValue {
  return isSecret(value) ? unwrap(value["value"] ?? null) : value;
}

/** A copy without any secret wrapper, at any depth. */
export function plain(value: PropertyValue): PropertyValue {
  const inner = unwrap(value);
  if (Array.isArray(inner)) return inner.map(plain);
  if (!isMap(inner)) return inner;
  return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, plain(item)]));
}

/** True when the value, or the value inside its secret wrapper, is not known yet. */
export function isUnknown(value: PropertyValue | undefined): boolean {
  return value !== undefined && unwrap(value) === UNKNOWN;
}

/** Equality by content, independent of key order; a secret differs from its plain value. */
export function equal(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (!isMap(left) || !isMap(right)) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => equal(left[key], right[key]));
}

/** A copy without absent values, which the wire format cannot carry. */
export function compact(map: Readonly<Record<string, PropertyValue | undefined>>): PropertyMap {
  const entries = Object.entries(map).filter(
    (entry): entry is [string, PropertyValue] => entry[1] !== undefined && entry[1] !== null,
  );
  return Object.fromEntries(entries);
}

/** What a scalar prints as; nothing for what is none. */
export function scalarText(value: PropertyValue | undefined): string {
  return typeof value === "object" || value === undefined ? "" : String(value);
}

import { isMap, isSecret, secret, unwrap, UNKNOWN, type PropertyMap } from "./values";
import type { PropertyValue } from "./values";

type Kind = "string" | "boolean" | "number" | "integer" | "strings" | "stringMap" | "list";

/** One input of a resource type, as its official schema declares it. */
export interface Field {
  readonly type: Kind | Fields;
  readonly required?: true;
  readonly secret?: true;
  readonly default?: PropertyValue;
}

export interface Fields {
  readonly [name: string]: Field;
}

/** An input the engine must refuse: which property, and why. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/**
 * Validates inputs against the declared fields, fills in defaults and marks secrets.
 *
 * Unknown values pass: they are checked again once they are known.
 */
export function checkFields(
  inputs: PropertyMap,
  fields: Fields,
  path = "",
): { inputs: PropertyMap; failures: readonly Failure[] } {
  const failures: Failure[] = [];
  const checked: PropertyMap = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (name === "version" || name.startsWith("__")) checked[name] = value;
    else if (!(name in fields)) failures.push(unexpected(path + name));
  }
  for (const [name, field] of Object.entries(fields)) {
    const value = inputs[name] ?? field.default;
    if (value === undefined || value === null) {
      if (field.required) failures.push({ property: path + name, reason: "required, not given" });
      continue;
    }
    const result = checkValue(value, field, path + name);
    failures.push(...result.failures);
    checked[name] = field.secret ? secret(result.value) : result.value;
  }
  return { inputs: checked, failures };
}

function unexpected(property: string): Failure {
  return { property, reason: "not an input the lab provider knows; see lab/stand-ins/README.md" };
}

function checkValue(
  value: PropertyValue,
  field: Field,
  property: string,
): { value: PropertyValue; failures: readonly Failure[] } {
  const inner = unwrap(value);
  if (inner === UNKNOWN) return { value, failures: [] };
  if (typeof field.type !== "string") {
    if (!isMap(inner)) return { value, failures: [{ property, reason: "must be an object" }] };
    const nested = checkFields(inner, field.type, `${property}.`);
    const inputs = isSecret(value) ? secret(nested.inputs) : nested.inputs;
    return { value: inputs, failures: nested.failures };
  }
  const fits = matches(inner, field.type);
  return { value, failures: fits ? [] : [{ property, reason: `must be of type ${field.type}` }] };
}

function matches(value: PropertyValue, kind: Kind): boolean {
  const isText = (item: PropertyValue): boolean => typeof unwrap(item) === "string";
  switch (kind) {
    case "integer":
      return Number.isInteger(value);
    case "list":
      return Array.isArray(value);
    case "strings":
      return Array.isArray(value) && value.every(isText);
    case "stringMap":
      return isMap(value) && Object.values(value).every(isText);
    case "string":
    case "boolean":
    case "number":
      return typeof value === kind;
    default:
      return kind satisfies never;
  }
}

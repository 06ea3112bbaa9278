import { isMap, type PropertyMap, type PropertyValue } from "../values";

/** A Kubernetes object as it travels to and from the API server, without markers. */
export interface KubeObject extends PropertyMap {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
}

export type Metadata = PropertyMap & { name: string; namespace?: string };

/** What the official provider writes into the state beside the live object. */
export const INPUTS = "__inputs";
export const INITIAL_API_VERSION = "__initialApiVersion";
export const FIELD_MANAGER = "__fieldManager";

/** `namespace/name`, or `name` of what belongs to the whole cluster. */
export function idOf({ metadata }: KubeObject): string {
  const { namespace, name } = metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** An object by kind and name, for messages. */
export function titleOf(object: KubeObject): string {
  return `${object.kind} ${idOf(object)}`;
}

export function annotationsOf(object: KubeObject): Readonly<Record<string, string>> {
  const { annotations } = object.metadata;
  return isMap(annotations) ? (annotations as Record<string, string>) : {};
}

/** The value behind a chain of keys, if every step of it is a map. */
export function pluck(
  value: PropertyValue | undefined,
  ...keys: readonly string[]
): PropertyValue | undefined {
  return keys.reduce<PropertyValue | undefined>(
    (inner, key) => (isMap(inner) ? inner[key] : undefined),
    value,
  );
}

export function numberAt(object: PropertyMap, ...keys: readonly string[]): number {
  const value = pluck(object, ...keys);
  return typeof value === "number" ? value : 0;
}

export function listAt(object: PropertyMap, ...keys: readonly string[]): readonly PropertyMap[] {
  const value = pluck(object, ...keys);
  return Array.isArray(value) ? value.filter(isMap) : [];
}

export function textAt(object: PropertyMap, ...keys: readonly string[]): string {
  const value = pluck(object, ...keys);
  return typeof value === "string" ? value : "";
}

/** Kinds whose schema is part of Kubernetes; in these a null says nothing. */
export function isBuiltIn(apiVersion: string): boolean {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined || !group.includes(".") || group.endsWith(".k8s.io");
}

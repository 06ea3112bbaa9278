import { loadAll } from "js-yaml";

import { isMap, type PropertyMap, type PropertyValue } from "../values";
import type { Discovery } from "./discovery";
import { annotationsOf, listAt, textAt, type KubeObject } from "./object";

/** Reads the objects of a text of YAML documents; lists are taken apart, empty documents skipped. */
export function parseManifests(text: string): readonly KubeObject[] {
  // Some charts write a key twice; the official provider's reader takes the last one.
  const documents = loadAll(text, { json: true }) as readonly PropertyValue[];
  return documents.filter(isMap).flatMap(expand).map(asObject);
}

function expand(document: PropertyMap): readonly PropertyMap[] {
  const isList = textAt(document, "kind").endsWith("List") && Array.isArray(document["items"]);
  if (isList) return listAt(document, "items").flatMap(expand);
  return Object.keys(document).length === 0 ? [] : [document];
}

function asObject(document: PropertyMap): KubeObject {
  const apiVersion = textAt(document, "apiVersion").replace(/^core\//, "");
  const kind = textAt(document, "kind");
  if (apiVersion === "" || kind === "") {
    throw new Error(`Kubernetes resources require a kind and apiVersion: \`${excerpt(document)}\``);
  }
  if (textAt(document, "metadata", "name") === "") {
    throw new Error(`Kubernetes resources require a .metadata.name: \`${excerpt(document)}\``);
  }
  return { ...(document as KubeObject), apiVersion };
}

function excerpt(document: PropertyMap): string {
  const { apiVersion, kind, metadata } = document;
  return JSON.stringify({ apiVersion, kind, metadata }).slice(0, 100);
}

/** Gives every object of a namespaced kind a namespace. */
export async function placeInNamespace(
  objects: readonly KubeObject[],
  { discovery, namespace }: { discovery: Discovery; namespace: string },
): Promise<readonly KubeObject[]> {
  objects.filter(isDefinition).forEach((definition) => discovery.declare(definition));
  const placed: KubeObject[] = [];
  for (const object of objects) {
    const open = object.metadata.namespace === undefined;
    const namespaced = open && (await discovery.isNamespaced(object)) === true;
    const metadata = namespaced ? { ...object.metadata, namespace } : object.metadata;
    placed.push({ ...object, metadata });
  }
  return placed;
}

/**
 * The objects in an order in which each comes after what it needs, with the positions of those:
 * its namespace, its kind's definition, and what its annotation names. All others are made at once,
 * as the official provider does it. Throws where an annotation names what is not among the objects.
 */
export function inOrder(
  objects: readonly KubeObject[],
): readonly { readonly object: KubeObject; readonly needs: readonly KubeObject[] }[] {
  objects.forEach((object) => refuseUnknown(object, objects));
  const needsOf = (object: KubeObject): readonly KubeObject[] =>
    objects.filter((other) => other !== object && needs(object, other));
  const placed = new Set<KubeObject>();
  const visiting = new Set<KubeObject>();
  const place = (object: KubeObject): void => {
    if (placed.has(object)) return;
    if (visiting.has(object)) {
      throw new Error(`${object.kind} ${object.metadata.name}: its dependencies form a circle`);
    }
    visiting.add(object);
    needsOf(object).forEach(place);
    placed.add(object);
  };
  objects.forEach(place);
  return [...placed].map((object) => ({ object, needs: needsOf(object) }));
}

function needs(object: KubeObject, other: KubeObject): boolean {
  const { namespace } = object.metadata;
  if (other.apiVersion === "v1" && other.kind === "Namespace") {
    return other.metadata.name === namespace;
  }
  if (isDefinition(other)) {
    const [group = ""] = object.apiVersion.split("/");
    const names = `${textAt(other, "spec", "group")}/${textAt(other, "spec", "names", "kind")}`;
    return names === `${group}/${object.kind}`;
  }
  return namedBy(object).includes(referenceTo(other));
}

/** What an object says it depends on. */
function namedBy(object: KubeObject): readonly string[] {
  const named = annotationsOf(object)["config.kubernetes.io/depends-on"];
  return named === undefined ? [] : named.split(",").map((one) => one.trim());
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject): string {
  const [group = "", rest] = apiVersion.split("/");
  const inGroup = rest === undefined ? "" : group;
  const { namespace, name } = metadata;
  return `${inGroup}/${namespace === undefined ? "" : `namespaces/${namespace}/`}${kind}/${name}`;
}

function refuseUnknown(object: KubeObject, objects: readonly KubeObject[]): void {
  const known = objects.map(referenceTo);
  const named = namedBy(object);
  const wrong = named.find((one, index) => !known.includes(one) || named.indexOf(one) !== index);
  if (wrong === undefined) return;
  throw new Error(
    `${object.kind} ${object.metadata.name}: invalid "config.kubernetes.io/depends-on" annotation: ` +
      `${wrong} is named twice or is no object of the set`,
  );
}

function isDefinition({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion === "apiextensions.k8s.io/v1" && kind === "CustomResourceDefinition";
}

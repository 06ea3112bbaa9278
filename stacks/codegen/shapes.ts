/** What the schemas declare, as named shapes that TypeScript can be written from. */
import { discriminatorOf, type JsonSchema, type Marks } from "../../components/config/json-schema";
import { names, type Name } from "./names";

export type Type =
  | { readonly kind: "text" | "number" | "boolean" | "anything" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "list" | "map"; readonly of: Type }
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "choice"; readonly of: readonly Type[] };

export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly required: boolean;
  /** True where another resource may give the value. */
  readonly late: boolean;
  readonly text: string;
  readonly default: unknown;
}

export interface Shape {
  readonly kind: "shape";
  readonly name: string;
  readonly summary: string;
  /** Shapes whose fields it has besides its own. */
  readonly parents: readonly string[];
  readonly fields: readonly Field[];
}

/** One of several shapes, told apart by one field. */
export interface Union {
  readonly kind: "union";
  readonly name: string;
  readonly summary: string;
  readonly discriminator: string;
  readonly members: readonly string[];
}

export type Declarations = ReadonlyMap<string, Shape | Union>;

type Schema = JsonSchema & Marks;

/** Where a schema stands, and what it is called unless the table of names knows better. */
interface Place {
  readonly path: string;
  readonly otherwise: string | undefined;
}

/** Every shape below the roots by its name, each before those that it alone mentions. */
export function shapesOf(
  roots: readonly { readonly path: string; readonly name: Name; readonly schema: Schema }[],
): Declarations {
  const declared = new Map<string, Shape | Union>();
  for (const { schema, ...at } of roots) declare(declared, schema, at);
  return declared;
}

export function shapeAt(declared: Declarations, name: string): Shape {
  const found = declared.get(name);
  if (found?.kind !== "shape") throw new Error(`${name} is no shape`);
  return found;
}

/** Names of the shapes a declaration mentions, its parents and members first. */
export function mentionsOf(declaration: Shape | Union): readonly string[] {
  if (declaration.kind === "union") return declaration.members;
  return [...declaration.parents, ...declaration.fields.flatMap(({ type }) => namedIn(type))];
}

function namedIn(type: Type): readonly string[] {
  switch (type.kind) {
    case "named":
      return [type.name];
    case "list":
    case "map":
      return namedIn(type.of);
    case "choice":
      return type.of.flatMap(namedIn);
    default:
      return [];
  }
}

function declare(
  declared: Map<string, Shape | Union>,
  schema: Schema,
  at: { readonly path: string; readonly name: Name },
): string {
  const { name, summary = schema.description ?? "", parts = [] } = at.name;
  const { oneOf: members } = schema;
  if (members === undefined) {
    const fields = fieldsOf(declared, schema, at.path);
    return keep(declared, { kind: "shape", name, summary, parents: [], fields });
  }
  const discriminator = discriminatorOf(members);
  const memberNames = members.map((member) => {
    const { const: value, description = "" } = member.properties?.[discriminator] ?? {};
    const path = `${at.path}(${String(value)})`;
    const fields = fieldsOf(declared, member, path).map((field) =>
      // The summary of the shape says it.
      field.name === discriminator ? { ...field, text: "" } : field,
    );
    const parents = parts
      .map((part) => memberName(value, part))
      .filter((parent) => declared.has(parent));
    const inherited = parents.flatMap((parent) => shapeAt(declared, parent).fields);
    return keep(declared, {
      kind: "shape",
      name: memberName(value, name),
      summary: description,
      parents,
      fields: fields.filter((field) => !inherited.some((one) => one.name === field.name)),
    });
  });
  return keep(declared, { kind: "union", name, summary, discriminator, members: memberNames });
}

function fieldsOf(
  declared: Map<string, Shape | Union>,
  schema: Schema,
  path: string,
): readonly Field[] {
  const properties = Object.entries(schema.properties ?? {}) as readonly [string, Schema][];
  return properties
    .filter(([, field]) => field.refused !== true)
    .map(([name, field]) => ({
      name,
      type: typeOf(declared, field, {
        path: path === "" ? name : `${path}.${name}`,
        otherwise: capitalised(name),
      }),
      required: schema.required?.includes(name) ?? false,
      late: field.late ?? false,
      text: [field.description ?? "", ...rangeText(field)].join(" "),
      default: field.default,
    }));
}

function typeOf(declared: Map<string, Shape | Union>, schema: Schema, at: Place): Type {
  const { path } = at;
  if (schema.const !== undefined) return { kind: "words", words: [schema.const as string] };
  if (schema.enum !== undefined) return { kind: "words", words: schema.enum.map(String) };
  if (schema.oneOf !== undefined || schema.properties !== undefined) {
    return { kind: "named", name: declare(declared, schema, { path, name: nameAt(at) }) };
  }
  if (schema.anyOf !== undefined) {
    return choiceOf(schema.anyOf.map((member) => typeOf(declared, member, at)));
  }
  if (schema.items !== undefined) {
    const item = { path: `${path}[]`, otherwise: undefined };
    return { kind: "list", of: typeOf(declared, schema.items, item) };
  }
  if (typeof schema.additionalProperties === "object") {
    const value = { path: `${path}.<name>`, otherwise: undefined };
    return { kind: "map", of: typeOf(declared, schema.additionalProperties, value) };
  }
  switch (schema.type) {
    case "string":
      return { kind: "text" };
    case "number":
    case "integer":
      return { kind: "number" };
    case "boolean":
      return { kind: "boolean" };
    default:
      return { kind: "anything" };
  }
}

/** Words beside any text are text. */
function choiceOf(types: readonly Type[]): Type {
  const anyText = types.some(({ kind }) => kind === "text");
  const kinds = types.filter(({ kind }) => !(anyText && (kind === "words" || kind === "text")));
  const of = anyText ? [...kinds, { kind: "text" } as const] : kinds;
  const [only, ...others] = of;
  return only !== undefined && others.length === 0 ? only : { kind: "choice", of };
}

function nameAt({ path, otherwise }: Place): Name {
  const known = names[path] ?? names[path.replace(/\([^)]*\)/g, "")];
  if (known !== undefined) return known;
  if (otherwise === undefined) throw new Error(`${path} needs a name in stacks/codegen/names.ts`);
  return { name: otherwise };
}

/** A map of two meanings needs two names. */
function keep(declared: Map<string, Shape | Union>, declaration: Shape | Union): string {
  const { name } = declaration;
  const known = declared.get(name);
  if (known !== undefined && !sameFields(known, declaration)) {
    throw new Error(`${name} names two shapes; name one of them in stacks/codegen/names.ts`);
  }
  declared.set(name, known ?? declaration);
  return name;
}

export function sameFields(one: Shape | Union, other: Shape | Union): boolean {
  return JSON.stringify({ ...one, summary: "" }) === JSON.stringify({ ...other, summary: "" });
}

/** `sidecar` of `Mesh`: `SidecarMesh`. */
function memberName(value: unknown, union: string): string {
  return `${capitalised(String(value))}${union.replace(/Config$/, "")}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the schema says of a value and its description need not. */
function rangeText(schema: JsonSchema): readonly string[] {
  if (schema.items !== undefined) {
    const each = rangeText(schema.items).map(
      (range) => `Each ${range.charAt(0).toLowerCase()}${range.slice(1)}`,
    );
    return [...(schema.minItems === 1 ? ["At least one."] : []), ...each];
  }
  const { type, minimum, maximum, exclusiveMinimum } = schema;
  const unit = type === "integer" ? "whole number" : "number";
  if (exclusiveMinimum !== undefined) return [`A ${unit} above ${exclusiveMinimum}.`];
  if (minimum === undefined) return [];
  return [
    maximum === undefined
      ? `A ${unit} of at least ${minimum}.`
      : `A ${unit}, ${minimum} to ${maximum}.`,
  ];
}

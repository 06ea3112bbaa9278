/**
 * The same shapes for Pulumi's analyzer, which knows neither unions nor words: a union becomes one shape with
 * the fields of all its members.
 */
import { plainFields } from "./names";
import {
  sameFields,
  shapeAt,
  type Declarations,
  type Field,
  type Shape,
  type Type,
} from "./shapes";

/** One of several shapes that become one, by the word that chooses it: `existing` of `source: existing`. */
interface Member<T> {
  readonly word: string;
  readonly of: T;
}

interface Flattening {
  readonly declared: Declarations;
  readonly flat: Map<string, Shape>;
}

/** No unions, words or choices: no types but text, number, boolean, anything, names, lists and maps. */
export function flatten(declared: Declarations): Declarations {
  const at: Flattening = { declared, flat: new Map() };
  for (const one of declared.values()) {
    if (one.kind === "shape") {
      at.flat.set(one.name, { ...one, fields: one.fields.map((field) => simplified(at, field)) });
      continue;
    }
    const { name, summary, discriminator } = one;
    const members = withLikeParents(declared, one.members);
    const chosen = members.map((of) => ({ word: wordOf(declared, of, discriminator), of }));
    const fields = mergedFields(at, chosen).map((field) =>
      field.name === discriminator ? { ...field, text: choiceText(chosen) } : field,
    );
    at.flat.set(name, { kind: "shape", name, summary, parents: mergedParents(at, chosen), fields });
  }
  return at.flat;
}

/** Where one member inherits what another has of its own, each has all of it as its own. */
function withLikeParents(declared: Declarations, names: readonly string[]): readonly Shape[] {
  const members = names.map((name) => shapeAt(declared, name));
  const alike = members.every(({ parents }) => parents.length === members[0]?.parents.length);
  if (alike) return members;
  return members.map((member) => ({
    ...member,
    parents: [],
    fields: [...inherited(declared, member), ...member.fields],
  }));
}

function inherited(declared: Declarations, { parents }: Shape): readonly Field[] {
  const fields = parents.flatMap((parent) => shapeAt(declared, parent).fields);
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}

function mergedFields(at: Flattening, members: readonly Member<Shape>[]): readonly Field[] {
  const names = new Set(members.flatMap(({ of }) => of.fields.map(({ name }) => name)));
  return [...names].map((name) => {
    const variants = members.flatMap(({ word, of }) =>
      of.fields.filter((field) => field.name === name).map((field) => ({ word, of: field })),
    );
    return mergedField(at, name, variants, members.length);
  });
}

function mergedField(
  at: Flattening,
  name: string,
  variants: readonly Member<Field>[],
  count: number,
): Field {
  const fields = variants.map(({ of }) => of);
  const defaults = new Set(fields.map((field) => JSON.stringify(field.default)));
  return {
    name,
    type: mergedType(
      at,
      variants.map(({ word, of }) => ({ word, of: of.type })),
    ),
    required: fields.length === count && fields.every(({ required }) => required),
    late: fields.some(({ late }) => late),
    text: mergedText(
      variants.map(({ word, of }) => ({ word, of: simplified(at, of).text })),
      count,
    ),
    default: defaults.size === 1 ? fields[0]?.default : undefined,
  };
}

/** Each text behind the words of those that say it; alone where all do. */
function mergedText(texts: readonly Member<string>[], count: number): string {
  const saying = new Map<string, readonly string[]>();
  for (const { word, of } of texts) saying.set(of, [...(saying.get(of) ?? []), word]);
  return [...saying]
    .map(([text, words]) => (words.length === count ? text : `(${words.join(", ")}) ${text}`))
    .join(" ");
}

function mergedType(at: Flattening, types: readonly Member<Type>[]): Type {
  const simple = types.map(({ word, of }) => ({ word, of: simplifiedType(at, of) }));
  const [first, ...others] = simple.map(({ of }) => of);
  if (first === undefined || others.every((one) => JSON.stringify(one) === JSON.stringify(first))) {
    return first ?? { kind: "anything" };
  }
  if (first.kind === "list" || first.kind === "map") {
    const { kind } = first;
    const inner = simple.flatMap(({ word, of }) => (of.kind === kind ? [{ word, of: of.of }] : []));
    if (inner.length === simple.length) return { kind, of: mergedType(at, inner) };
  }
  const shapes = simple.flatMap(({ word, of }) =>
    of.kind === "named" ? [{ word, of: flatShape(at, of.name) }] : [],
  );
  if (shapes.length < simple.length)
    return orPlain(
      at,
      simple.map(({ of }) => of),
    );
  return { kind: "named", name: mergedShape(at, shapes) };
}

/** A union is declared before what mentions it, so that it is flat by now. */
function flatShape({ declared, flat }: Flattening, name: string): Shape {
  return declared.get(name)?.kind === "union" ? shapeAt(flat, name) : shapeAt(declared, name);
}

/** The shape of these types with a field for the plain value that others of them are. */
function orPlain(at: Flattening, types: readonly Type[]): Type {
  const names = new Set(types.flatMap((type) => (type.kind === "named" ? [type.name] : [])));
  const [name = "", ...others] = names;
  const plain = plainFields[name];
  const known = types.every(({ kind }) => kind === "named" || kind === plain?.kind);
  if (plain === undefined || others.length > 0 || !known) return { kind: "anything" };
  const shape = shapeAt(at.declared, name);
  const own = { ...plain, type: { kind: plain.kind }, required: false, late: false };
  const fields = shape.fields.map((field) => ({ ...simplified(at, field), required: false }));
  at.flat.set(name, { ...shape, fields: [{ ...own, default: plain.default }, ...fields] });
  return { kind: "named", name };
}

function mergedParents(at: Flattening, members: readonly Member<Shape>[]): readonly string[] {
  return (members[0]?.of.parents ?? []).map((_, index) =>
    mergedShape(
      at,
      members.map(({ word, of }) => ({ word, of: shapeAt(at.declared, of.parents[index] ?? "") })),
    ),
  );
}

/** The shape that all of `members` become: of their union, or a new one. */
function mergedShape(at: Flattening, members: readonly Member<Shape>[]): string {
  const names = members.map(({ of }) => of.name);
  for (const one of at.declared.values()) {
    if (one.kind === "union" && one.members.join() === names.join()) return one.name;
  }
  const [first] = members;
  const shape: Shape = {
    kind: "shape",
    name: commonEnding(names),
    summary: first?.of.summary ?? "",
    parents: mergedParents(at, members),
    fields: mergedFields(at, members),
  };
  const known = at.flat.get(shape.name);
  // What fewer of them have in common keeps the name.
  const name = known === undefined || sameFields(known, shape) ? shape.name : `Any${shape.name}`;
  at.flat.set(name, { ...shape, name });
  return name;
}

/** `Namespace` of `SidecarNamespace` and `AmbientNamespace`. */
function commonEnding(names: readonly string[]): string {
  const [first = ""] = names;
  const words = first.split(/(?=[A-Z])/);
  const endings = words.map((_, index) => words.slice(index).join(""));
  return endings.find((ending) => names.every((name) => name.endsWith(ending))) ?? first;
}

function choiceText(members: readonly Member<Shape>[]): string {
  return members.map(({ word, of }) => `${JSON.stringify(word)}: ${of.summary}`).join(" ");
}

/** The word of a member's own field, or of one that it inherits. */
function wordOf(declared: Declarations, shape: Shape, discriminator: string): string {
  const own = shape.fields.find(({ name }) => name === discriminator);
  if (own?.type.kind === "words") return own.type.words[0] ?? "";
  const [parent = ""] = shape.parents;
  return wordOf(declared, shapeAt(declared, parent), discriminator);
}

function simplified(at: Flattening, field: Field): Field {
  const { type, text } = field;
  const words = type.kind === "words" ? type.words.map((word) => JSON.stringify(word)) : [];
  const listed = words.length < 2 ? text : `${text} One of ${words.join(", ")}.`;
  return { ...field, type: simplifiedType(at, type), text: listed };
}

/** A choice is text where all of it can be written as text. */
function simplifiedType(at: Flattening, type: Type): Type {
  switch (type.kind) {
    case "words":
      return { kind: "text" };
    case "choice": {
      const asText = ["text", "words", "number"];
      const kinds = type.of.map(({ kind }) => kind);
      const text = kinds.includes("text") && kinds.every((kind) => asText.includes(kind));
      return text ? { kind: "text" } : orPlain(at, type.of);
    }
    case "list":
    case "map":
      return { kind: type.kind, of: simplifiedType(at, type.of) };
    default:
      return type;
  }
}

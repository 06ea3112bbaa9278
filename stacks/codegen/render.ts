/** Writes shapes as TypeScript, in the form prettier gives it. */
import { dirname, relative } from "node:path/posix";
import { mentionsOf, type Field, type Shape, type Type, type Union } from "./shapes";

/** How types are spelled. */
export interface Flavour {
  readonly nameOf: (shape: string) => string;
  /** Whether lists and maps are readonly, and `undefined` may be written for what is optional. */
  readonly strict: boolean;
  /** Type of what no schema describes. */
  readonly anything: string;
  /** What stands before a default: the analyzer reads no tags. */
  readonly defaultIs: string;
}

const width = 100;

export function renderFile(args: {
  readonly file: string;
  readonly declarations: readonly (Shape | Union)[];
  /** The file of every shape. */
  readonly fileOf: ReadonlyMap<string, string>;
  readonly flavour: Flavour;
}): string {
  const { declarations, flavour } = args;
  const head = ["// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit."];
  const blocks = declarations.map((one) =>
    one.kind === "shape" ? renderShape(one, flavour) : renderUnion(one, flavour),
  );
  return `${[[...head, ...renderImports(args)].join("\n"), ...blocks].join("\n\n")}\n`;
}

function renderImports({
  file,
  declarations,
  fileOf,
  flavour,
}: Parameters<typeof renderFile>[0]): readonly string[] {
  const imported = new Map<string, Set<string>>();
  for (const name of declarations.flatMap(mentionsOf)) {
    const source = fileOf.get(name);
    if (source === undefined) throw new Error(`${name} is in no file`);
    if (source === file) continue;
    const path = relative(dirname(file), source.replace(/\.ts$/, ""));
    const specifier = path.startsWith(".") ? path : `./${path}`;
    imported.set(specifier, (imported.get(specifier) ?? new Set()).add(flavour.nameOf(name)));
  }
  const late = declarations.some((one) => one.kind === "shape" && one.fields.some((f) => f.late));
  return [
    ...(late ? [`import type * as pulumi from ${quoted("@pulumi/pulumi")};`] : []),
    ...[...imported].sort().map(([specifier, names]) =>
      listed({
        before: "import type { ",
        names: [...names].sort(),
        after: ` } from "${specifier}";`,
      }),
    ),
  ];
}

/** `names` in one line, or in one line each. */
function listed({
  before,
  names,
  after,
}: {
  readonly before: string;
  readonly names: readonly string[];
  readonly after: string;
}): string {
  const line = `${before}${names.join(", ")}${after}`;
  if (line.length <= width) return line;
  return [before.trimEnd(), ...names.map((name) => `  ${name},`), after.trimStart()].join("\n");
}

function renderShape({ name, summary, parents, fields }: Shape, flavour: Flavour): string {
  const base = parents.map(flavour.nameOf).join(", ");
  const head = `export interface ${flavour.nameOf(name)}${base === "" ? "" : ` extends ${base}`} {`;
  const body = fields.map((field) => renderField(field, flavour));
  return [...docComment([summary], ""), head + (body.length === 0 ? "}" : ""), ...body]
    .concat(body.length === 0 ? [] : ["}"])
    .join("\n");
}

function renderUnion({ name, summary, members }: Union, { nameOf }: Flavour): string {
  const alternatives = members.map(nameOf);
  return [
    ...docComment([summary], ""),
    alternativesOf(`export type ${nameOf(name)} =`, alternatives, ""),
  ].join("\n");
}

function renderField(field: Field, flavour: Flavour): string {
  const shown = shownDefault(field.default);
  const lines = [field.text, ...(shown === undefined ? [] : [`${flavour.defaultIs} ${shown}`])];
  const { strict } = flavour;
  const alternatives = [
    ...alternativesIn(field, flavour),
    ...(field.required || !strict ? [] : ["undefined"]),
  ];
  const head = `  ${strict ? "readonly " : ""}${field.name}${field.required ? "" : "?"}:`;
  return [...docComment(lines, "  "), alternativesOf(head, alternatives, "  ")].join("\n");
}

function alternativesIn({ type, late }: Field, flavour: Flavour): readonly string[] {
  if (late) return [`pulumi.Input<${spell(type, flavour)}>`];
  if (type.kind === "words") return type.words.map(quoted);
  return type.kind === "choice"
    ? type.of.map((one) => spell(one, flavour))
    : [spell(type, flavour)];
}

function spell(type: Type, flavour: Flavour): string {
  switch (type.kind) {
    case "text":
      return "string";
    case "number":
    case "boolean":
      return type.kind;
    case "anything":
      return flavour.anything;
    case "words":
      return type.words.map(quoted).join(" | ");
    case "choice":
      return type.of.map((one) => spell(one, flavour)).join(" | ");
    case "named":
      return flavour.nameOf(type.name);
    case "map": {
      const map = `Record<string, ${spell(type.of, flavour)}>`;
      return flavour.strict ? `Readonly<${map}>` : map;
    }
    case "list": {
      const item = spell(type.of, flavour);
      const list = `${item.includes(" ") ? `(${item})` : item}[]`;
      return flavour.strict ? `readonly ${list}` : list;
    }
  }
}

/** `head a | b;` in one line, or one line for each alternative. */
function alternativesOf(head: string, alternatives: readonly string[], indent: string): string {
  const choice = `${alternatives.join(" | ")};`;
  if (`${head} ${choice}`.length <= width) return `${head} ${choice}`;
  const below = `${indent}  ${choice}`;
  if (below.length <= width) return `${head}\n${below}`;
  return `${[head, ...alternatives.map((one) => `${indent}  | ${one}`)].join("\n")};`;
}

function docComment(paragraphs: readonly string[], indent: string): readonly string[] {
  const said = paragraphs
    .filter((text) => text !== "")
    .map((text) => text.replaceAll("*/", "*\\/"));
  const [first, ...others] = said;
  if (first === undefined) return [];
  const line = `${indent}/** ${first} */`;
  if (others.length === 0 && line.length <= width) return [line];
  const lines = said.flatMap((text) => wrapped(text, width - indent.length - 3));
  return [`${indent}/**`, ...lines.map((text) => `${indent} * ${text}`), `${indent} */`];
}

function wrapped(text: string, limit: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= limit) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/** Not what is empty: an absent list is one without items. */
function shownDefault(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const empty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return empty ? undefined : literal(value);
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, one]) => `${key}: ${literal(one)}`);
  return `{ ${entries.join(", ")} }`;
}

function quoted(word: string): string {
  return JSON.stringify(word);
}

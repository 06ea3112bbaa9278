/** docs/config.md: every field of an environment, from the descriptions in the schema. */
import { discriminatorOf, type JsonSchema } from "../components/config/json-schema";
import { stackSchema } from "./json-schema";

interface Row {
  /** Below the section, or below the member of a union that is being written. */
  readonly path: string;
  readonly type: string;
  readonly default: string;
  readonly meaning: string;
}

export function renderDocs(schema: JsonSchema = stackSchema()): string {
  const sections = fieldsOf(schema).map(({ name, field, required }) =>
    [
      `## ${name}`,
      "",
      "| Field | Type | Default | Meaning |",
      "| --- | --- | --- | --- |",
      ...[rowOf(name, field, required), ...rowsInside(name, field)].map(rendered),
      "",
    ].join("\n"),
  );
  return [
    "# Configuration",
    "",
    "Every field under `nordmesh:stack` of a `Pulumi.<environment>.yaml`. This file is generated: change the",
    "descriptions in the schema and run `npx tsx stacks/cli.ts generate`. Unknown keys are refused; versions are quoted.",
    "",
    "`<name>` stands for a key of your own, `[]` for each item of a list. Where one field (`source`, `mode`) decides",
    "which others there are, its value stands in brackets: `hosts.<name>(local).diskGiB` is a field of hosts whose",
    "source is local only.",
    "",
    ...sections,
  ].join("\n");
}

function rendered(row: Row): string {
  const cells = [`\`${row.path}\``, row.type, row.default, row.meaning].map((cell) =>
    cell.replaceAll("|", "\\|").replace(/<(?=url|vendor)/g, "&lt;"),
  );
  return `| ${cells.join(" | ")} |`;
}

function rowOf(path: string, schema: JsonSchema, required: boolean): Row {
  return {
    path,
    type: typeOf(schema),
    default: defaultOf(schema, required),
    meaning: schema.description ?? "",
  };
}

function fieldsOf(schema: JsonSchema): readonly {
  readonly name: string;
  readonly field: JsonSchema;
  readonly required: boolean;
}[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    field,
    required: schema.required?.includes(name) ?? false,
  }));
}

/** The fields of whatever stands at `path`: of a map, of its values, of a list's items. */
function rowsInside(path: string, schema: JsonSchema): readonly Row[] {
  const rest = schema.additionalProperties;
  return [
    ...fieldsOf(schema).flatMap(({ name, field, required }) => {
      const inner = path === "" ? name : `${path}.${name}`;
      return [rowOf(inner, field, required), ...rowsInside(inner, field)];
    }),
    ...(typeof rest === "object" ? rowsInside(`${path}.<name>`, rest) : []),
    ...(schema.items === undefined ? [] : rowsInside(`${path}[]`, schema.items)),
    ...(schema.anyOf ?? []).flatMap((choice) => rowsInside(path, choice)),
    ...(schema.oneOf === undefined ? [] : unionRows(path, schema.oneOf)),
  ];
}

/** What decides comes first, then what all members have alike, then the rest, each with its members. */
function unionRows(path: string, members: readonly JsonSchema[]): readonly Row[] {
  const discriminator = discriminatorOf(members);
  const memberName = (member: JsonSchema): string =>
    String(member.properties?.[discriminator]?.const);
  const owners = new Map<string, { readonly row: Row; readonly names: readonly string[] }>();
  for (const member of members) {
    for (const row of rowsInside("", member)) {
      if (row.path === discriminator) continue;
      const key = JSON.stringify(row);
      owners.set(key, { row, names: [...(owners.get(key)?.names ?? []), memberName(member)] });
    }
  }
  const labelled = [...owners.values()].map(({ row, names }) => {
    const label = names.length === members.length ? "" : `(${names.join(", ")})`;
    return { label, row: { ...row, path: `${path}${label}.${row.path}` } };
  });
  const labels = ["", ...new Set(labelled.map(({ label }) => label).filter((one) => one !== ""))];
  return [
    decidingRow(`${path}.${discriminator}`, members, discriminator),
    ...labels.flatMap((label) =>
      labelled.filter((one) => one.label === label).map(({ row }) => row),
    ),
  ];
}

function decidingRow(path: string, members: readonly JsonSchema[], discriminator: string): Row {
  const values = members.map((member) => member.properties?.[discriminator] ?? {});
  return {
    path,
    type: values.map(typeOf).join(" or "),
    default: "required",
    meaning: values
      .map((value) => `${String(value.const)}: ${(value.description ?? "").replace(/\.$/, "")}`)
      .join("; ")
      .concat("."),
  };
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  if (schema.oneOf !== undefined) return `map, by \`${discriminatorOf(schema.oneOf)}\``;
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(" or ");
  if (schema.type === "array")
    return `list of ${schema.items === undefined ? "values" : typeOf(schema.items)}`;
  if (typeof schema.additionalProperties === "object") {
    return `map of ${typeOf(schema.additionalProperties)}`;
  }
  const names: Readonly<Record<string, string>> = {
    object: "map",
    string: "text",
    integer: "whole number",
  };
  return `${names[schema.type ?? ""] ?? schema.type ?? "any"}${rangeOf(schema)}`;
}

function rangeOf({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  if (minimum !== undefined && maximum !== undefined) return ` ${minimum} to ${maximum}`;
  return minimum === undefined ? "" : ` from ${minimum}`;
}

function defaultOf(schema: JsonSchema, required: boolean): string {
  if (required) return "required";
  if (schema.default === undefined) return "";
  const nested = schema.properties !== undefined || schema.oneOf !== undefined;
  return nested && JSON.stringify(schema.default) === "{}"
    ? ""
    : `\`${JSON.stringify(schema.default)}\``;
}

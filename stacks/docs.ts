/** docs/config.md: every field of an environment, from the descriptions in the schema. */
import { discriminatorOf, stackSchema, type JsonSchema } from "./json-schema";

interface Field {
  readonly path: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export function renderDocs(): string {
  const rows = fieldsOf({ path: "", schema: stackSchema() }).map((field) =>
    [`\`${field.path}\``, typeOf(field.schema), defaultOf(field), field.schema.description ?? ""]
      .map((cell) => cell.replaceAll("|", "\\|").replace(/<(?=url|vendor)/g, "&lt;"))
      .join(" | "),
  );
  return [
    "# Configuration",
    "",
    "Every field under `nordmesh:stack` of a `Pulumi.<environment>.yaml`. This file is generated: change the",
    "descriptions in `config.ts` and run `npm run docs`. Unknown keys are refused; versions are quoted.",
    "Where one field (`source`, `mode`) decides which others there are, its value stands in brackets:",
    "`hosts.<name>(local)` is a host whose source is local, `(all)` means every value.",
    "",
    "| Field | Type | Default | Meaning |",
    "| --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
    "",
  ].join("\n");
}

function fieldsOf(args: { readonly path: string; readonly schema: JsonSchema }): readonly Field[] {
  const { path, schema } = args;
  const members = schema.oneOf;
  if (members !== undefined) return unionFields({ path, members });
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const inner = path === "" ? name : `${path}.${name}`;
    const required = schema.required?.includes(name) ?? false;
    return below({ path: inner, required, schema: child });
  });
  const rest = schema.additionalProperties;
  return typeof rest !== "object"
    ? own
    : [...own, ...fieldsOf({ path: `${path}.<name>`, schema: rest })];
}

function below(field: Field): readonly Field[] {
  const { schema } = field;
  const nested = schema.properties !== undefined || schema.oneOf !== undefined;
  const map =
    typeof schema.additionalProperties === "object" &&
    schema.additionalProperties.oneOf !== undefined;
  if (!nested && !map) return [field];
  return [field, ...fieldsOf(field)];
}

// Fields that every member has alike are listed once.
function unionFields(args: {
  readonly path: string;
  readonly members: readonly JsonSchema[];
}): readonly Field[] {
  const discriminator = discriminatorOf(args.members);
  const named = args.members.map((schema) => {
    return {
      member: String(schema.properties?.[discriminator]?.const),
      fields: fieldsOf({ path: "", schema }).map((field) => ({
        field,
        key: JSON.stringify(field),
      })),
    };
  });
  const everywhere = (key: string): boolean =>
    named.every(({ fields }) => fields.some((one) => one.key === key));
  const at = (member: string, { path, ...field }: Field): Field => ({
    ...field,
    path: `${args.path}(${member}).${path}`,
  });
  const common = named[0]?.fields.filter(({ key }) => everywhere(key)) ?? [];
  return [
    ...common.map(({ field }) => at("all", field)),
    ...named.flatMap(({ member, fields }) =>
      fields.filter(({ key }) => !everywhere(key)).map(({ field }) => at(member, field)),
    ),
  ];
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  if (schema.oneOf !== undefined) return `map, by \`${discriminatorOf(schema.oneOf)}\``;
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(" or ");
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

function defaultOf({ required, schema }: Field): string {
  if (required && schema.const === undefined) return "required";
  if (schema.default === undefined) return "";
  const nested = schema.properties !== undefined || schema.oneOf !== undefined;
  return nested && JSON.stringify(schema.default) === "{}"
    ? ""
    : `\`${JSON.stringify(schema.default)}\``;
}

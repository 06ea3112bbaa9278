/** JSON schema of a zod schema, for messages and for editors. */
import * as z from "zod";

/** The part of JSON schema draft 7 that zod writes. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

/** What the schemas say of a field to generated TypeScript alone. */
export interface Marks {
  /** Another resource may give the value once it exists. */
  readonly late?: true;
  /** The key is there only to be refused with a reason. */
  readonly refused?: true;
}

const written = new WeakMap<z.ZodType, JsonSchema>();

/** What may be written, before defaults apply. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const known = written.get(schema);
  if (known !== undefined) return known;
  const json = writeSchema(schema, { hidden: ["late", "refused"] });
  written.set(schema, json);
  return json;
}

/** The same, without the `hidden` marks alone. */
export function writeSchema(
  schema: z.ZodType,
  { hidden }: { readonly hidden: readonly (keyof Marks)[] },
): JsonSchema & Marks {
  return z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema }) => {
      for (const mark of hidden) Reflect.deleteProperty(jsonSchema, mark);
      // Editors know neither zod's own formats nor a use for the largest exact integer.
      if (jsonSchema.format === "cidrv4") delete jsonSchema.format;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  }) as JsonSchema;
}

/**
 * Schema of the value at `path` in `raw`, below `root`; of a union, the member that `raw` chose.
 * Undefined where the path leads nowhere.
 */
export function schemaAt(args: {
  readonly root: JsonSchema;
  readonly path: readonly PropertyKey[];
  readonly raw: unknown;
}): JsonSchema | undefined {
  let schema: JsonSchema | undefined = args.root;
  let value = args.raw;
  for (const key of args.path) {
    schema = child(chosen(schema, value), String(key));
    value = isMap(value)
      ? value[String(key)]
      : Array.isArray(value)
        ? value[Number(key)]
        : undefined;
  }
  return chosen(schema, value);
}

/** The field whose value says which member of a union a map is. */
export function discriminatorOf(members: readonly JsonSchema[]): string {
  const fields = Object.entries(members[0]?.properties ?? {});
  return fields.find(([, field]) => field.const !== undefined)?.[0] ?? "";
}

/** True for what YAML calls a map. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function child(schema: JsonSchema | undefined, key: string): JsonSchema | undefined {
  if (schema?.properties !== undefined && Object.hasOwn(schema.properties, key)) {
    return schema.properties[key];
  }
  const rest = schema?.additionalProperties;
  return typeof rest === "object" ? rest : schema?.items;
}

function chosen(schema: JsonSchema | undefined, value: unknown): JsonSchema | undefined {
  if (schema?.oneOf === undefined) return schema;
  const key = discriminatorOf(schema.oneOf);
  const wanted = isMap(value) ? value[key] : undefined;
  return schema.oneOf.find((member) => member.properties?.[key]?.const === wanted) ?? schema;
}

/** JSON schema of a stack file, for editors and for messages. */
import * as z from "zod";
import { StackConfig } from "./schema";

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

/** Schema of the value under `nordmesh:stack`. */
export function stackSchema(): JsonSchema {
  return (cached ??= writeSchema());
}

let cached: JsonSchema | undefined;

function writeSchema(): JsonSchema {
  return z.toJSONSchema(StackConfig, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema }) => {
      // Editors know neither zod's own formats nor a use for the largest exact integer.
      if (jsonSchema.format === "cidrv4") delete jsonSchema.format;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  }) as JsonSchema;
}

/** Keys of a stack file besides `config`; Pulumi writes them itself. */
export const pulumiKeys = ["encryptionsalt", "encryptedkey", "secretsprovider", "environment"];

/** Schema of a whole Pulumi.<environment>.yaml. */
export function stackFileSchema(): object {
  const { $schema, ...stack } = stackSchema() as JsonSchema & { readonly $schema?: string };
  const secret = (description: string): object => ({
    description: `${description}; set with pulumi config set --secret.`,
    type: "object",
    properties: { secure: { type: "string" } },
    required: ["secure"],
    additionalProperties: false,
  });
  return {
    $schema,
    title: "nordmesh environment",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          "nordmesh:stack": stack,
          "nordmesh:sshPrivateKey": secret("Private key of the operator"),
          "nordmesh:kialiClientSecret": secret("Secret Kiali shows its OpenID issuer"),
        },
        patternProperties: { "^pulumi:": {} },
        required: ["nordmesh:stack"],
        additionalProperties: false,
      },
      ...Object.fromEntries(pulumiKeys.map((key) => [key, {}])),
    },
    required: ["config"],
    additionalProperties: false,
  };
}

/**
 * Schema of the value at `path` in `raw`; of a union, the member that `raw` chose.
 * Undefined where the path leads nowhere.
 */
export function schemaAt(args: {
  readonly path: readonly PropertyKey[];
  readonly raw: unknown;
}): JsonSchema | undefined {
  let schema: JsonSchema | undefined = stackSchema();
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

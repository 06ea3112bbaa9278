import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { load } from "js-yaml";
import { renderDocs } from "../../stacks/docs";
import { stackOfFile } from "../../stacks/file";
import type { JsonSchema } from "../../components/config/json-schema";
import { stackSchema } from "../../stacks/json-schema";
import { root } from "../support/fixtures";

interface Found {
  readonly path: string;
  readonly description: string;
}

/**
 * Every named field anywhere in a schema, by the shape of JSON alone: a keyword this walk does not know
 * is looked into like any other, so that no field can hide below it.
 */
function fieldsAnywhere(schema: unknown, path = ""): readonly Found[] {
  if (Array.isArray(schema)) return schema.flatMap((one) => fieldsAnywhere(one, path));
  if (typeof schema !== "object" || schema === null) return [];
  const member = constantOf(schema);
  const here = member === undefined ? path : `${path}(${member})`;
  return Object.entries(schema as Readonly<Record<string, unknown>>).flatMap(([key, value]) => {
    if (key === "default" || key === "propertyNames") return [];
    if (key === "additionalProperties") return fieldsAnywhere(value, `${here}.<name>`);
    if (key === "items") return fieldsAnywhere(value, `${here}[]`);
    if (key !== "properties") return fieldsAnywhere(value, here);
    return Object.entries(value as Readonly<Record<string, JsonSchema>>).flatMap(
      ([name, field]) => {
        const inner = here === "" ? name : `${here}.${name}`;
        return [
          { path: inner, description: field.description ?? "" },
          ...fieldsAnywhere(field, inner),
        ];
      },
    );
  });
}

function constantOf(schema: object): string | undefined {
  const { properties = {} } = schema as JsonSchema;
  const constant = Object.values(properties).find((field) => field.const !== undefined);
  return constant === undefined ? undefined : String(constant.const);
}

/** The first column, as patterns: a member that a row does not name in brackets may be any. */
function documented(markdown: string): readonly RegExp[] {
  return [...markdown.matchAll(/^\| `([^`]+)`/gm)].map(([, path = ""]) => {
    const pattern = path.replace(
      /([\w<>]+|\[\])(?:\(([^)]+)\))?|\./g,
      (_, name: string | undefined, members: string | undefined) => {
        if (name === undefined) return "\\.";
        const wanted =
          members === undefined ? "(\\([^)]*\\))?" : `\\((${members.replace(/, /g, "|")})\\)`;
        return `${name === "[]" ? "\\[\\]" : name}${wanted}`;
      },
    );
    return new RegExp(`^${pattern}$`);
  });
}

function undocumented(schema: JsonSchema): readonly string[] {
  const rows = documented(renderDocs(schema));
  return fieldsAnywhere(schema)
    .map(({ path }) => path)
    .filter((path) => !rows.some((row) => row.test(path)));
}

/** What an operator really wrote, with the names of maps left as they are. */
function pathsOf(value: unknown, path = ""): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => pathsOf(one, `${path}[]`));
  if (typeof value !== "object" || value === null) return [path];
  const rows = Object.entries(value as Readonly<Record<string, unknown>>);
  return [
    path,
    ...rows.flatMap(([key, one]) => pathsOf(one, `${path}.${key.replaceAll(".", "_")}`)),
  ];
}

const leaf = fc.constantFrom<JsonSchema>(
  { type: "string" },
  { type: "integer", minimum: 1 },
  { enum: ["a", "b"] },
  {},
);
const names = fc.constantFrom("port", "hosts", "labels", "limits", "to");
const { schema: anySchema } = fc.letrec<{ schema: JsonSchema; map: JsonSchema }>((tie) => ({
  map: fc
    .dictionary(names, tie("schema"), { maxKeys: 3, noNullPrototype: true })
    .map((properties) => ({ type: "object", properties, additionalProperties: false })),
  schema: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    tie("map"),
    tie("schema").map((rest) => ({ type: "object", additionalProperties: rest })),
    tie("schema").map((items) => ({ type: "array", items })),
    fc.tuple(leaf, tie("schema")).map((anyOf) => ({ anyOf })),
    fc.array(tie("map"), { minLength: 2, maxLength: 3 }).map((maps) => ({
      oneOf: maps.map((map, index) => ({
        ...map,
        properties: { kind: { const: `kind-${index}` }, ...map.properties },
        required: ["kind"],
      })),
    })),
  ),
}));

describe("docs/config.md", () => {
  it("has a row for every field of the schema, however deep it lies", () => {
    assert.deepEqual(undocumented(stackSchema()), []);
  });

  it("would have one for every field of any other schema", () => {
    fc.assert(
      fc.property(fc.dictionary(names, anySchema, { noNullPrototype: true }), (properties) => {
        assert.deepEqual(undocumented({ type: "object", properties }), []);
      }),
      { numRuns: 300 },
    );
  });

  it("has no row for what is no field, and none twice", () => {
    const fields = fieldsAnywhere(stackSchema()).map(({ path }) => path);
    const rows = documented(renderDocs()).map((row) => row.source);
    const idle = rows.filter((row) => !fields.some((path) => new RegExp(row).test(path)));
    assert.deepEqual(idle, []);
    assert.deepEqual(
      rows.filter((row, index) => rows.indexOf(row) !== index),
      [],
    );
  });

  it("has a row for whatever the committed environments and examples say", () => {
    const folders = [root, join(root, "examples")];
    const files = folders.flatMap((folder) =>
      readdirSync(folder).flatMap((file) =>
        /^Pulumi\..+\.yaml$/.test(file) ? [join(folder, file)] : [],
      ),
    );
    const written = files.flatMap((file) => pathsOf(stackOfFile(load(readFileSync(file, "utf8")))));
    const rows = [...renderDocs().matchAll(/^\| `([^`]+)` \| ([^|]*)/gm)].map(
      ([, path = "", type = ""]) => {
        // Below a map of plain values the operator's own words begin; a map of maps ends with their name.
        const name = /^map of map/.test(type) ? "(\\.[^.]+)?" : "(\\[\\])?";
        const open = /^(map|list) of (?!map)/.test(type) ? "([.[].*)?" : name;
        const plain = path.replace(/\([^)]*\)/g, "").replace(/[.[\]]/g, "\\$&");
        return new RegExp(`^\\.${plain.replaceAll("<name>", "[^.]+")}${open}$`);
      },
    );
    const unknown = written.filter((path) => path !== "" && !rows.some((row) => row.test(path)));
    assert.deepEqual([...new Set(unknown)], []);
  });

  it("explains every field", () => {
    const silent = fieldsAnywhere(stackSchema()).filter(({ description }) => description === "");
    assert.deepEqual(silent, []);
    const empty = renderDocs()
      .split("\n")
      .filter((line) => /\|\s*\|$/.test(line));
    assert.deepEqual(empty, []);
  });
});

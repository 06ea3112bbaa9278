import * as assert from "node:assert/strict";
import { flatten } from "../../stacks/codegen/flatten";
import { shapeAt, shapesOf, type Field } from "../../stacks/codegen/shapes";
import type { JsonSchema, Marks } from "../../components/config/json-schema";

type Schema = JsonSchema & Marks;

const text: Schema = { type: "string", description: "Text." };

/** The one field of a union whose members `a` and `b` are these, `required` in both. */
function merged(a: Schema | undefined, b: Schema, { required = ["field"] } = {}): Field {
  const member = (word: string, field: Schema | undefined): JsonSchema => ({
    properties: { kind: { const: word }, ...(field && { field }) },
    required: ["kind", ...required],
  });
  const schema = { properties: { thing: { oneOf: [member("a", a), member("b", b)] } } };
  const flat = flatten(shapesOf([{ path: "", name: { name: "Root" }, schema }]));
  const field = shapeAt(flat, "Thing").fields.find(({ name }) => name === "field");
  assert.ok(field);
  return field;
}

describe("shapes for Pulumi's analyzer", () => {
  it("say of the field that chooses what each word chooses", () => {
    const oneOf = ["a", "b"].map((word) => ({
      properties: { kind: { const: word, description: `Is ${word}.` } },
    }));
    const schema = { properties: { thing: { oneOf } } };
    const flat = flatten(shapesOf([{ path: "", name: { name: "Root" }, schema }]));
    const [kind] = shapeAt(flat, "Thing").fields;
    assert.deepEqual(kind?.type, { kind: "text" });
    assert.equal(kind.text, '"a": Is a. "b": Is b.');
  });

  it("keep a field that all members have alike", () => {
    const field = merged({ ...text, default: "x" }, { ...text, default: "x" });
    assert.deepEqual([field.text, field.default, field.required], ["Text.", "x", true]);
  });

  it("require nothing that a member does without, and say whose it is", () => {
    const field = merged(undefined, text);
    assert.deepEqual([field.text, field.required], ["(b) Text.", false]);
    assert.equal(merged(text, text, { required: [] }).required, false);
  });

  it("say apart what members mean by one field, and take no default that one has", () => {
    const field = merged(text, { ...text, description: "Other.", default: "x" });
    assert.deepEqual([field.text, field.default], ["(a) Text. (b) Other.", undefined]);
  });

  it("take a value of another resource where one member does", () => {
    assert.equal(merged(text, { ...text, late: true }).late, true);
  });

  it("list the words of a field in its text", () => {
    const field = merged({ enum: ["x", "y"], description: "Word." }, { ...text, enum: ["x", "y"] });
    assert.deepEqual(field.type, { kind: "text" });
    assert.match(field.text, /^\(a\) Word\. One of "x", "y"\./);
  });

  it("have a field for the plain value that may stand for a shape, and then require none", () => {
    const image = {
      properties: { url: text, sha256: text },
      required: ["url", "sha256"],
    };
    const member = (word: string, schema: Schema): JsonSchema => ({
      properties: { kind: { const: word }, image: schema },
      required: ["kind", "image"],
    });
    const oneOf = [member("a", text), member("b", image)];
    const flat = flatten(
      shapesOf([
        { path: "", name: { name: "Root" }, schema: { properties: { thing: { oneOf } } } },
      ]),
    );
    assert.deepEqual(shapeAt(flat, "Thing").fields[1]?.type, { kind: "named", name: "Image" });
    assert.deepEqual(
      shapeAt(flat, "Image").fields.map(({ name, type, required }) => [name, type.kind, required]),
      [
        ["path", "text", false],
        ["url", "text", false],
        ["sha256", "text", false],
      ],
    );
  });

  it("merge what fields hold, and take anything where that cannot be", () => {
    const list = (items: Schema): Schema => ({ items });
    assert.deepEqual(merged(list(text), list({ enum: ["x"] })).type, {
      kind: "list",
      of: { kind: "text" },
    });
    assert.deepEqual(merged(text, list(text)).type, { kind: "anything" });
    const number: Schema = { type: "number" };
    assert.deepEqual(merged({ anyOf: [text, number] }, text).type, { kind: "text" });
    assert.deepEqual(merged({ anyOf: [{ type: "boolean" }, number] }, text).type, {
      kind: "anything",
    });
  });
});

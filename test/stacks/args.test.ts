import * as assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import type { HostConfigArgs } from "../../components/host/args";
import type { HostConfig } from "../../components/host/config";
import type { IstioConfig, PoliciesConfig } from "../../components/mesh/config";
import type { IstioConfigArgs } from "../../components/mesh/install-args";
import type { PoliciesConfigArgs } from "../../components/mesh/policy-args";
import type { StackConfigArgs } from "../../components/environment/args";
import { renderFile } from "../../stacks/codegen/render";
import { shapesOf } from "../../stacks/codegen/shapes";
import type { JsonSchema, Marks } from "../../components/config/json-schema";
import type { StackConfig } from "../../components/environment/config";

/** Every value a type may have anywhere, as "path: kind"; compared as words, as deep types are not. */
type Values<T, Path extends string> = unknown extends T
  ? `${Path}: anything`
  : T extends Promise<unknown> | pulumi.OutputInstance<unknown> | undefined
    ? never
    : T extends string
      ? `${Path}: ${string extends T ? "text" : T}`
      : T extends number
        ? `${Path}: number`
        : T extends boolean
          ? `${Path}: ${T}`
          : T extends readonly (infer Item)[]
            ? Values<Item, `${Path}[]`>
            : `${Path}: map` | ValuesOfMap<T, `${Path}${Member<T>}`>;

type ValuesOfMap<T, Path extends string> = {
  [Key in keyof T & string]-?: string extends Key
    ? Values<T[Key], `${Path}.<name>`>
    : unknown extends T[Key] // only refused
      ? never
      : Values<T[Key], `${Path}.${Key}${Partial<Pick<T, Key>> extends Pick<T, Key> ? "?" : ""}`>;
}[keyof T & string];

/** Which member of a union a map is. */
type Member<T> = T extends
  | { readonly source: infer Word extends string }
  | { readonly mode: infer Word extends string }
  | { readonly strategy: infer Word extends string }
  ? `(${Word})`
  : "";

type Difference<One, Other> =
  Exclude<Values<One, "">, Values<Other, "">> | Exclude<Values<Other, "">, Values<One, "">>;

/** Else what differs, which the compiler then prints. */
type Same<One, Other> = [Difference<One, Other>] extends [never] ? true : Difference<One, Other>;

/** Compiles only where the interfaces say what the schemas say that they come from. */
const same: {
  readonly hosts: Same<HostConfigArgs, z.input<typeof HostConfig>>;
  readonly istio: Same<IstioConfigArgs, z.input<typeof IstioConfig>>;
  readonly policies: Same<PoliciesConfigArgs, z.input<typeof PoliciesConfig>>;
  /** The names of releases are data, which the schema's own type does not know. */
  readonly environment: Same<
    Omit<StackConfigArgs, "release">,
    Omit<z.input<typeof StackConfig>, "release">
  >;
} = { hosts: true, istio: true, policies: true, environment: true };

type Schema = JsonSchema & Marks;

function rendered(schema: Schema): string {
  const declared = shapesOf([{ path: "", name: { name: "Thing" }, schema }]);
  return renderFile({
    file: "thing/args.ts",
    declarations: [...declared.values()],
    fileOf: new Map([...declared.keys()].map((name) => [name, "thing/args.ts"])),
    flavour: {
      nameOf: (shape) => `${shape}Args`,
      strict: true,
      anything: "unknown",
      defaultIs: "@default",
    },
  });
}

function field(schema: Schema, required: readonly string[] = []): string {
  const [, , , ...lines] = rendered({ properties: { field: schema }, required }).split("\n");
  return lines.slice(0, -2).join("\n");
}

describe("generated arguments", () => {
  it("have the types of the schemas", () => {
    assert.deepEqual(Object.values(same), [true, true, true, true]);
  });

  it("say of a field its meaning, its range and its default", () => {
    const schema = {
      type: "integer",
      minimum: 1,
      maximum: 9,
      default: 2,
      description: "How many.",
    };
    assert.equal(
      field(schema),
      [
        "  /**",
        "   * How many. A whole number, 1 to 9.",
        "   * @default 2",
        "   */",
        "  readonly field?: number | undefined;",
      ].join("\n"),
    );
  });

  const types: readonly (readonly [string, Schema, string])[] = [
    ["words", { enum: ["a", "b"] }, '"a" | "b"'],
    ["words beside text as text", { anyOf: [{ const: "a" }, { type: "string" }] }, "string"],
    ["other choices", { anyOf: [{ type: "string" }, { type: "number" }] }, "number | string"],
    ["lists of choices", { items: { enum: ["a", "b"] } }, 'readonly ("a" | "b")[]'],
    ["maps", { additionalProperties: { type: "boolean" } }, "Readonly<Record<string, boolean>>"],
    ["what no schema describes", {}, "unknown"],
    ["late values", { type: "string", late: true }, "pulumi.Input<string>"],
  ];
  for (const [title, schema, type] of types) {
    it(`spell ${title}`, () => {
      assert.equal(field(schema, ["field"]).split("\n").at(-1), `  readonly field: ${type};`);
    });
  }

  it("leave out what is only refused", () => {
    assert.equal(field({ refused: true }), "");
  });

  it("wrap at 100 columns, and close no comment early", () => {
    const text = field({ type: "string", description: `ends */ ${"words ".repeat(40)}` });
    assert.ok(text.split("\n").every((line) => line.length <= 100));
    assert.equal(text.split("*/").length, 2);
  });

  it("need a name for each shape that its key does not name, and one name for each", () => {
    const shape = (name: string): JsonSchema => ({ properties: { [name]: { type: "string" } } });
    assert.throws(() => rendered({ properties: { list: { items: shape("a") } } }), {
      message: "list[] needs a name in stacks/codegen/names.ts",
    });
    const twice = { one: { properties: { size: shape("a") } }, size: shape("b") };
    assert.throws(() => rendered({ properties: twice }), {
      message: "Size names two shapes; name one of them in stacks/codegen/names.ts",
    });
  });
});

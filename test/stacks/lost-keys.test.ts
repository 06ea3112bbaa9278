import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { load } from "js-yaml";
import { toYaml } from "../../components/text/yaml";
import { stackOfFile } from "../../stacks/file";
import { lostKeys, lostKeysOf } from "../../stacks/lost-keys";

const at = 'stack.mesh.services["shop/orders"].canary';

/** A stack file whose canary has these lines. */
function file(...canary: readonly string[]): string {
  const lines = canary.map((line) => `            ${line}\n`).join("");
  return `config:
  nordmesh:stack:
    mesh:
      services:
        shop/orders:
          port: 80
          canary:
${lines}`;
}

/** What is left of a stack file once Pulumi has handed it over as JSON. */
function handedOver(text: string): unknown {
  return JSON.parse(JSON.stringify(stackOfFile(load(text)))) as unknown;
}

describe("a version that looks like a number", () => {
  it("is refused without quotes, with how to write it", () => {
    const text = file("1.0: 90", '"1.1": 10');
    const problem = `${at}["1.0"]: YAML reads the key 1.0 as a number or the like and drops how it is written; quote it: "1.0"`;
    assert.deepEqual(lostKeys(text), [problem]);
    assert.deepEqual(lostKeysOf({ stack: handedOver(text), text }), [problem]);
  });

  it("is fine in quotes, and without them where nothing gets lost", () => {
    for (const text of [file('"1.0": 90', '"1.10": 10'), file("1: 90", "2.5: 10", "v1: 0")]) {
      assert.deepEqual(lostKeys(text), []);
      assert.deepEqual(lostKeysOf({ stack: handedOver(text), text }), []);
    }
  });

  it("is refused where the file that was written cannot be seen", () => {
    const stack = handedOver(file("1.0: 90", "v2: 10"));
    for (const text of [undefined, file("v1: 100")]) {
      assert.deepEqual(lostKeysOf({ stack, text }), [
        `${at}.1: may have been 1.0 without quotes; quote the version, and name the file in NORDMESH_STACK_FILE if it is not Pulumi.<environment>.yaml`,
      ]);
    }
    const quoted = handedOver(file('"1.0": 90', "v2: 10"));
    assert.deepEqual(lostKeysOf({ stack: quoted, text: undefined }), []);
  });

  it("is either refused or read as it is written, whatever it is", () => {
    const digits = Array.from({ length: 10 }, (_, digit) => String(digit));
    const part = fc.constantFrom(
      ...digits,
      ".",
      "e",
      "E",
      "x",
      "b",
      "o",
      "+",
      "-",
      "true",
      "Null",
      "~",
    );
    const word = fc
      .array(part, { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join(""))
      .filter((text) => /^[\w.~+][\w.+-]*$/.test(text));
    fc.assert(
      fc.property(word, (version) => {
        const text = file(`${version}: 100`);
        const read = Object.keys(
          (load(text) as never as Read).config["nordmesh:stack"].mesh.services["shop/orders"]
            .canary,
        );
        assert.equal(lostKeys(text).length === 0, read[0] === version, version);
      }),
      { numRuns: 500 },
    );
  });

  it("stays text in what is rendered", () => {
    const rendered = toYaml({ labels: { version: "1.0" }, "1.0": 90 });
    assert.deepEqual(load(rendered), { labels: { version: "1.0" }, "1.0": 90 });
    assert.match(rendered, /version: ['"]1\.0['"]/);
  });
});

interface Read {
  readonly config: {
    readonly "nordmesh:stack": {
      readonly mesh: {
        readonly services: { readonly "shop/orders": { readonly canary: object } };
      };
    };
  };
}

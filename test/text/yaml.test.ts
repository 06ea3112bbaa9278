import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { load, loadAll } from "js-yaml";
import { toYaml, toYamlStream } from "../../components/text/yaml";
import { needs, run } from "../support/programs";

const words = [
  "on",
  "off",
  "yes",
  "NO",
  "y",
  "n",
  "~",
  "null",
  "true",
  "22:22",
  "1e3",
  "0x1f",
  "0o7",
  "1_0",
  ".inf",
  "=",
  "<<",
  "2026-11-21",
  "2026.1",
  "52:54:00:11:22:33",
  "52:54:00:79:d6:f3",
  "- a",
  "a: b",
  "#",
  "a #b",
  "@x",
  "|",
  "é\u2028",
  " x ",
  "a\nb\n",
  "\t",
];
const text = fc.oneof(fc.constantFrom(...words), fc.string(), fc.string({ unit: "grapheme" }));
const plain = fc
  .dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text)))
  .filter((document) => !Object.hasOwn(document, "__proto__"));
const python =
  "import json, sys, yaml; json.dump([yaml.safe_load(d) for d in json.load(sys.stdin)], sys.stdout)";

describe("yaml text", () => {
  it("reads back as the same document", () => {
    fc.assert(
      fc.property(plain, (document) => assert.deepEqual(load(toYaml(document)), { ...document })),
    );
  });

  it("means the same to PyYAML, which cloud-init reads with", function () {
    const program = needs(this, {
      program: "python3",
      probe: ["python3", "-c", "import yaml"],
      hint: "no PyYAML",
    });
    const ascii = plain.filter(
      (document) => !/[^\n\x20-\x7e\xa0-\ud7ff]/.test(JSON.stringify(document)),
    );
    const documents = [
      ...fc.sample(ascii, 300),
      Object.fromEntries(words.map((word) => [word, word])),
      { words },
    ];
    const done = run([program, "-c", python], { stdin: JSON.stringify(documents.map(toYaml)) });
    assert.equal(done.status, 0, done.output);
    const read = JSON.parse(done.output) as unknown[];
    documents.forEach((document, index) => assert.deepEqual(read[index], { ...document }));
  });

  it("separates the documents of a stream", () => {
    assert.equal(toYamlStream([{ a: "1" }, { b: [] }]), "a: '1'\n---\nb: []\n");
    assert.deepEqual(loadAll(toYamlStream([{ a: 1 }, { b: 2 }])), [{ a: 1 }, { b: 2 }]);
  });
});

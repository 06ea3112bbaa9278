import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { load } from "js-yaml";
import { generatedFiles } from "../../stacks/cli";
import { environmentNames, readEnvironment } from "../../stacks/environment";
import { stackOfFile } from "../../stacks/file";
import { guardRailsNames, refuseBroken } from "../../components/environment/guard-rails";
import { stackFileSchema } from "../../stacks/json-schema";
import { parseStack } from "../../components/environment/parse";
import { planStack } from "../../components/environment/plan";
import { committedFile, committedPlan, root } from "../support/fixtures";

const environments = environmentNames();

const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
const validate = ajv.compile(stackFileSchema());

describe("the committed environments", () => {
  it("show each set of guard rails", () => {
    const chosen = environments.map((environment) => committedPlan(environment).guardRails);
    assert.deepEqual([...new Set(chosen)].sort(), [...guardRailsNames].sort());
  });

  for (const environment of environments) {
    it(`${environment} keeps the rules it chose`, () => {
      refuseBroken(planStack(readEnvironment(environment)));
    });

    it(`${environment} satisfies the JSON schema its first line names`, () => {
      const [first] = readFileSync(join(root, `Pulumi.${environment}.yaml`), "utf8").split("\n");
      assert.equal(first, "# yaml-language-server: $schema=schema/stack.schema.json");
      assert.ok(validate(committedFile(environment)), ajv.errorsText(validate.errors));
    });
  }

  it("ask nothing of Pulumi.yaml but the program", () => {
    const project = load(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
    assert.deepEqual(Object.keys(project as object), ["name", "description", "main", "runtime"]);
  });
});

describe("generated files", () => {
  it("are current", () => {
    for (const [file, content] of Object.entries(generatedFiles())) {
      const committed = readFileSync(join(root, file), "utf8");
      const advice = `${file} is not current: run npx tsx stacks/cli.ts generate`;
      assert.equal(committed, content, advice);
    }
  });

  it("the JSON schema refuses what the program refuses: an unknown key, an unquoted release", () => {
    const file = committedFile("dev") as { config: Record<string, Record<string, unknown>> };
    const stack = { ...file.config["nordmesh:stack"] };
    for (const wrong of [
      { ...stack, relaese: "2026.1" },
      { ...stack, release: 2026.1 },
    ]) {
      const broken = { config: { "nordmesh:stack": wrong } };
      assert.equal(validate(broken), false);
      assert.throws(() => parseStack(stackOfFile(broken)), { name: "ConfigError" });
    }
  });
});

describe("a stack file", () => {
  const stack = { config: { "nordmesh:stack": {} } };
  const cases: readonly (readonly [string, unknown, string])[] = [
    ["without a map", "text", "the file holds no map; expected config:"],
    ["without config", {}, "config: missing; expected a map"],
    [
      "with a misspelled section",
      { ...stack, confg: {} },
      'unknown key "confg"; did you mean "config"?',
    ],
    [
      "with a misspelled namespace",
      { config: { ...stack.config, "nordmseh:stack": {} } },
      'config: unknown key "nordmseh:stack"; did you mean "nordmesh:stack"?',
    ],
    [
      "with a key for nobody",
      { config: { ...stack.config, "aws:region": "x" } },
      'config: unknown key "aws:region"; allowed are nordmesh:stack, nordmesh:sshPrivateKey, nordmesh:kialiClientSecret',
    ],
    [
      "without the stack",
      { config: {} },
      "config: nordmesh:stack is missing; it holds the whole environment",
    ],
    [
      "with a key in plain text",
      { config: { ...stack.config, "nordmesh:sshPrivateKey": "-----BEGIN" } },
      "config: nordmesh:sshPrivateKey is not encrypted; run pulumi config set --secret nordmesh:sshPrivateKey",
    ],
  ];
  for (const [title, document, message] of cases) {
    it(`${title} is refused`, () => {
      assert.throws(() => stackOfFile(document), { name: "ConfigError", message });
    });
  }
});

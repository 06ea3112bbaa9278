/** Which guard rails hold for an environment, by its name alone. */
import * as assert from "node:assert/strict";
import { declarationOf, declarations } from "../../stacks";

describe("the guard rails of an environment", () => {
  for (const [environment, kind] of [
    ["dev", "dev"],
    ["dev-2", "dev"],
    ["prod", "prod"],
    ["prod-north", "prod"],
    ["prod-dev", "prod"],
    ["dev-prod", "dev"],
  ] as const) {
    it(`of ${environment} are those of ${kind}`, () => {
      assert.equal(declarationOf(environment), declarations[kind]);
    });
  }

  for (const environment of ["devious", "production", "staging", "", "toString", "Dev"]) {
    it(`are refused to ${JSON.stringify(environment)}, which is of no kind`, () => {
      assert.throws(() => declarationOf(environment), {
        name: "ConfigError",
        message: /^no environment ".*"; .*\bdev\b|^no environment ".*"; .*\bprod\b/,
      });
    });
  }
});

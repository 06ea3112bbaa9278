import * as assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/fixtures";
import { exampleMesh, examples, planExample } from "./examples";

describe("the examples", () => {
  it("are one file a guide", () => {
    const files = readdirSync(join(root, "examples")).filter((file) => file.endsWith(".yaml"));
    assert.deepEqual(
      files,
      examples.map((name) => `Pulumi.${name}.yaml`),
    );
  });

  for (const name of examples) {
    it(`${name} plans without an open finding, and every acceptance in it is needed`, () => {
      const { findings, unusedAcceptances, accepted } = planExample(name);
      assert.deepEqual(findings, []);
      assert.deepEqual(unusedAcceptances, []);
      assert.equal(accepted.length, exampleMesh(name).accept.length);
    });
  }

  it("keep the guides' own breaker values on today's fields", () => {
    const breakers = (["g0", "g1", "g2"] as const).map((name) => {
      const [breaker] = planExample(name).services.flatMap((one) => one.breaker ?? []);
      return breaker;
    });
    assert.deepEqual(
      breakers.map((breaker) => [
        breaker?.maxConnections,
        breaker?.consecutive5xxErrors,
        breaker?.interval,
        breaker?.baseEjectionTime,
      ]),
      [
        [100, 3, "10s", "3m"],
        [undefined, 1, "1s", "3m"],
        [100, 5, "1s", "3m"],
      ],
    );
  });
});

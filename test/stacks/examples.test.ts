import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { stackOfFile } from "../../stacks/file";
import { parseStack } from "../../stacks/parse";
import { planStack } from "../../stacks/plan";
import { checkStack, everyHostKeyPinned, risksAccepted } from "../../stacks/rules";
import { root } from "../support/fixtures";

const folder = join(root, "examples");
const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));

describe("the example of each guide", () => {
  it("is there", () => {
    assert.deepEqual(
      files,
      ["g0", "g1", "g2", "g3", "g4"].map((guide) => `Pulumi.${guide}.yaml`),
    );
  });

  for (const file of files) {
    describe(file, () => {
      const environment = file.split(".")[1] ?? "";
      const text = readFileSync(join(folder, file), "utf8");
      const plan = planStack({ environment, config: parseStack(stackOfFile(load(text))) });

      it("passes the rules, with what it accepted in writing", () => {
        assert.deepEqual(checkStack(plan, [risksAccepted, everyHostKeyPinned]), []);
      });
    });
  }

  it("is refused when one of its risks is no longer accepted", () => {
    const text = readFileSync(join(folder, "Pulumi.g1.yaml"), "utf8");
    const unaccepted = text.replace(/- rule: limit-of-one/, "- rule: egress-open");
    const config = parseStack(stackOfFile(load(unaccepted)));
    const problems = checkStack(planStack({ environment: "g1", config }), [risksAccepted]);
    assert.equal(problems.length, 2);
    assert.match(
      problems[0] ?? "",
      /^stack\.mesh\.services\.prod\/recommendation\.breaker\.http1MaxPendingRequests: 1 answers 503/,
    );
    assert.match(problems[1] ?? "", /^stack\.mesh\.accept: egress-open finds nothing at/);
  });
});

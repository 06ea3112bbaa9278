import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { runCommand } from "../../stacks/cli";
import { readEnvironment } from "../../stacks/environment";
import { stackOfFile } from "../../stacks/file";
import { parseStack } from "../../components/environment/parse";
import { planStack } from "../../components/environment/plan";
import {
  checkStack,
  everyHostKeyPinned,
  risksAccepted,
  stagesAccepted,
} from "../../components/environment/rules";
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
      const plan = planStack(readEnvironment(join(folder, file)));

      it("is described by its path", () => {
        const text = runCommand(["describe", join(folder, file)]);
        assert.ok(text.startsWith(`environment ${plan.environment}\n`));
        assert.equal(file, `Pulumi.${plan.environment}.yaml`);
      });

      it("passes the rules, with what it accepted in writing", () => {
        assert.deepEqual(checkStack(plan, [risksAccepted, stagesAccepted, everyHostKeyPinned]), []);
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

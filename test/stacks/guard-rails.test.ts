import * as assert from "node:assert/strict";
import { describePlan } from "../../stacks/describe";
import {
  guardRails,
  guardRailsNames,
  refuseBroken,
} from "../../components/environment/guard-rails";
import { parseStack } from "../../components/environment/parse";
import { localHost, planOf, stack } from "../support/fixtures";

const here = { hosts: { "lab-1": localHost() } };

describe("guard rails", () => {
  it("are those of development where none are chosen, whatever the environment is called", () => {
    for (const environment of ["dev", "prod", "prod-north", "production"]) {
      const plan = planOf(stack(here), environment);
      assert.equal(plan.guardRails, "development");
      refuseBroken(plan);
    }
  });

  it("are those that the file names, whatever the environment is called", () => {
    for (const environment of ["dev", "prod"]) {
      const plan = planOf(stack({ ...here, guardRails: "production" }), environment);
      assert.throws(() => refuseBroken(plan), {
        name: "ConfigError",
        message: [
          "stack.hosts: 1 of role control-plane; stack.guardRails production needs at least 3",
          "stack.hosts.lab-1.source: local is for development; stack.guardRails production takes existing or libvirt",
        ].join("\n"),
      });
    }
  });

  for (const wrong of ["prod", "toString", "", ["production"], null]) {
    it(`are refused as ${JSON.stringify(wrong)}, which is no set`, () => {
      assert.throws(() => parseStack(stack({ guardRails: wrong })), {
        name: "ConfigError",
        message: /^stack\.guardRails: got .+, expected "development" or "production"$/,
      });
    });
  }

  for (const name of guardRailsNames) {
    it(`${name} stand in the head of the description with all they refuse`, () => {
      const [head = ""] = describePlan(planOf(stack({ guardRails: name }))).split("\n\n");
      const line = head.split("\n").find((text) => text.startsWith(`guard rails  ${name}: `)) ?? "";
      const { protect, rules } = guardRails[name];
      assert.equal(/protects nothing/.test(line), !protect);
      for (const { refuses } of rules) assert.ok(line.includes(refuses), refuses);
    });
  }

  it("of production refuse all that those of development do", () => {
    const strict: readonly unknown[] = guardRails.production.rules;
    assert.ok(guardRails.development.rules.every((rule) => strict.includes(rule)));
  });
});

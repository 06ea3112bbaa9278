import * as assert from "node:assert/strict";
import { stepsAtATime } from "../engine/parallel";
import { stackOfFile } from "../../stacks/file";
import { committedFile } from "../../test/support/fixtures";

describe("steps at a time", () => {
  it("are few where a host may be emulated, else many", () => {
    assert.equal(stepsAtATime(stackOfFile(committedFile("dev-vm"))), 4);
    assert.equal(stepsAtATime(stackOfFile(committedFile("dev"))), 16);
    assert.equal(stepsAtATime(stackOfFile(committedFile("prod"))), 16);
  });

  it("need no valid environment: what is wrong with one is said by the program", () => {
    for (const stack of [undefined, null, "", [], {}, { hosts: null }, { hosts: { a: null } }]) {
      assert.equal(stepsAtATime(stack), 16);
    }
  });
});

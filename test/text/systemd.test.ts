import * as assert from "node:assert/strict";
import { renderUnit } from "../../components/text/systemd";

describe("systemd text", () => {
  it("repeats a directive for each value of a list, in order", () => {
    const unit = { Unit: { After: "a.target" }, Service: { ExecStart: ["", "/bin/true"] } };
    assert.equal(
      renderUnit(unit),
      "[Unit]\nAfter=a.target\n\n[Service]\nExecStart=\nExecStart=/bin/true\n",
    );
  });
});

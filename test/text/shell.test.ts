import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { quote, withVariables } from "../../components/text/shell";
import { run } from "../support/programs";

const word = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));

describe("shell text", () => {
  it("quotes any word so that bash reads back the same bytes", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const script = `printf '%s\\0' ${words.map(quote).join(" ")}`;
        assert.equal(
          run(["bash", "-s"], { stdin: script }).output,
          words.map((one) => `${one}\0`).join(""),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("sets variables so that a script sees the same bytes and runs nothing of them", () => {
    const VALUE = "$(touch /nowhere) `id` \\ \"'\n!*";
    const script = withVariables('printf "%s" "$VALUE"', { VALUE });
    assert.equal(run(["bash", "-s"], { stdin: script }).output, VALUE);
  });

  it("sorts variables by name", () => {
    assert.equal(withVariables("true", { B: "2", A: "1" }), "A='1'\nB='2'\ntrue");
  });

  it("refuses a NUL byte", () => {
    assert.throws(() => quote("a\0b"), { message: "a shell word cannot hold a NUL byte" });
  });
});

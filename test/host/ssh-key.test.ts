import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { sshKeyPair } from "../../components/host/ssh-key";
import { needs, runOnFile } from "../support/programs";

const seed = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString("base64"));

describe("ssh keys", () => {
  it("are keys ssh-keygen reads, with the public half we publish", function () {
    const program = needs(this, {
      program: "ssh-keygen",
      probe: ["sh", "-c", "command -v ssh-keygen"],
      hint: "no ssh-keygen",
    });
    const words = [program, "-y", "-f"];
    fc.assert(
      fc.property(seed, (one) => {
        const pair = sshKeyPair(one);
        const read = runOnFile({ words, name: "key", content: pair.privateKey });
        assert.equal(read.output.trim(), pair.publicKey);
      }),
      { numRuns: 10 },
    );
  });

  it("follow from the seed alone, and differ between seeds", () => {
    fc.assert(
      fc.property(seed, seed, (one, other) => {
        assert.deepEqual(sshKeyPair(one), sshKeyPair(one));
        assert.equal(sshKeyPair(one).publicKey === sshKeyPair(other).publicKey, one === other);
      }),
    );
  });

  it("need a seed of 32 bytes", () => {
    assert.throws(() => sshKeyPair("AAAA"), { message: "an ed25519 seed has 32 bytes, got 3" });
  });
});

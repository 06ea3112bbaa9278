import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  cidrAround,
  contains,
  formatCidr,
  formatIpv4,
  overlaps,
  parseCidr,
  parseIpv4,
} from "../../components/text/cidr";

const address = fc.ipV4();
const prefixLength = fc.integer({ min: 0, max: 32 });

describe("IPv4 ranges", () => {
  it("read back as the same address", () => {
    fc.assert(fc.property(address, (text) => assert.equal(formatIpv4(parseIpv4(text)), text)));
  });

  it("hold the address they were made around, and read back", () => {
    fc.assert(
      fc.property(address, prefixLength, (text, length) => {
        const range = cidrAround({ address: text, prefixLength: length });
        assert.ok(contains(range, text));
        assert.equal(range.last - range.first + 1, 2 ** (32 - length));
        assert.deepEqual(parseCidr(formatCidr(range)), range);
      }),
    );
  });

  it("overlap exactly when one holds the other's first address", () => {
    fc.assert(
      fc.property(address, prefixLength, address, prefixLength, (a, m, b, n) => {
        const one = cidrAround({ address: a, prefixLength: m });
        const other = cidrAround({ address: b, prefixLength: n });
        const nested =
          contains(one, formatIpv4(other.first)) || contains(other, formatIpv4(one.first));
        assert.equal(overlaps(one, other), nested);
        assert.equal(overlaps(other, one), nested);
      }),
    );
  });
});

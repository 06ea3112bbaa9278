import * as assert from "node:assert/strict";
import fc from "fast-check";
import { contains, parseCidr } from "../../components/text/cidr";
import type { Fields } from "../support/fixtures";
import { ambient, destination, objectOf, plan, problemsOf, sidecar } from "./examples";

const database = (overrides: Fields = {}): Fields => ({
  ...destination,
  hosts: ["db.example"],
  ports: [{ number: 5432, protocol: "TCP" }],
  ...overrides,
});
const problems = (allow: Fields, section = sidecar): readonly string[] =>
  problemsOf(section({ egress: { allow } }));

const twoHosts = database({ hosts: ["a.example", "b.example"] });
const other = database({ hosts: ["c.example"] });

describe("TCP that leaves the cluster", () => {
  it("goes to one host a destination, as nothing in it names another", () => {
    assert.deepEqual(problems({ db: twoHosts }), [
      "egress.allow.db.hosts: expected one host: TCP on 5432 carries no name, and a sidecar would send the bytes for all of them to the first; declare each host under a name of its own with its ranges",
    ]);
    assert.deepEqual(problems({ db: twoHosts }, ambient), []);
  });

  it("shares a port with another destination only by ranges that do not overlap", () => {
    const refused = [
      "egress.allow.db.ports.0: expected another port than cache's, or ranges for both that do not overlap: TCP on 5432 carries no name, and a sidecar would send the bytes for both to one of them",
    ];
    const with_ = (cache: readonly string[], db: readonly string[]) =>
      problems({ cache: { ...other, ranges: cache }, db: database({ ranges: db }) });
    assert.deepEqual(with_([], []), refused);
    assert.deepEqual(with_(["192.0.2.0/24"], []), refused);
    assert.deepEqual(with_(["192.0.2.0/24"], ["192.0.2.7/32"]), refused);
    assert.deepEqual(with_(["192.0.2.0/25"], ["192.0.2.128/25"]), []);
    const requests = { ...other, ports: [{ number: 5432, protocol: "HTTP" }] };
    assert.match(problems({ cache: requests, db: database() }).join("\n"), /another port than/);
  });

  it("shares a port with one of another namespace, whose proxies do not know it", () => {
    const section = (overrides?: Fields) =>
      sidecar({ namespaces: { shop: {}, bank: {} }, ...overrides });
    assert.deepEqual(
      problems({ cache: { ...other, namespaces: ["bank"] }, db: database() }, section),
      [],
    );
  });

  it("has no name with a star, which would let every address pass", () => {
    const wild = database({ hosts: ["*.db.example"] });
    assert.deepEqual(problems({ db: wild }), [
      "egress.allow.db.hosts.0: expected a full name, or ranges beside it: TCP on 5432 carries no name, so *.db.example would let every address pass",
    ]);
    assert.deepEqual(problems({ db: { ...wild, ranges: ["192.0.2.0/24"] } }), []);
    assert.match(problems({ db: wild }, ambient).join("\n"), /expected a full name: TCP on 5432/);
  });

  it("is bound to its ranges, and only where it is TCP", () => {
    const ranges = ["192.0.2.0/24"];
    const spec = (one: Fields) =>
      objectOf(plan(sidecar({ egress: { allow: { one } } })), "mesh-egress-one").spec;
    assert.deepEqual(spec(database({ ranges }))?.["addresses"], ranges);
    assert.equal(spec({ ...destination, ranges })?.["addresses"], undefined);
  });

  it("reaches the declared destination and no other, whatever is accepted", () => {
    const range = fc
      .tuple(fc.nat(3), fc.constantFrom(24, 25, 26, 32), fc.constantFrom(0, 64, 128, 200))
      .map(([net, prefix, last]) => `192.0.${net}.${last}/${prefix}`);
    const one = fc.record({
      hosts: fc.uniqueArray(fc.constantFrom("a.example", "b.example", "c.example"), {
        minLength: 1,
        maxLength: 2,
      }),
      ports: fc.uniqueArray(
        fc.record({
          number: fc.constantFrom(443, 5432),
          protocol: fc.constantFrom("TCP", "TLS", "HTTP"),
        }),
        { minLength: 1, maxLength: 2, selector: ({ number }) => number },
      ),
      ranges: fc.array(range, { maxLength: 2 }),
    });
    const allow = fc.dictionary(fc.constantFrom("one", "two", "three"), one, { maxKeys: 3 });
    let accepted = 0;
    fc.assert(
      fc.property(allow, fc.nat(3), fc.nat(255), (drawn, net, last) => {
        const full = Object.fromEntries(
          Object.entries(drawn).map(([key, fields]) => [key, { ...destination, ...fields }]),
        );
        if (problems(full).length > 0) return;
        accepted += 1;
        // A packet to a port with no name in it must belong to at most one host.
        const address = `192.0.${net}.${last}`;
        for (const port of [443, 5432]) {
          const takers = Object.values(drawn).flatMap(({ hosts, ports, ranges }) => {
            const tcp = ports.some((own) => own.number === port && own.protocol === "TCP");
            const here =
              ranges.length === 0 || ranges.some((cidr) => contains(parseCidr(cidr), address));
            return tcp && here ? hosts : [];
          });
          assert.ok(takers.length <= 1, `${address}:${port} ${takers.join(" ")}`);
        }
      }),
      { numRuns: 500 },
    );
    assert.ok(accepted > 50, `${accepted} were accepted`);
  });
});

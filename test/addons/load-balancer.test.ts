import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { LoadBalancerConfig, planLoadBalancer } from "../../components/addons";
import { parseRange, sizeOf } from "../../components/addons/range";
import { overlaps } from "../../components/text/cidr";
import { assertGolden } from "../support/golden";
import { cluster, loadBalancer, problems, renderSteps } from "./fixtures";

const l2 = { mode: "l2", addresses: ["192.0.2.80-192.0.2.95"] };
const bgp = { mode: "bgp", addresses: ["198.51.100.0/28"], peers: ["tor-1"] };
const tor = { "tor-1": { address: "192.0.2.1", asn: 64512, ownAsn: 64513 } };

function plan(raw: object) {
  return planLoadBalancer({ config: loadBalancer(raw), cluster });
}

describe("load balancer", () => {
  it("is planned as in the golden files", () => {
    const both = { pools: { public: l2, routed: bgp }, peers: tor };
    assertGolden("load-balancer", {
      "l2.yaml": renderSteps(plan({ pools: { public: l2 } }).steps),
      "l2-and-bgp.yaml": renderSteps(plan(both).steps),
    });
  });

  it("runs FRR only where a pool needs BGP", () => {
    const frr = (raw: object): string =>
      JSON.stringify(plan(raw).steps).match(/"frrk8s":\{"enabled":(\w+)\}/)?.[1] ?? "";
    assert.equal(frr({ pools: { public: l2 } }), "false");
    assert.equal(frr({ pools: { routed: bgp }, peers: tor }), "true");
  });

  const at = "pools.public.addresses.0";
  const cases: [string, object, readonly string[]][] = [
    ["finds nothing in a range of its own", { public: l2 }, []],
    [
      "finds a host's address in a pool",
      { public: { ...l2, addresses: ["192.0.2.0/28"] } },
      [
        `address-taken-twice ${at}: overlaps 192.0.2.11 of host cp-1, so that two would answer for one address`,
      ],
    ],
    [
      "finds the pod network in a pool",
      { public: { ...l2, addresses: ["10.244.3.0/24"] } },
      [
        `address-taken-twice ${at}: overlaps 10.244.0.0/16 of podCidr, so that two would answer for one address`,
      ],
    ],
    [
      "finds two pools with one address",
      { extra: { ...l2, addresses: ["192.0.2.95/32"] }, public: l2 },
      [
        `address-taken-twice ${at}: overlaps 192.0.2.95/32 of pools.extra.addresses.0, so that two would answer for one address`,
      ],
    ],
    [
      "finds a range that ends before it begins",
      { public: { ...l2, addresses: ["192.0.2.95-192.0.2.80"] } },
      [`pool-without-addresses ${at}: holds no address that a Service could get`],
    ],
    [
      "finds addresses that do not exist",
      { public: { ...l2, addresses: ["192.0.2.300/32"] } },
      [`pool-without-addresses ${at}: holds no address that a Service could get`],
    ],
    [
      "finds a broadcast address alone",
      { public: { ...l2, addresses: ["192.168.3.255/32"] } },
      [`pool-without-addresses ${at}: holds no address that a Service could get`],
    ],
  ];
  const far = ["203.0.112.0/28", "192.0.1.255-192.0.2.3", "8.8.8.8/32"];
  const near = ["10.9.0.0/28", "172.31.255.0/24", "100.64.0.9/32", "203.0.113.0/28"];

  it("finds public addresses that servers of a vendor would announce by ARP, not by BGP", () => {
    const rules = (
      addresses: readonly string[],
      pool: object = {},
      mode: object = {},
    ): readonly string[] =>
      plan({ ...mode, pools: { public: { ...l2, addresses, ...pool } } }).findings.map(
        (one) => `${one.rule} ${one.value}`,
      );
    assert.deepEqual(
      rules(far),
      far.map((text) => `l2-public-addresses ${text}`),
    );
    assert.deepEqual(rules(near), []);
    assert.deepEqual(rules(far, { mode: "bgp" }, { peers: tor }), []);
  });

  for (const [title, pools, expected] of cases) {
    it(title, () => {
      const { findings } = plan({ pools });
      assert.deepEqual(
        findings.map((one) => `${one.rule} ${one.at}: ${one.consequence}`),
        expected,
      );
    });
  }

  const refused: [string, object, readonly string[]][] = [
    [
      "refuses a peer nobody declared",
      { pools: { routed: { ...bgp, peers: ["tor-2"] } }, peers: tor },
      ["pools.routed.peers: tor-2 is no peer; declare it under peers"],
    ],
    [
      "refuses BGP without a router",
      { pools: { routed: { ...bgp, peers: undefined } } },
      ["pools.routed: announces to nobody; declare a router under peers, or mode: l2"],
    ],
    [
      "refuses routers without BGP",
      { pools: { public: l2 }, peers: tor },
      ["peers: no pool has mode: bgp, so no router is told anything; remove them"],
    ],
    ["refuses no pool", { pools: {} }, ["pools: expected at least one pool"]],
    [
      "refuses names for addresses",
      { pools: { public: { ...l2, addresses: ["gateway"] } } },
      [
        "pools.public.addresses.0: expected IPv4 addresses such as 192.0.2.80/28 or 192.0.2.80-192.0.2.95",
      ],
    ],
  ];
  for (const [title, raw, expected] of refused) {
    it(title, () => assert.deepEqual(problems(LoadBalancerConfig, raw), expected));
  }
});

describe("load balancer of any pools", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join("."));
  const text = fc.tuple(address, fc.integer({ min: 8, max: 32 })).map((one) => one.join("/"));
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);

  it("waits only for earlier steps, under names of their own", () => {
    const pool = fc.record({
      mode: fc.constantFrom("l2", "bgp"),
      addresses: fc.array(text, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.dictionary(name, pool, { minKeys: 1, maxKeys: 4 }), (pools) => {
        const peers = Object.values(pools).some(({ mode }) => mode === "bgp") ? tor : {};
        const names = new Set<string>();
        for (const { name, after } of plan({ pools, peers }).steps) {
          assert.ok(after.every((one) => names.has(one)));
          assert.ok(!names.has(name));
          names.add(name);
        }
      }),
    );
  });

  it("overlaps the same both ways, and itself", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [first, second] = [parseRange(a), parseRange(b)];
        assert.ok(first && second);
        assert.equal(overlaps(first, second), overlaps(second, first));
        assert.ok(overlaps(first, first));
        assert.equal(sizeOf(first), 2 ** (32 - Number(a.split("/")[1])));
      }),
    );
  });
});

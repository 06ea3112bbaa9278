import * as assert from "node:assert/strict";
import { checkCallers } from "../../components/verify/check-callers";
import type { InboundPolicy, ObservedMesh } from "../../components/verify/observed";
import type { Fields } from "../support/fixtures";
import { ambient, plan, sidecar } from "../mesh/examples";
import {
  lines,
  mutualChain,
  observedMesh,
  plainChain,
  pod,
  proxy,
  proxyConfig,
  read,
  unread,
} from "./fixtures";

const service = { port: 8080, selector: { app: "ledger" }, callers: ["payments/shop"] };
const guarded = {
  namespaces: { payments: { access: "declared" } },
  services: { "payments/ledger": service },
};

describe("verify: callers", () => {
  const allow = (name: string): InboundPolicy => ({ namespace: "payments", name, action: "ALLOW" });
  const seen = (...policies: readonly InboundPolicy[]): Partial<ObservedMesh> => {
    const inbound = [plainChain, mutualChain({ policies })];
    return { proxies: [proxy(pod(), { config: read(proxyConfig({ inbound })) })] };
  };
  const ask = (observed: Partial<ObservedMesh>, section: Fields = sidecar(guarded)) =>
    lines(checkCallers(plan(section), observedMesh({ pods: read([pod()]), ...observed })));
  const ours = [allow("ledger-callers"), allow("allow-nothing")];

  it("pass if each chain for mutual TLS has what is declared for the workload in use", () => {
    assert.deepEqual(ask(seen(...ours)), [
      "pass payments/ledger: lets in by payments/ledger-callers, payments/allow-nothing and by nothing else",
    ]);
  });

  it("fail if a declared policy is not in use", () => {
    assert.deepEqual(ask(seen(allow("ledger-callers"))), [
      "fail payments/ledger: does not have payments/allow-nothing in use",
    ]);
    assert.deepEqual(
      ask(seen(allow("ledger-callers"), { ...allow("allow-nothing"), action: "DENY" })),
      ["fail payments/ledger: does not have payments/allow-nothing in use"],
    );
  });

  it("fail if somebody else's policy lets more in, not if it lets less in", () => {
    assert.deepEqual(ask(seen(...ours, allow("everybody"))), [
      "fail payments/ledger: lets in by payments/everybody too, which nobody declared",
    ]);
    assert.match(ask(seen(...ours, { ...allow("nobody"), action: "DENY" })).join(), /^pass /);
  });

  it("fail a proxy without a chain for mutual TLS", () => {
    const inbound = [plainChain];
    const proxies = [proxy(pod(), { config: read(proxyConfig({ inbound })) })];
    assert.match(ask({ proxies }).join(), /^fail payments\/ledger: does not have /);
  });

  it("are asked of workloads that somebody guards, by their labels", () => {
    const own = { services: { "payments/ledger": service }, namespaces: { payments: {} } };
    assert.match(ask(seen(allow("ledger-callers")), sidecar(own)).join(), /^pass .*ledger-callers/);
    const other = read([pod({ labels: { app: "other" } })]);
    assert.deepEqual(ask({ ...seen(), pods: other }, sidecar(own)), []);
    assert.deepEqual(ask(seen(allow("of-others")), sidecar({ namespaces: { payments: {} } })), []);
  });

  it("are not known of ztunnel, nor where pods were not read", () => {
    assert.match(ask({}, ambient(guarded)).join(), /^skip callers: /);
    assert.deepEqual(ask({ pods: unread }), ["fail pods: not read: forbidden"]);
  });
});

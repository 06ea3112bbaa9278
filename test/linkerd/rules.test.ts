import * as assert from "node:assert/strict";
import type { LinkerdCluster } from "../../components/linkerd/context";
import type { Fields } from "../support/fixtures";
import { destination, full, plan, section, withService } from "./examples";

interface Case {
  readonly rule: string;
  readonly written: Fields;
  readonly cluster?: Partial<LinkerdCluster>;
  readonly message: string;
  /** The same with the advice taken; none where Linkerd itself has no better. */
  readonly safe?: Fields;
}

const orders = "mesh.services.shop/orders";
const retries = { attempts: 2, perTryTimeout: "1s" };

const cases: readonly Case[] = [
  {
    rule: "ejects-on-first-error",
    written: withService({ breaker: { consecutive5xxErrors: 1 } }),
    message: `${orders}.breaker.consecutive5xxErrors: 1 takes a backend out for one failed request, which each caller can provoke; at least 3`,
    safe: withService({ breaker: { consecutive5xxErrors: 3 } }),
  },
  {
    rule: "single-backend-ejection",
    written: withService({ breaker: {}, replicas: 1 }),
    message: `${orders}.breaker: ejection with 1 replica takes the only backend out and with it the service; no breaker, or more replicas`,
    safe: withService({ breaker: {}, replicas: 2 }),
  },
  {
    rule: "retries-exceed-timeout",
    written: withService({ retries, timeout: "2s", idempotent: true }),
    message: `${orders}.retries: 3 tries of 1s need 3000 ms, but the request ends after 2s: the last tries never finish; a timeout of at least 3000ms, or fewer or shorter tries`,
    safe: withService({ retries, timeout: "3000ms", idempotent: true }),
  },
  {
    rule: "retries-not-idempotent",
    written: withService({ retries }),
    message: `${orders}.retries: gateway-error sends requests again that may have been carried out, such as payments; idempotent: true if that does no harm, else no retries`,
    safe: withService({ retries, idempotent: true }),
  },
  {
    rule: "timeout-after-caller",
    written: withService({ timeout: "5s", callerTimeout: "3s" }),
    message: `${orders}.timeout: 5s outlasts the caller's own 3s: the mesh works on for somebody who has gone; less than 3s`,
    safe: withService({ timeout: "2s", callerTimeout: "3s" }),
  },
  {
    rule: "strict-locks-out-client",
    written: section({ plaintextClients: [{ to: "shop", from: "a batch job" }] }),
    message:
      "mesh.plaintextClients.shop: strict mTLS for a batch job refuses its connections to shop; namespaces.shop.mtls: permissive until it has moved, or plaintextPorts of the workload",
    safe: section({
      plaintextClients: [{ to: "shop", from: "a batch job" }],
      namespaces: { shop: { mtls: "permissive" } },
    }),
  },
  {
    rule: "plaintext-accepted",
    written: section({ mtls: "permissive" }),
    message:
      "mesh.mtls: permissive lets in whoever reaches a pod, without encryption and without an identity; strict, once every caller has joined; plaintextPorts for what cannot",
    safe: section(),
  },
  {
    rule: "plaintext-port",
    written: section({
      workloads: { "shop/orders": { selector: { app: "orders" }, plaintextPorts: [9090] } },
    }),
    message:
      "mesh.workloads.shop/orders.plaintextPorts: 9090 lets in whoever reaches the pod, without encryption and an identity; callers in the mesh",
    safe: section(),
  },
  {
    rule: "egress-open",
    written: section({ egress: { mode: "any" } }),
    message:
      "mesh.egress.mode: any lets workloads reach every address outside, also those nobody answers for; allow-list, with each destination under egress.allow",
    safe: section(),
  },
  {
    rule: "egress-unenforced",
    written: section({ egress: { allow: { bank: destination } } }),
    message:
      "mesh.egress.allow: an allow-list in proxies alone is hygiene and no boundary: a process that avoids its proxy reaches any address, and no network policy comes with Linkerd; mode sidecar or ambient over cilium or calico; or network policies of your own, and this accepted in writing",
  },
  {
    rule: "replicas-without-node",
    written: section({ controlPlane: { replicas: { min: 3, max: 3 } } }),
    cluster: { workerNodes: 2 },
    message:
      "mesh.controlPlane.replicas.min: 3 leaves pods without a node: each wants one of its own, and 2 take pods; at most 2",
    safe: section({ controlPlane: { replicas: { min: 2, max: 2 } } }),
  },
  {
    rule: "single-replica",
    written: section({ controlPlane: { replicas: { min: 1, max: 1 } } }),
    message:
      "mesh.controlPlane.replicas.min: 1 lets no pod of the mesh start, and no certificate renew, while its node is away; 2 or more",
    safe: section({ controlPlane: { replicas: { min: 2, max: 2 } } }),
  },
  {
    rule: "privileged-init-container",
    written: section({ linkerdCni: false }),
    message:
      "mesh.linkerdCni: false gives every pod of the mesh a container with NET_ADMIN and NET_RAW, which the pod security levels baseline and restricted refuse; linkerdCni: true",
    safe: section(),
  },
  {
    rule: "kubernetes-out-of-range",
    written: section(),
    cluster: { kubernetesVersion: "1.37.0" },
    message:
      "mesh.version: edge-26.8.4 was never tested with Kubernetes 1.37, only with 1.31 to 1.36; a cluster whose version is in this range",
  },
];

describe("a finding about Linkerd", () => {
  for (const { rule, written, cluster, message, safe } of cases) {
    it(`${rule} says what happens, and what helps`, () => {
      const found = plan(written, cluster).findings.filter((one) => one.rule === rule);
      const lines = found.map(
        ({ at, value, consequence, safe: advice }) =>
          `mesh.${at}: ${value} ${consequence}; ${advice}`,
      );
      assert.deepEqual(lines, [message]);
      if (safe === undefined) return;
      const left = plan(safe, cluster).findings.filter((one) => one.rule === rule);
      assert.deepEqual(left, [], "the advice does not help");
    });
  }

  it("has a case for each rule, as the page of documentation has its name", () => {
    const named = new Set(cases.map(({ rule }) => rule));
    assert.equal(named.size, cases.length);
    for (const { rule } of plan(full).findings) assert.ok(named.has(rule), rule);
  });

  it("can be accepted in writing, and not once it is gone", () => {
    const reason = "right in a test";
    const accept = [{ rule: "egress-open", at: "egress.mode", reason, by: "the tests" }];
    assert.deepEqual(plan(section({ accept, egress: { mode: "any" } })).findings, []);
    assert.equal(plan(section({ accept })).unusedAcceptances.length, 1);
  });
});

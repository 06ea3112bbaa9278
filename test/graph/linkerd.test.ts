/** A whole environment whose mesh is Linkerd, as the engine sees it. */
import * as assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { Registered } from "../support/fake-engine";
import type { Fields } from "../support/fixtures";
import { isSecret, unmarked } from "../support/marks";
import { environment, full } from "../linkerd/examples";
import { graphOf, type Graph } from "../support/graph";
import { before as finishedBefore, named } from "./environments";

const accept = [
  ["egress-unenforced", "egress.allow"],
  ["plaintext-accepted", "namespaces.front.mtls"],
  ["plaintext-port", "workloads.shop/orders.plaintextPorts"],
].map(([rule, at]) => ({ rule, at, reason: "right in a test of graphs", by: "the tests" }));

const stack = environment({ ...full, accept }, { addons: { prometheus: {}, metricsServer: {} } });

describe("the graph of an environment with Linkerd", () => {
  let graph: Graph;

  before(async () => {
    graph = await graphOf({ stack });
    assert.equal(graph.failure, undefined);
  });

  const data = ({ inputs }: Registered): Fields => {
    const entries = Object.entries(unmarked(inputs["stringData"]) as Fields);
    return Object.fromEntries(entries.map(([key, value]) => [key, unmarked(value)]));
  };
  const of = (type: string): readonly Registered[] =>
    graph.resources.filter((one) => one.type === type);

  it("has one component for all of it, and none of Istio", () => {
    assert.equal(of("nordmesh:linkerd:Linkerd").length, 1);
    assert.deepEqual(of("nordmesh:mesh:Istio"), []);
  });

  it("installs the charts and waits for the proof before a namespace joins", () => {
    const earlier = finishedBefore(graph, "linkerd-inject-shop");
    for (const name of ["linkerd-crds", "linkerd-cni", "linkerd-control-plane", "linkerd-ready"]) {
      assert.ok(earlier.has(name), name);
    }
  });

  it("gives identity an issuer that a root signed, and proxies that root", () => {
    const issuer = data(named(graph, "linkerd-issuer"));
    const certificate = new X509Certificate(String(issuer["tls.crt"]));
    const roots = String((named(graph, "linkerd-roots").inputs["data"] as Fields)["ca-bundle.crt"]);
    const found = roots.match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g) ?? [];
    assert.equal(found.length, 2);
    assert.ok(found.some((root) => certificate.verify(new X509Certificate(root).publicKey)));
    assert.equal(issuer["ca.crt"], roots);
    assert.match(certificate.subject, /CN=identity\.linkerd\.cluster\.local/);
    assert.ok(certificate.ca);
  });

  it("gives each webhook a certificate that the API server is told to trust", () => {
    for (const webhook of ["proxy-injector", "sp-validator", "policy-validator"]) {
      const secret = data(named(graph, `linkerd-certificate-${webhook}`));
      const certificate = new X509Certificate(String(secret["tls.crt"]));
      const patch = named(graph, `linkerd-authority-${webhook}`);
      assert.match(patch.type, /WebhookConfigurationPatch$/);
      const [{ clientConfig = {} } = {}] = patch.inputs["webhooks"] as readonly Fields[];
      const bundle = Buffer.from(String((clientConfig as Fields)["caBundle"]), "base64");
      assert.ok(certificate.verify(new X509Certificate(bundle).publicKey));
      const host = `linkerd-${webhook}.linkerd.svc`;
      assert.equal(certificate.checkHost(host), host);
    }
  });

  it("shows no key outside of secrets", () => {
    for (const { name, inputs } of graph.resources) {
      const plain = JSON.stringify(inputs, (_, value: unknown) =>
        isSecret(value) ? "a secret" : value,
      );
      assert.doesNotMatch(plain, /PRIVATE KEY/, name);
    }
  });

  it("keeps certificates that were made once", async () => {
    const second = await graphOf({ stack, old: graph });
    assert.equal(second.failure, undefined);
    const stashes = second.resources.filter(({ type }) => type === "pulumi:index:Stash");
    const kept = stashes.filter(({ name }) => /^linkerd-(root|issuer|webhooks)/.test(name));
    assert.equal(kept.length, 4);
    assert.ok(kept.every(({ ignoreChanges }) => ignoreChanges.includes("input")));
  });

  it("lets Prometheus scrape proxies and the control plane, and nothing of Istio", () => {
    const monitors = of("kubernetes:monitoring.coreos.com/v1:PodMonitor").map(({ name }) => name);
    assert.deepEqual(monitors.sort(), [
      "addons-monitor-linkerd-control-plane",
      "addons-monitor-linkerd-proxies",
    ]);
  });
});

describe("an environment with Linkerd under the guard rails of production", () => {
  it("is refused for plaintext and risks that nobody accepted", async () => {
    const section = { ...full, accept: [], mtls: "permissive" };
    const graph = await graphOf({ stack: environment(section, { guardRails: "production" }) });
    for (const rule of ["plaintext-accepted", "plaintext-port", "egress-unenforced"]) {
      assert.match(graph.failure ?? "", new RegExp(`stack\\.mesh\\..*\\(${rule}\\)`));
    }
    assert.deepEqual(
      graph.resources.filter(({ type }) => type.startsWith("kubernetes:")),
      [],
    );
  });
});

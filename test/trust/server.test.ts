import * as assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { makeRoot, makeServer } from "../../components/trust/authority";

const now = new Date("2026-11-27T12:00:00Z");
const root = makeRoot({ name: "webhooks", organization: "test" }, now);
const hosts = ["a.linkerd.svc", "b.linkerd.svc"];
const server = makeServer({ name: "server", organization: "test" }, { hosts, root, now });

describe("the certificate of a server", () => {
  const certificate = new X509Certificate(server.certificate);

  it("names every host, and no other", () => {
    assert.equal(certificate.subjectAltName, "DNS:a.linkerd.svc, DNS:b.linkerd.svc");
    assert.equal(certificate.checkHost("c.linkerd.svc"), undefined);
  });

  it("is signed by its root and can sign nothing", () => {
    const signer = new X509Certificate(root.certificate);
    assert.ok(certificate.checkIssued(signer) && certificate.verify(signer.publicKey));
    assert.equal(certificate.ca, false);
    assert.deepEqual(certificate.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
  });

  it("has the key that comes with it, and lasts as long as its root", () => {
    assert.ok(certificate.checkPrivateKey(createPrivateKey(server.key)));
    assert.equal(certificate.validTo, new X509Certificate(root.certificate).validTo);
  });
});

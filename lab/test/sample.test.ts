import * as assert from "node:assert/strict";
import { clientIdentity, isDenied, lastWords, plainTextOutcome } from "../sample/proof";

const seen =
  'By=spiffe://cluster.local/ns/shop/sa/default;Hash=5a;Subject="";URI=spiffe://cluster.local/ns/shop/sa/customer';

describe("what an answer of the sample proves", () => {
  it("is the client's identity, not the server's own", () => {
    const answer = `Φορτίο version 1.75.3\nHost: catalog:8080\nX-Forwarded-Client-Cert: ${seen}\nX-Request-Id: 1\n`;
    assert.equal(clientIdentity(answer), "spiffe://cluster.local/ns/shop/sa/customer");
  });

  it("is no identity where the server's proxy saw none", () => {
    assert.equal(clientIdentity("Host: catalog:8080\n"), undefined);
    assert.equal(
      clientIdentity("X-Forwarded-Client-Cert: By=spiffe://a/ns/b/sa/c;Hash=5a\n"),
      undefined,
    );
  });

  it("is a denial where the proxy knows who asks, in words without the time", () => {
    const output =
      '{"ts":1795752275.9,"level":"err","file":"a.go","msg":"Error status 403"}\ncommand terminated with exit code 1\n';
    assert.equal(isDenied({ status: 1, output }), true);
    assert.equal(isDenied({ status: 1, output: output.replace("403", "503") }), false);
    assert.equal(isDenied({ status: 0, output: "X-Error: Error status 403" }), false);
    assert.equal(lastWords(output), "Error status 403");
    assert.equal(lastWords("lookup catalog: no such host\n"), "lookup catalog: no such host");
  });

  it("is a refusal only where the connection was closed, not where nobody was reached", () => {
    const ended = (output: string, status = 1) => plainTextOutcome({ status, output });
    assert.equal(ended("200 OK", 0), "answered");
    assert.equal(ended("read tcp 10.244.3.4:40: read: connection reset by peer"), "refused");
    assert.equal(ended("lookup catalog.shop: no such host"), "not reached");
    assert.equal(ended("dial tcp 10.96.0.9:8080: connect: connection refused"), "not reached");
    assert.equal(ended("dial tcp 10.96.0.9:8080: i/o timeout"), "not reached");
  });
});

import * as assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeIssuer, makeRoot, type Authority } from "../../components/trust/authority";

const now = new Date("2026-11-27T12:00:00Z");
const root = makeRoot({ name: "2026-0a1b2c3d", organization: "prod" }, now);
const issuer = makeIssuer({ name: "istiod", organization: "prod" }, root, now);

describe("an authority", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "nordmesh-trust-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const openssl = (...words: readonly string[]) =>
    spawnSync("openssl", words, { encoding: "utf8" });
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it("has the key of its certificate, on the curve P-256", () => {
    for (const { certificate, key } of [root, issuer]) {
      const own = createPublicKey(createPrivateKey(key));
      assert.equal(own.asymmetricKeyDetails?.namedCurve, "prime256v1");
      const { publicKey } = new X509Certificate(certificate);
      assert.ok(publicKey.equals(own));
    }
  });

  it("is valid for ten years from an hour ago, the intermediate no longer than its root", () => {
    const [of, by] = [root, issuer].map(({ certificate }) => new X509Certificate(certificate));
    assert.deepEqual(new Date(of?.validFrom ?? ""), new Date("2026-11-27T11:00:00Z"));
    assert.deepEqual(new Date(of?.validTo ?? ""), new Date("2036-11-24T12:00:00Z"));
    assert.equal(by?.validTo, of?.validTo);
  });

  it("is made anew each time, with a serial number of its own", () => {
    const other = makeRoot({ name: "2026-0a1b2c3d", organization: "prod" }, now);
    assert.notEqual(other.key, root.key);
    const numbers = [other, root, issuer].map(serialOf);
    assert.equal(new Set(numbers).size, 3);
  });

  it("signs workloads through its intermediate, as openssl judges, and nothing below a workload", () => {
    const [anchor, middle] = [
      file("root.pem", root.certificate),
      file("ca.pem", issuer.certificate),
    ];
    const key = file("ca.key", issuer.key);
    const leaf = workload({ folder, ca: middle, key, name: "leaf", authority: false });
    const judged = (...certificates: readonly string[]) =>
      openssl("verify", "-x509_strict", "-CAfile", anchor, "-untrusted", ...certificates);
    assert.equal(judged(middle, leaf).stderr, "");
    assert.equal(judged(middle, leaf).status, 0);
    const deep = workload({ folder, ca: middle, key, name: "deep", authority: true });
    const below = {
      folder,
      ca: deep,
      key: join(folder, "deep.key"),
      name: "below",
      authority: false,
    };
    const both = file("both.pem", `${issuer.certificate}${readFileSync(deep, "utf8")}`);
    assert.match(judged(both, workload(below)).stderr, /path length constraint exceeded/);
  });

  it("is not trusted by a root that only has its name", () => {
    const other = makeRoot({ name: "2026-0a1b2c3d", organization: "prod" }, now);
    const [anchor, middle] = [file("o.pem", other.certificate), file("m.pem", issuer.certificate)];
    assert.notEqual(openssl("verify", "-CAfile", anchor, middle).status, 0);
  });

  /** A certificate below `ca`; an authority itself where it must not be. */
  function workload(args: {
    readonly folder: string;
    readonly ca: string;
    readonly key: string;
    readonly name: string;
    readonly authority: boolean;
  }): string {
    const path = (end: string): string => join(args.folder, `${args.name}.${end}`);
    const constraints = `basicConstraints=critical,CA:${args.authority ? "TRUE" : "FALSE"}`;
    const request = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    const own = ["-nodes", "-keyout", path("key"), "-subj", "/O=x", "-out", path("csr")];
    assert.equal(openssl(...request, ...own).status, 0);
    const extensions = file(
      `${args.name}.ext`,
      `${constraints}\nkeyUsage=critical,digitalSignature${args.authority ? ",keyCertSign" : ""}\n` +
        "subjectAltName=critical,URI:spiffe://cluster.local/ns/a/sa/b\n" +
        "authorityKeyIdentifier=keyid\n",
    );
    const sign = ["x509", "-req", "-in", path("csr"), "-CA", args.ca, "-CAkey", args.key];
    const rest = ["-days", "1", "-extfile", extensions, "-out", path("pem")];
    const done = openssl(...sign, ...rest);
    assert.equal(done.status, 0, done.stderr);
    return path("pem");
  }
});

function serialOf({ certificate }: Authority): string {
  return new X509Certificate(certificate).serialNumber;
}

/** Certificate authorities with P-256 keys: a root that signs itself, and an intermediate that it signs. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as asn from "@peculiar/asn1-x509";

/** A certificate and its private key, both PEM. */
export interface Authority {
  readonly certificate: string;
  /** PKCS#8. */
  readonly key: string;
}

export interface Subject {
  /** Common name, such as `2026-3f9a1c22`. */
  readonly name: string;
  readonly organization: string;
}

const day = 86_400_000;
/** What Istio's own tools give a root, https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/. */
const validDays = 3650;
/** ecdsa-with-SHA256, RFC 5758 section 3.2. */
const ecdsaWithSha256 = "1.2.840.10045.4.3.2";

/** Signs itself, and intermediates; valid from an hour before `now`, as clocks differ. */
export function makeRoot(subject: Subject, now: Date): Authority {
  const { privateKey } = newKey();
  const until = new Date(now.getTime() + validDays * day);
  return certify({ subject, key: privateKey, issuer: undefined, depth: 1, now, until });
}

/** Signs workloads alone, as long as `root` is valid. */
export function makeIssuer(subject: Subject, root: Authority, now: Date): Authority {
  const { privateKey } = newKey();
  return certify({ subject, key: privateKey, issuer: root, depth: 0, now, until: endOf(root) });
}

/** What shows that a server is one of `hosts`, as long as `root` is valid. */
export function makeServer(
  subject: Subject,
  {
    hosts,
    root,
    now,
  }: { readonly hosts: readonly string[]; readonly root: Authority; readonly now: Date },
): Authority {
  const { privateKey } = newKey();
  return certify({ subject, key: privateKey, issuer: root, hosts, now, until: endOf(root) });
}

function endOf({ certificate }: Authority): Date {
  return new Date(new X509Certificate(certificate).validTo);
}

function newKey() {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function certify(args: {
  readonly subject: Subject;
  readonly key: KeyObject;
  readonly issuer: Authority | undefined;
  /** Of an authority: how many may follow below it. */
  readonly depth?: number;
  /** Of a server: its DNS names. */
  readonly hosts?: readonly string[];
  readonly now: Date;
  readonly until: Date;
}): Authority {
  const { subject, key, issuer, depth, hosts = [], now, until } = args;
  const algorithm = new asn.AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const signer = issuer === undefined ? key : createPrivateKey(issuer.key);
  const own = nameOf(subject);
  const body = new asn.TBSCertificate({
    version: asn.Version.v3,
    serialNumber: serialNumber(),
    signature: algorithm,
    issuer: issuer === undefined ? own : subjectOf(issuer),
    validity: new asn.Validity({ notBefore: new Date(now.getTime() - 3_600_000), notAfter: until }),
    subject: own,
    subjectPublicKeyInfo: AsnConvert.parse(spkiOf(key), asn.SubjectPublicKeyInfo),
    extensions: new asn.Extensions([
      ...(depth === undefined ? ofServer(hosts) : ofAuthority(depth)),
      extension(asn.id_ce_subjectKeyIdentifier, new asn.SubjectKeyIdentifier(keyIdentifier(key))),
      extension(
        asn.id_ce_authorityKeyIdentifier,
        new asn.AuthorityKeyIdentifier({
          keyIdentifier: new asn.KeyIdentifier(keyIdentifier(signer)),
        }),
      ),
    ]),
  });
  const signature = sign("sha256", Buffer.from(AsnConvert.serialize(body)), signer);
  const certificate = new asn.Certificate({
    tbsCertificate: body,
    signatureAlgorithm: algorithm,
    signatureValue: bufferOf(signature),
  });
  const der = Buffer.from(AsnConvert.serialize(certificate));
  return {
    certificate: new X509Certificate(der).toString(),
    key: key.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

function ofAuthority(depth: number): readonly asn.Extension[] {
  return [
    extension(
      asn.id_ce_basicConstraints,
      new asn.BasicConstraints({ cA: true, pathLenConstraint: depth }),
    ),
    extension(
      asn.id_ce_keyUsage,
      new asn.KeyUsage(asn.KeyUsageFlags.keyCertSign | asn.KeyUsageFlags.cRLSign),
    ),
  ];
}

function ofServer(hosts: readonly string[]): readonly asn.Extension[] {
  const names = hosts.map((dNSName) => new asn.GeneralName({ dNSName }));
  return [
    extension(asn.id_ce_keyUsage, new asn.KeyUsage(asn.KeyUsageFlags.digitalSignature)),
    extension(asn.id_ce_extKeyUsage, new asn.ExtendedKeyUsage([asn.id_kp_serverAuth])),
    extension(asn.id_ce_subjectAltName, new asn.SubjectAlternativeName(names)),
  ];
}

const critical: readonly string[] = [asn.id_ce_basicConstraints, asn.id_ce_keyUsage];

function extension(id: string, value: object): asn.Extension {
  return new asn.Extension({
    extnID: id,
    critical: critical.includes(id),
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });
}

function nameOf({ name, organization }: Subject): asn.Name {
  const parts = [
    { type: "2.5.4.10", text: organization },
    { type: "2.5.4.3", text: name },
  ];
  return new asn.Name(
    parts.map(
      ({ type, text }) =>
        new asn.RelativeDistinguishedName([
          new asn.AttributeTypeAndValue({
            type,
            value: new asn.AttributeValue({ utf8String: text }),
          }),
        ]),
    ),
  );
}

function subjectOf({ certificate }: Authority): asn.Name {
  const der = bufferOf(new X509Certificate(certificate).raw);
  return AsnConvert.parse(der, asn.Certificate).tbsCertificate.subject;
}

/** Positive and not zero, as RFC 5280 section 4.1.2.2 asks. */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bufferOf(bytes);
}

/** The first method of RFC 7093 section 2: the leftmost 160 bits of the key's SHA-256. */
function keyIdentifier(key: KeyObject): ArrayBuffer {
  const { subjectPublicKey } = AsnConvert.parse(spkiOf(key), asn.SubjectPublicKeyInfo);
  const hash = createHash("sha256").update(Buffer.from(subjectPublicKey)).digest();
  return bufferOf(hash.subarray(0, 20));
}

function spkiOf(key: KeyObject): ArrayBuffer {
  return bufferOf(createPublicKey(key).export({ format: "der", type: "spki" }));
}

function bufferOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

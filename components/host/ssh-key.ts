/** ed25519 keys in OpenSSH's own format, derived from a seed that the stack keeps as a secret. */
import { createPrivateKey, createPublicKey } from "node:crypto";

export interface SshKeyPair {
  /** OpenSSH private key file, PEM. */
  readonly privateKey: string;
  /** authorized_keys form, "ssh-ed25519 AAAA…", without a comment. */
  readonly publicKey: string;
}

const keyType = "ssh-ed25519";
const magic = Buffer.from("openssh-key-v1\0");
/** DER header of a PKCS#8 ed25519 private key, RFC 8410 section 7. */
const pkcs8Header = Buffer.from("302e020100300506032b657004220420", "hex");

/** Derives a key pair from a 32-byte seed, given in base64. The same seed gives the same key. */
export function sshKeyPair(seedBase64: string): SshKeyPair {
  const seed = Buffer.from(seedBase64, "base64");
  if (seed.length !== 32) throw new Error(`an ed25519 seed has 32 bytes, got ${seed.length}`);
  const key = createPrivateKey({
    key: Buffer.concat([pkcs8Header, seed]),
    format: "der",
    type: "pkcs8",
  });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  const point = spki.subarray(spki.length - 32);
  const blob = Buffer.concat([field(keyType), field(point)]);
  return {
    publicKey: `${keyType} ${blob.toString("base64")}`,
    privateKey: renderPrivateKey({ seed, point, blob }),
  };
}

/**
 * Reads the public half out of an OpenSSH private key file; it stands there in the clear.
 * Throws where the text is no such file.
 */
export function readSshKey(privateKey: string): SshKeyPair {
  const base64 = privateKey.replace(/-----[A-Z ]+-----/g, "").replace(/\s/g, "");
  const file = Buffer.from(base64, "base64");
  if (!file.subarray(0, magic.length).equals(magic)) {
    throw new Error("expected a private key in OpenSSH format (ssh-keygen -t ed25519)");
  }
  let offset = magic.length;
  const next = (): Buffer => {
    const start = offset + 4;
    offset = start + file.readUInt32BE(offset);
    return file.subarray(start, offset);
  };
  for (let skipped = 0; skipped < 3; skipped++) next();
  offset += 4;
  const blob = next();
  const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("ascii");
  return { privateKey, publicKey: `${type} ${blob.toString("base64")}` };
}

/** Layout: PROTOCOL.key of OpenSSH; an unencrypted file holds one key in 8-byte blocks. */
function renderPrivateKey(parts: {
  readonly seed: Buffer;
  readonly point: Buffer;
  readonly blob: Buffer;
}): string {
  const check = parts.blob.subarray(-4);
  const body = Buffer.concat([
    check,
    check,
    field(keyType),
    field(parts.point),
    field(Buffer.concat([parts.seed, parts.point])),
    field(""),
  ]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (body.length % 8)) % 8);
  const file = Buffer.concat([
    magic,
    field("none"),
    field("none"),
    field(""),
    uint32(1),
    field(parts.blob),
    field(Buffer.concat([body, padding])),
  ]);
  const rows = file.toString("base64").match(/.{1,70}/g) ?? [];
  return [
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    ...rows,
    "-----END OPENSSH PRIVATE KEY-----",
    "",
  ].join("\n");
}

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

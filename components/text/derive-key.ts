import { createHash } from "node:crypto";

/**
 * 32 key bytes from a random password of the stack. RandomBytes would be the obvious source, but
 * its provider uses the bytes as the resource's id, which the state holds in plain.
 */
export function deriveKey(password: string): Buffer {
  return createHash("sha256").update(password).digest();
}

export function deriveKeyBase64(password: string): string {
  return deriveKey(password).toString("base64");
}

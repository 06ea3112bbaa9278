import { createHash } from "node:crypto";

/** A stable address in QEMU's own range 52:54:00, from a name. */
export function macAddress(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  return `52:54:00:${digest.slice(0, 2)}:${digest.slice(2, 4)}:${digest.slice(4, 6)}`;
}

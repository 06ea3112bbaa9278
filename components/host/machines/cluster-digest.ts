import { createHash } from "node:crypto";

/** Tells the clusters of one computer apart where names must be short: 12 hexadecimal digits. */
export function clusterDigest(clusterId: string): string {
  return createHash("sha256").update(clusterId).digest("hex").slice(0, 12);
}

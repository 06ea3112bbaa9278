/** What an environment says about where hosts get programs and images. */
import * as z from "zod";
import { sha256 } from "./machines/fields";

export const ArtifactsConfig = z.discriminatedUnion("source", [
  z.strictObject({
    source: z.literal("internet").describe("Hosts download each file from its vendor."),
  }),
  z.strictObject({
    source: z.literal("mirror").describe("Hosts download from a server that mirrors the vendors."),
    url: z
      .url({ protocol: /^https?$/ })
      .describe(
        "Base URL of the mirror; it serves each vendor's paths below <url>/<vendor host>/.",
      ),
    imageRepository: z
      .string()
      .regex(/^[a-z0-9][a-z0-9./:_-]*$/, "expected a registry such as mirror.example.net/k8s")
      .describe(
        "Registry path of the Kubernetes and pod network images, such as mirror.example.net/k8s; each image is directly below it, with the last part of its name and its tag.",
      ),
  }),
  z.strictObject({
    source: z
      .literal("bundle")
      .describe("Hosts read from a local directory, for hosts without internet access."),
    path: z
      .string()
      .regex(/^\/[\w./-]+$/, "expected an absolute path")
      .describe("Directory of the bundle on every host."),
    manifestSha256: sha256
      .optional()
      .describe(
        "SHA-256 digest of the bundle's SHA256SUMS file, checked before anything is installed; by default, any SHA256SUMS is accepted.",
      ),
  }),
]);

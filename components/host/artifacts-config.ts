/** What an environment says about where hosts get programs and images. */
import * as z from "zod";
import { sha256 } from "./machines/fields";

export const ArtifactsConfig = z.discriminatedUnion("source", [
  z.strictObject({ source: z.literal("internet").describe("Each file from its vendor.") }),
  z.strictObject({
    source: z.literal("mirror").describe("From a server that copies the vendors."),
    url: z
      .url({ protocol: /^https?$/ })
      .describe("Serves each vendor's path below <url>/<vendor host>/."),
    imageRepository: z
      .string()
      .regex(/^[a-z0-9][a-z0-9./:_-]*$/, "expected a registry such as mirror.example.net/k8s")
      .describe(
        "Registry that holds the images of Kubernetes and its pod network, each directly below it under its last name and tag.",
      ),
  }),
  z.strictObject({
    source: z
      .literal("bundle")
      .describe("From a directory on every host, for hosts without internet."),
    path: z
      .string()
      .regex(/^\/[\w./-]+$/, "expected an absolute path")
      .describe("Directory of the bundle on every host."),
    manifestSha256: sha256.optional().describe("SHA-256 of the bundle's SHA256SUMS."),
  }),
]);

import * as z from "zod";
import { HostConfig, HostName, sha256 } from "../components/host/config";
import { KubernetesConfig } from "../components/kubernetes/config";
import { AddonsConfig, LoadBalancerConfig } from "../components/addons";
import { MeshConfig } from "../components/mesh/config";
import { releases } from "./releases";

const ArtifactsConfig = z.discriminatedUnion("source", [
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

const SshConfig = z.strictObject({
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, "expected a login name")
    .default("nordmesh")
    .describe("Login that may run sudo without a password."),
  authorizedKeys: z
    .array(
      z
        .string()
        .regex(
          /^(ssh-ed25519|ecdsa-sha2-nistp256|sk-ssh-ed25519@openssh\.com) [A-Za-z0-9+/=]+( [^\n\r]*)?$/,
          "expected one line of an authorized_keys file",
        ),
    )
    .default([])
    .describe("Public keys of operators, for machines the stack creates."),
  connectAttempts: z
    .number()
    .int()
    .min(1)
    .max(500)
    .default(20)
    .describe("Connections tried before a host counts as unreachable."),
});

/** Everything one environment declares, under `nordmesh:stack`. */
export const StackConfig = z
  .strictObject({
    release: z
      .enum(Object.keys(releases) as [string, ...string[]])
      .describe("Release set: pins every version and checksum."),
    artifacts: ArtifactsConfig.default({ source: "internet" }).describe(
      "Where hosts get programs and images.",
    ),
    ssh: SshConfig.prefault({}).describe("How hosts are reached."),
    kubernetes: KubernetesConfig.prefault({}).describe("The cluster."),
    mesh: MeshConfig.optional().describe("The service mesh; absent: none."),
    addons: AddonsConfig.optional().describe(
      "What looks at the mesh: metrics, dashboards, traces.",
    ),
    loadBalancer: LoadBalancerConfig.optional().describe(
      "MetalLB: addresses for Services of type LoadBalancer; absent: something else gives them.",
    ),
    hosts: z
      .record(HostName, HostConfig)
      .refine((hosts) => Object.keys(hosts).length > 0, "expected at least one host")
      .describe("Hosts by permanent name: the node name and the resource name, for ever."),
  })
  .refine(({ addons, mesh }) => addons === undefined || mesh !== undefined, {
    path: ["addons"],
    message: "expected a mesh beside them, as that is what they look at",
  });
export type StackConfig = z.output<typeof StackConfig>;

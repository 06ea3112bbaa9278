/** What is said about a cluster: its hosts, how they are reached, what they get, and Kubernetes. */
import * as z from "zod";
import { ArtifactsConfig } from "../host/artifacts-config";
import { HostConfig, HostName } from "../host/config";
import { SshConfig } from "../host/ssh-config";
import { releaseNames } from "../releases/releases";
import { KubernetesConfig } from "./config";

export const clusterFields = {
  release: z.enum(releaseNames).describe("Release set; it pins every version and checksum."),
  artifacts: ArtifactsConfig.default({ source: "internet" }).describe(
    "Where hosts get programs and container images.",
  ),
  ssh: SshConfig.prefault({}).describe("How hosts are reached."),
  kubernetes: KubernetesConfig.prefault({}).describe("The cluster."),
  hosts: z
    .record(HostName, HostConfig)
    .refine((hosts) => Object.keys(hosts).length > 0, "expected at least one host")
    .describe("Hosts by permanent name, which is both the node name and the resource name."),
};

export const ClusterConfig = z.strictObject(clusterFields);
export type ClusterConfig = z.output<typeof ClusterConfig>;

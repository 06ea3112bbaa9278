/** What a program says about a cluster. */
import type * as pulumi from "@pulumi/pulumi";
import type { ArtifactsArgs, SshArgs } from "../host/access-args";
import type { HostConfigArgs } from "../host/args";
import type { ReleaseName } from "../releases/releases";
import type { KubernetesArgs } from "./args";

export interface KubeadmClusterArgs {
  /** Release set: pins every version and checksum. */
  readonly release: ReleaseName;
  /** Hosts by permanent name, which is both the node name and the resource name. */
  readonly hosts: Readonly<Record<string, HostConfigArgs>>;
  /** Kubernetes and its pod network. */
  readonly kubernetes?: KubernetesArgs | undefined;
  /** Where hosts get programs and images. @default - each from its vendor */
  readonly artifacts?: ArtifactsArgs | undefined;
  /** How hosts are reached. */
  readonly ssh?: SshArgs | undefined;
  /** Operator's private key, OpenSSH format. @default - the SSH agent holds it, or the stack makes one */
  readonly privateKey?: pulumi.Input<string> | undefined;
}

/** What a program says about a cluster. */
import type * as pulumi from "@pulumi/pulumi";
import type { ArtifactsArgs, SshArgs } from "../host/access-args";
import type { HostConfigArgs } from "../host/args";
import type { ReleaseName } from "../releases/releases";
import type { KubernetesArgs } from "./args";

export interface KubeadmClusterArgs {
  /** Release set; it pins every version and checksum. */
  readonly release: ReleaseName;
  /** Hosts by permanent name, which is both the node name and the resource name. */
  readonly hosts: Readonly<Record<string, HostConfigArgs>>;
  /** Kubernetes and its pod network. */
  readonly kubernetes?: KubernetesArgs | undefined;
  /** Where hosts get programs and images. @default - each is downloaded from its vendor */
  readonly artifacts?: ArtifactsArgs | undefined;
  /** How hosts are reached over SSH. */
  readonly ssh?: SshArgs | undefined;
  /** Operator's private SSH key in OpenSSH format. @default - the key of the SSH agent, or a generated one for created machines */
  readonly privateKey?: pulumi.Input<string> | undefined;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { AddonsConfigArgs, LoadBalancerConfigArgs } from "../addons/args";
import type { ArtifactsArgs, SshArgs } from "../host/access-args";
import type { HostConfigArgs } from "../host/args";
import type { KubernetesArgs } from "../kubernetes/args";
import type { StorageConfigArgs } from "../storage/args";
import type { MeshArgs } from "./mesh-args";

/** Everything one environment declares. */
export interface StackConfigArgs {
  /** Release set; it pins every version and checksum. */
  readonly release: "2026.1";
  /**
   * Guard rails: what the environment refuses and protects. development: protects nothing; refuses
   * risks that nobody accepted in writing. production: protects the cluster and its nodes from
   * deletion; refuses fewer than 3 control planes, an endpoint that is one of the hosts, an SSH
   * server without a hostKey, a bundle without a digest, hosts on this computer, privileged pods by
   * default, risks that nobody accepted in writing, plaintext that nobody accepted in writing.
   * @default "development"
   */
  readonly guardRails?: "development" | "production" | undefined;
  /**
   * Where hosts get programs and container images.
   * @default { source: "internet" }
   */
  readonly artifacts?: ArtifactsArgs | undefined;
  /** How hosts are reached. */
  readonly ssh?: SshArgs | undefined;
  /** The cluster. */
  readonly kubernetes?: KubernetesArgs | undefined;
  /** The service mesh; by default, no mesh is installed. */
  readonly mesh?: MeshArgs | undefined;
  /** Tools for metrics, dashboards and traces; by default, none is installed. */
  readonly addons?: AddonsConfigArgs | undefined;
  /**
   * MetalLB, which assigns addresses to Services of type LoadBalancer; by default, it is not
   * installed.
   */
  readonly loadBalancer?: LoadBalancerConfigArgs | undefined;
  /**
   * StorageClass of the local volumes that hosts declare; required if a host declares `volumes`.
   */
  readonly storage?: StorageConfigArgs | undefined;
  /** Hosts by permanent name, which is both the node name and the resource name. */
  readonly hosts: Readonly<Record<string, HostConfigArgs>>;
}

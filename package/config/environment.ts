// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { AddonsConfig, LoadBalancerConfig } from "./addons";
import type { HostConfig } from "./host";
import type { Kubernetes } from "./kubernetes";
import type { Mesh } from "./mesh";
import type { StorageConfig } from "./storage";

/** Everything one environment declares. */
export interface StackConfig {
  /** Release set; it pins every version and checksum. */
  release: string;
  /**
   * Guard rails: what the environment refuses and protects. development: protects nothing; refuses
   * risks that nobody accepted in writing. production: protects the cluster and its nodes from
   * deletion; refuses fewer than 3 control planes, an endpoint that is one of the hosts, an SSH
   * server without a hostKey, a bundle without a digest, hosts on this computer, privileged pods by
   * default, risks that nobody accepted in writing, plaintext that nobody accepted in writing. One
   * of "development", "production".
   * Default: "development"
   */
  guardRails?: string;
  /**
   * Where hosts get programs and container images.
   * Default: { source: "internet" }
   */
  artifacts?: Artifacts;
  /** How hosts are reached. */
  ssh?: Ssh;
  /** The cluster. */
  kubernetes?: Kubernetes;
  /** The service mesh; by default, no mesh is installed. */
  mesh?: Mesh;
  /** Tools for metrics, dashboards and traces; by default, none is installed. */
  addons?: AddonsConfig;
  /**
   * MetalLB, which assigns addresses to Services of type LoadBalancer; by default, it is not
   * installed.
   */
  loadBalancer?: LoadBalancerConfig;
  /**
   * StorageClass of the local volumes that hosts declare; required if a host declares `volumes`.
   */
  storage?: StorageConfig;
  /** Hosts by permanent name, which is both the node name and the resource name. */
  hosts: Record<string, HostConfig>;
}

/** Where hosts get programs and container images. */
export interface Artifacts {
  /**
   * "internet": Hosts download each file from its vendor. "mirror": Hosts download from a server
   * that mirrors the vendors. "bundle": Hosts read from a local directory, for hosts without
   * internet access.
   */
  source: string;
  /** (mirror) Base URL of the mirror; it serves each vendor's paths below <url>/<vendor host>/. */
  url?: string;
  /**
   * (mirror) Registry path of the Kubernetes and pod network images, such as
   * mirror.example.net/k8s; each image is directly below it, with the last part of its name and its
   * tag.
   */
  imageRepository?: string;
  /** (bundle) Directory of the bundle on every host. */
  path?: string;
  /**
   * (bundle) SHA-256 digest of the bundle's SHA256SUMS file, checked before anything is installed;
   * by default, any SHA256SUMS is accepted.
   */
  manifestSha256?: string;
}

/** How hosts are reached. */
export interface Ssh {
  /**
   * Login user, who must be allowed to run sudo without a password.
   * Default: "nordmesh"
   */
  user?: string;
  /**
   * Public SSH keys of operators, each a line of authorized_keys; the stack adds them to machines
   * that it creates.
   */
  authorizedKeys?: string[];
  /**
   * Number of connection attempts before a host counts as unreachable. A whole number, 1 to 500.
   * Default: 20
   */
  connectAttempts?: number;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { AddonsConfig, LoadBalancerConfig } from "./addons";
import type { HostConfig } from "./host";
import type { IstioConfig } from "./istio";
import type { Kubernetes } from "./kubernetes";
import type { PoliciesConfig } from "./policies";

/** Everything one environment declares. */
export interface StackConfig {
  /** Release set: pins every version and checksum. */
  release: string;
  /**
   * What the environment refuses, whatever else it declares. development: protects nothing; refuses
   * risks that nobody accepted in writing. production: protects the cluster and its nodes from
   * deletion; refuses fewer than 3 control planes, an endpoint that is one of the hosts, an SSH
   * server without a hostKey, a bundle without a digest, hosts on this computer, privileged pods by
   * default, risks that nobody accepted in writing, plaintext that nobody accepted in writing. One
   * of "development", "production".
   * Default: "development"
   */
  guardRails?: string;
  /**
   * Where hosts get programs and images.
   * Default: { source: "internet" }
   */
  artifacts?: Artifacts;
  /** How hosts are reached. */
  ssh?: Ssh;
  /** The cluster. */
  kubernetes?: Kubernetes;
  /** The service mesh; by default there is none. */
  mesh?: Mesh;
  /** What looks at the mesh: metrics, dashboards, traces. */
  addons?: AddonsConfig;
  /** MetalLB: addresses for Services of type LoadBalancer; without it something else gives them. */
  loadBalancer?: LoadBalancerConfig;
  /** Hosts by permanent name: the node name and the resource name, for ever. */
  hosts: Record<string, HostConfig>;
}

/** Where hosts get programs and images. */
export interface Artifacts {
  /**
   * "internet": Each file from its vendor. "mirror": From a server that copies the vendors.
   * "bundle": From a directory on every host, for hosts without internet.
   */
  source: string;
  /** (mirror) Serves each vendor's path below <url>/<vendor host>/. */
  url?: string;
  /**
   * (mirror) Registry that holds the images of Kubernetes and its pod network, each directly below
   * it under its last name and tag.
   */
  imageRepository?: string;
  /** (bundle) Directory of the bundle on every host. */
  path?: string;
  /** (bundle) SHA-256 of the bundle's SHA256SUMS. */
  manifestSha256?: string;
}

/** How hosts are reached. */
export interface Ssh {
  /**
   * Login that may run sudo without a password.
   * Default: "nordmesh"
   */
  user?: string;
  /** Public keys of operators, for machines the stack creates. */
  authorizedKeys?: string[];
  /**
   * Connections tried before a host counts as unreachable. A whole number, 1 to 500.
   * Default: 20
   */
  connectAttempts?: number;
}

/** The service mesh; by default there is none. */
export interface Mesh extends IstioConfig, PoliciesConfig {}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { Replicas } from "./istio";
import type { Service } from "./traffic";

/** What is declared to an installed Istio. */
export interface PoliciesConfig {
  /**
   * "sidecar": One proxy in each pod. "ambient": One proxy on each node, and waypoints for layer 7.
   */
  mode: string;
  /**
   * Whether the whole mesh refuses plaintext. One of "permissive", "strict".
   * Default: "strict"
   */
  mtls?: string;
  /**
   * Who may call a service that has no `callers`: any allows everyone; declared allows no one, and
   * also closes every other workload of the namespace. One of "any", "declared".
   * Default: "any"
   */
  access?: string;
  /** Callers without mTLS; their targets cannot be strict as long as the callers are listed. */
  plaintextClients?: PlaintextClient[];
  /** Traffic settings by namespace/service. */
  services?: Record<string, Service>;
  /** Traffic that leaves the cluster. */
  egress?: Egress;
  /** Findings that are accepted in writing; an entry that no longer applies is an error. */
  accept?: AcceptedMeshFinding[];
  /** Namespaces outside the mesh whose services are called from inside the mesh. */
  visibleNamespaces?: string[];
  /** Namespaces in the mesh by name. */
  namespaces?: Record<string, Namespace>;
  /** Settings of existing workloads by namespace/name. */
  workloads?: Record<string, Workload>;
}

/** A caller without mTLS. */
export interface PlaintextClient {
  /** Target of the calls: a workload as namespace/name, or a namespace. */
  to: string;
  /** Caller that stays outside the mesh. */
  from: string;
  /** Date by which the caller will be gone, YYYY-MM-DD. */
  until?: string;
}

/** Traffic that leaves the cluster. */
export interface Egress {
  /**
   * Whether proxies refuse undeclared destinations. One of "allow-list", "any".
   * Default: "allow-list"
   */
  mode?: string;
  /** Destinations outside the cluster by permanent name. */
  allow?: Record<string, EgressDestination>;
}

/** A destination outside the cluster. */
export interface EgressDestination {
  /** DNS names of the destination. At least one. */
  hosts: string[];
  /** Ports of the destination. At least one. */
  ports: EgressPort[];
  /**
   * Address ranges of the destination, for network policies and to distinguish TCP destinations; by
   * default, any address.
   */
  ranges?: string[];
  /** Namespaces that may reach it. At least one. */
  namespaces: string[];
  /** Person or team that is responsible for the destination. */
  owner: string;
  /** Reason why the destination is needed. */
  purpose: string;
  /** Country that the data goes to, as an ISO 3166 code. */
  country: string;
  /** Legal basis for a country outside the EEA. */
  exception?: string;
}

/** A port of a destination outside the cluster. */
export interface EgressPort {
  /** Port. A whole number, 1 to 65535. */
  number: number;
  /**
   * Protocol on the port; use TLS if the application itself encrypts. One of "TLS", "HTTPS",
   * "HTTP", "HTTP2", "GRPC", "TCP".
   */
  protocol: string;
}

/** A finding about the mesh that was accepted in writing. */
export interface AcceptedMeshFinding {
  /** Rule of the finding. */
  rule: string;
  /** Place of the finding. */
  at: string;
  /** Reason why the finding is accepted. */
  reason: string;
  /** Person who accepted the finding. */
  by: string;
}

/** A namespace in the mesh. */
export interface Namespace {
  /**
   * True: the stack creates the namespace. False: something else creates it. The namespace is never
   * deleted.
   * Default: true
   */
  create?: boolean;
  /**
   * Overrides the setting of the whole mesh for this namespace; by default, it is the same. One of
   * "permissive", "strict".
   */
  mtls?: string;
  /**
   * Overrides the setting of the whole mesh for this namespace; by default, it is the same. One of
   * "any", "declared".
   */
  access?: string;
  /**
   * Control plane of the namespace: stable is the one of `version`, canary the one of
   * `canaryVersion`. One of "stable", "canary".
   * Default: "stable"
   */
  revision?: string;
  /**
   * (ambient) Layer 7 proxy of the namespace; by default, it exists if a service has a breaker or a
   * route.
   */
  waypoint?: NamespaceWaypoint;
}

/** A waypoint that is sized unlike the others. */
export interface NamespaceWaypoint {
  /**
   * False: the namespace has no waypoint, whatever its services declare.
   * Default: true
   */
  enabled?: boolean;
  /** Number of pods; by default, 1 in a cluster with one worker, otherwise 2. */
  replicas?: Replicas;
}

/** Settings of an existing workload. */
export interface Workload {
  /**
   * Kind of the workload. One of "Deployment", "StatefulSet", "DaemonSet".
   * Default: "Deployment"
   */
  kind?: string;
  /** Pod labels of the workload; required for `plaintextPorts`. */
  selector?: Record<string, string>;
  /**
   * Ports that accept plaintext from callers outside the mesh, such as a metrics port. Each a whole
   * number, 1 to 65535.
   */
  plaintextPorts?: number[];
  /** (sidecar) Settings of the workload's sidecars, set as pod annotations. */
  proxy?: WorkloadProxy;
}

/** Settings of the workload's sidecars, set as pod annotations. */
export interface WorkloadProxy {
  /** CPU request. */
  cpu?: string;
  /** CPU limit; by default, the value of the chart. */
  cpuLimit?: string;
  /** Memory request. */
  memory?: string;
  /** Memory limit; by default, the value of the chart. */
  memoryLimit?: string;
  /** Number of worker threads; by default, the CPU limit decides. A whole number of at least 1. */
  concurrency?: number;
  /** Destination ranges that bypass the proxy, without mTLS, policies and metrics. */
  excludeOutboundIPRanges?: string[];
  /** Inbound ports that bypass the proxy. Each a whole number, 1 to 65535. */
  excludeInboundPorts?: number[];
  /** Time that the proxy drains connections when the pod stops. */
  drainDuration?: string;
}

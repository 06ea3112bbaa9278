// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { Replicas } from "./istio";
import type { Service } from "./traffic";

/** What is declared to an installed Istio. */
export interface PoliciesConfig {
  /**
   * "sidecar": One proxy (sidecar) in each pod. "ambient": One proxy (ztunnel) on each node, and
   * waypoints for layer 7.
   */
  mode: string;
  /**
   * strict: workloads refuse plaintext. permissive: they accept both mTLS and plaintext. One of
   * "permissive", "strict".
   * Default: "strict"
   */
  mtls?: string;
  /**
   * Who may call a service without `callers`. any: everyone. declared: no one; every other workload
   * of its namespace is closed too. One of "any", "declared".
   * Default: "any"
   */
  access?: string;
  /**
   * Callers outside the mesh, which use plaintext; strict mTLS for their targets is a finding while
   * they are listed.
   */
  plaintextClients?: PlaintextClient[];
  /** Traffic settings of Services, by namespace/name. */
  services?: Record<string, Service>;
  /** Traffic that leaves the cluster. */
  egress?: Egress;
  /** Findings that are accepted in writing; an entry that no longer applies is an error. */
  accept?: AcceptedMeshFinding[];
  /**
   * Namespaces outside the mesh whose services are called from inside it; sidecars know no others,
   * and an egress boundary closes to all others.
   */
  visibleNamespaces?: string[];
  /** Namespaces enrolled in the mesh, by name. */
  namespaces?: Record<string, Namespace>;
  /** Settings of workloads that something else creates, by namespace/name. */
  workloads?: Record<string, Workload>;
}

/** A caller without mTLS. */
export interface PlaintextClient {
  /** Target of the calls: namespace/workload, or a namespace. */
  to: string;
  /** Caller outside the mesh, as free text. */
  from: string;
  /** Date by which the caller will be gone, YYYY-MM-DD. */
  until?: string;
}

/** Traffic that leaves the cluster. */
export interface Egress {
  /**
   * allow-list: proxies refuse undeclared destinations outside the cluster. any: they allow them.
   * One of "allow-list", "any".
   * Default: "allow-list"
   */
  mode?: string;
  /** Allowed destinations outside the cluster, by permanent name. */
  allow?: Record<string, EgressDestination>;
}

/** A destination outside the cluster. */
export interface EgressDestination {
  /** DNS names of the destination, such as api.bank.example or *.bank.example. At least one. */
  hosts: string[];
  /** Ports of the destination. At least one. */
  ports: EgressPort[];
  /**
   * IPv4 ranges (CIDR) of the destination, for network policies and to distinguish TCP
   * destinations; by default, any address.
   */
  ranges?: string[];
  /** Enrolled namespaces that may reach the destination. At least one. */
  namespaces: string[];
  /** Person or team that is responsible for the destination. */
  owner: string;
  /** Reason why the destination is needed. */
  purpose: string;
  /** Country that the data goes to, as an ISO 3166 code of two capital letters, such as SE. */
  country: string;
  /** Legal basis for a country outside the EEA; required there. */
  exception?: string;
}

/** A port of a destination outside the cluster. */
export interface EgressPort {
  /** Port number. A whole number, 1 to 65535. */
  number: number;
  /**
   * Protocol on the port; TLS if the application itself encrypts. One of "TLS", "HTTPS", "HTTP",
   * "HTTP2", "GRPC", "TCP".
   */
  protocol: string;
}

/** A finding about the mesh that was accepted in writing. */
export interface AcceptedMeshFinding {
  /** Name of the rule. */
  rule: string;
  /** Path that the finding names. */
  at: string;
  /** Reason why the finding is accepted, at least 10 characters. */
  reason: string;
  /** Person or team that accepted the finding. */
  by: string;
}

/** A namespace in the mesh. */
export interface Namespace {
  /**
   * True: the stack creates the namespace. False: something else creates it. The stack never
   * deletes it.
   * Default: true
   */
  create?: boolean;
  /**
   * `mtls` of this namespace; by default, that of the whole mesh. One of "permissive", "strict".
   */
  mtls?: string;
  /** `access` of this namespace; by default, that of the whole mesh. One of "any", "declared". */
  access?: string;
  /**
   * Control plane of the namespace: stable has `version`, canary has `canaryVersion`. One of
   * "stable", "canary".
   * Default: "stable"
   */
  revision?: string;
  /**
   * (ambient) Waypoint (layer 7 proxy) of the namespace: true, false, or its size; by default,
   * there is one if a service has a breaker, canary or timeout.
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
  /** Number of pods of a waypoint; by default, 1 if only one node takes pods, otherwise 2. */
  replicas?: Replicas;
}

/** Settings of an existing workload. */
export interface Workload {
  /**
   * Kind of the workload. One of "Deployment", "StatefulSet", "DaemonSet".
   * Default: "Deployment"
   */
  kind?: string;
  /** Pod labels that select the workload's pods; required for `plaintextPorts`. */
  selector?: Record<string, string>;
  /**
   * Pod ports that accept plaintext from callers outside the mesh even under strict mTLS, such as a
   * metrics port. Each a whole number, 1 to 65535.
   */
  plaintextPorts?: number[];
  /**
   * (sidecar) Settings of the workload's sidecars; they are applied as annotations when its pods
   * start.
   */
  proxy?: WorkloadProxy;
}

/** Settings of the workload's sidecars; they are applied as annotations when its pods start. */
export interface WorkloadProxy {
  /**
   * CPU request, such as 100m; cpu, cpuLimit, memory and memoryLimit are set together or not at
   * all. By default, the mesh's.
   */
  cpu?: string;
  /**
   * CPU limit, such as 2; cpu, cpuLimit, memory and memoryLimit are set together or not at all. By
   * default, the mesh's.
   */
  cpuLimit?: string;
  /**
   * Memory request, such as 256Mi; cpu, cpuLimit, memory and memoryLimit are set together or not at
   * all. By default, the mesh's.
   */
  memory?: string;
  /**
   * Memory limit, such as 1Gi; cpu, cpuLimit, memory and memoryLimit are set together or not at
   * all. By default, the mesh's.
   */
  memoryLimit?: string;
  /**
   * Number of the proxy's worker threads; by default, derived from its CPU limit. A whole number of
   * at least 1.
   */
  concurrency?: number;
  /** IPv4 destination ranges (CIDR) that bypass the proxy: no mTLS, policies or metrics apply. */
  excludeOutboundIPRanges?: string[];
  /** Pod ports whose inbound traffic bypasses the proxy. Each a whole number, 1 to 65535. */
  excludeInboundPorts?: number[];
  /**
   * Time for which the proxy drains connections when the pod stops, such as 45s; by default,
   * Istio's.
   */
  drainDuration?: string;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { ReplicasArgs } from "./gateway-args";
import type { ServiceArgs } from "./traffic-args";

/** What is declared to an installed Istio. */
export type PoliciesConfigArgs = SidecarPoliciesArgs | AmbientPoliciesArgs;

/** One proxy (sidecar) in each pod. */
export interface SidecarPoliciesArgs {
  readonly mode: "sidecar";
  /**
   * strict: workloads refuse plaintext. permissive: they accept both mTLS and plaintext.
   * @default "strict"
   */
  readonly mtls?: "permissive" | "strict" | undefined;
  /**
   * Who may call a service without `callers`. any: everyone. declared: no one; every other workload
   * of its namespace is closed too.
   * @default "any"
   */
  readonly access?: "any" | "declared" | undefined;
  /**
   * Callers outside the mesh, which use plaintext; strict mTLS for their targets is a finding while
   * they are listed.
   */
  readonly plaintextClients?: readonly PlaintextClientArgs[] | undefined;
  /** Traffic settings of Services, by namespace/name. */
  readonly services?: Readonly<Record<string, ServiceArgs>> | undefined;
  /** Traffic that leaves the cluster. */
  readonly egress?: EgressArgs | undefined;
  /** Findings that are accepted in writing; an entry that no longer applies is an error. */
  readonly accept?: readonly AcceptedMeshFindingArgs[] | undefined;
  /**
   * Namespaces outside the mesh whose services are called from inside it; sidecars know no others,
   * and an egress boundary closes to all others.
   */
  readonly visibleNamespaces?: readonly string[] | undefined;
  /** Namespaces enrolled in the mesh, by name. */
  readonly namespaces?: Readonly<Record<string, SidecarNamespaceArgs>> | undefined;
  /** Settings of workloads that something else creates, by namespace/name. */
  readonly workloads?: Readonly<Record<string, SidecarWorkloadArgs>> | undefined;
}

/** A caller without mTLS. */
export interface PlaintextClientArgs {
  /** Target of the calls: namespace/workload, or a namespace. */
  readonly to: string;
  /** Caller outside the mesh, as free text. */
  readonly from: string;
  /** Date by which the caller will be gone, YYYY-MM-DD. */
  readonly until?: string | undefined;
}

/** Traffic that leaves the cluster. */
export interface EgressArgs {
  /**
   * allow-list: proxies refuse undeclared destinations outside the cluster. any: they allow them.
   * @default "allow-list"
   */
  readonly mode?: "allow-list" | "any" | undefined;
  /** Allowed destinations outside the cluster, by permanent name. */
  readonly allow?: Readonly<Record<string, EgressDestinationArgs>> | undefined;
}

/** A destination outside the cluster. */
export interface EgressDestinationArgs {
  /** DNS names of the destination, such as api.bank.example or *.bank.example. At least one. */
  readonly hosts: readonly string[];
  /** Ports of the destination. At least one. */
  readonly ports: readonly EgressPortArgs[];
  /**
   * IPv4 ranges (CIDR) of the destination, for network policies and to distinguish TCP
   * destinations; by default, any address.
   */
  readonly ranges?: readonly string[] | undefined;
  /** Enrolled namespaces that may reach the destination. At least one. */
  readonly namespaces: readonly string[];
  /** Person or team that is responsible for the destination. */
  readonly owner: string;
  /** Reason why the destination is needed. */
  readonly purpose: string;
  /** Country that the data goes to, as an ISO 3166 code of two capital letters, such as SE. */
  readonly country: string;
  /** Legal basis for a country outside the EEA; required there. */
  readonly exception?: string | undefined;
}

/** A port of a destination outside the cluster. */
export interface EgressPortArgs {
  /** Port number. A whole number, 1 to 65535. */
  readonly number: number;
  /** Protocol on the port; TLS if the application itself encrypts. */
  readonly protocol: "TLS" | "HTTPS" | "HTTP" | "HTTP2" | "GRPC" | "TCP";
}

/** A finding about the mesh that was accepted in writing. */
export interface AcceptedMeshFindingArgs {
  /** Name of the rule. */
  readonly rule: string;
  /** Path that the finding names. */
  readonly at: string;
  /** Reason why the finding is accepted, at least 10 characters. */
  readonly reason: string;
  /** Person or team that accepted the finding. */
  readonly by: string;
}

/** A namespace in the mesh. */
export interface SidecarNamespaceArgs {
  /**
   * True: the stack creates the namespace. False: something else creates it. The stack never
   * deletes it.
   * @default true
   */
  readonly create?: boolean | undefined;
  /** `mtls` of this namespace; by default, that of the whole mesh. */
  readonly mtls?: "permissive" | "strict" | undefined;
  /** `access` of this namespace; by default, that of the whole mesh. */
  readonly access?: "any" | "declared" | undefined;
  /**
   * Control plane of the namespace: stable has `version`, canary has `canaryVersion`.
   * @default "stable"
   */
  readonly revision?: "stable" | "canary" | undefined;
}

/** Settings of an existing workload. */
export interface SidecarWorkloadArgs {
  /**
   * Kind of the workload.
   * @default "Deployment"
   */
  readonly kind?: "Deployment" | "StatefulSet" | "DaemonSet" | undefined;
  /** Pod labels that select the workload's pods; required for `plaintextPorts`. */
  readonly selector?: Readonly<Record<string, string>> | undefined;
  /**
   * Pod ports that accept plaintext from callers outside the mesh even under strict mTLS, such as a
   * metrics port. Each a whole number, 1 to 65535.
   */
  readonly plaintextPorts?: readonly number[] | undefined;
  /** Settings of the workload's sidecars; they are applied as annotations when its pods start. */
  readonly proxy?: WorkloadProxyArgs | undefined;
}

/** Settings of the workload's sidecars; they are applied as annotations when its pods start. */
export interface WorkloadProxyArgs {
  /**
   * CPU request, such as 100m; cpu, cpuLimit, memory and memoryLimit are set together or not at
   * all. By default, the mesh's.
   */
  readonly cpu?: string | undefined;
  /**
   * CPU limit, such as 2; cpu, cpuLimit, memory and memoryLimit are set together or not at all. By
   * default, the mesh's.
   */
  readonly cpuLimit?: string | undefined;
  /**
   * Memory request, such as 256Mi; cpu, cpuLimit, memory and memoryLimit are set together or not at
   * all. By default, the mesh's.
   */
  readonly memory?: string | undefined;
  /**
   * Memory limit, such as 1Gi; cpu, cpuLimit, memory and memoryLimit are set together or not at
   * all. By default, the mesh's.
   */
  readonly memoryLimit?: string | undefined;
  /**
   * Number of the proxy's worker threads; by default, derived from its CPU limit. A whole number of
   * at least 1.
   */
  readonly concurrency?: number | undefined;
  /** IPv4 destination ranges (CIDR) that bypass the proxy: no mTLS, policies or metrics apply. */
  readonly excludeOutboundIPRanges?: readonly string[] | undefined;
  /** Pod ports whose inbound traffic bypasses the proxy. Each a whole number, 1 to 65535. */
  readonly excludeInboundPorts?: readonly number[] | undefined;
  /**
   * Time for which the proxy drains connections when the pod stops, such as 45s; by default,
   * Istio's.
   */
  readonly drainDuration?: string | undefined;
}

/** One proxy (ztunnel) on each node, and waypoints for layer 7. */
export interface AmbientPoliciesArgs {
  readonly mode: "ambient";
  /**
   * strict: workloads refuse plaintext. permissive: they accept both mTLS and plaintext.
   * @default "strict"
   */
  readonly mtls?: "permissive" | "strict" | undefined;
  /**
   * Who may call a service without `callers`. any: everyone. declared: no one; every other workload
   * of its namespace is closed too.
   * @default "any"
   */
  readonly access?: "any" | "declared" | undefined;
  /**
   * Callers outside the mesh, which use plaintext; strict mTLS for their targets is a finding while
   * they are listed.
   */
  readonly plaintextClients?: readonly PlaintextClientArgs[] | undefined;
  /** Traffic settings of Services, by namespace/name. */
  readonly services?: Readonly<Record<string, ServiceArgs>> | undefined;
  /** Traffic that leaves the cluster. */
  readonly egress?: EgressArgs | undefined;
  /** Findings that are accepted in writing; an entry that no longer applies is an error. */
  readonly accept?: readonly AcceptedMeshFindingArgs[] | undefined;
  /** Namespaces enrolled in the mesh, by name. */
  readonly namespaces?: Readonly<Record<string, AmbientNamespaceArgs>> | undefined;
  /** Settings of workloads that something else creates, by namespace/name. */
  readonly workloads?: Readonly<Record<string, AmbientWorkloadArgs>> | undefined;
  /**
   * Namespaces outside the mesh whose services are called from inside it; sidecars know no others,
   * and an egress boundary closes to all others.
   */
  readonly visibleNamespaces?: readonly string[] | undefined;
}

/** A namespace in the mesh. */
export interface AmbientNamespaceArgs {
  /**
   * True: the stack creates the namespace. False: something else creates it. The stack never
   * deletes it.
   * @default true
   */
  readonly create?: boolean | undefined;
  /** `mtls` of this namespace; by default, that of the whole mesh. */
  readonly mtls?: "permissive" | "strict" | undefined;
  /** `access` of this namespace; by default, that of the whole mesh. */
  readonly access?: "any" | "declared" | undefined;
  /**
   * Control plane of the namespace: stable has `version`, canary has `canaryVersion`.
   * @default "stable"
   */
  readonly revision?: "stable" | "canary" | undefined;
  /**
   * Waypoint (layer 7 proxy) of the namespace: true, false, or its size; by default, there is one
   * if a service has a breaker, canary or timeout.
   */
  readonly waypoint?: boolean | NamespaceWaypointArgs | undefined;
}

/** A waypoint that is sized unlike the others. */
export interface NamespaceWaypointArgs {
  /** Number of pods of a waypoint; by default, 1 if only one node takes pods, otherwise 2. */
  readonly replicas?: ReplicasArgs | undefined;
}

/** Settings of an existing workload. */
export interface AmbientWorkloadArgs {
  /**
   * Kind of the workload.
   * @default "Deployment"
   */
  readonly kind?: "Deployment" | "StatefulSet" | "DaemonSet" | undefined;
  /** Pod labels that select the workload's pods; required for `plaintextPorts`. */
  readonly selector?: Readonly<Record<string, string>> | undefined;
  /**
   * Pod ports that accept plaintext from callers outside the mesh even under strict mTLS, such as a
   * metrics port. Each a whole number, 1 to 65535.
   */
  readonly plaintextPorts?: readonly number[] | undefined;
}

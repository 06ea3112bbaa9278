// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { ReplicasArgs } from "./gateway-args";
import type { ServiceArgs } from "./traffic-args";

/** What is declared to an installed Istio. */
export type PoliciesConfigArgs = SidecarPoliciesArgs | AmbientPoliciesArgs;

/** One proxy in each pod. */
export interface SidecarPoliciesArgs {
  readonly mode: "sidecar";
  /**
   * Whether the whole mesh refuses plaintext.
   * @default "strict"
   */
  readonly mtls?: "permissive" | "strict" | undefined;
  /**
   * Who may call a service that has no `callers`: any allows everyone; declared allows no one, and
   * also closes every other workload of the namespace.
   * @default "any"
   */
  readonly access?: "any" | "declared" | undefined;
  /** Callers without mTLS; their targets cannot be strict as long as the callers are listed. */
  readonly plaintextClients?: readonly PlaintextClientArgs[] | undefined;
  /** Traffic settings by namespace/service. */
  readonly services?: Readonly<Record<string, ServiceArgs>> | undefined;
  /** Traffic that leaves the cluster. */
  readonly egress?: EgressArgs | undefined;
  /** Findings that are accepted in writing; an entry that no longer applies is an error. */
  readonly accept?: readonly AcceptedMeshFindingArgs[] | undefined;
  /** Namespaces outside the mesh whose services are called from inside the mesh. */
  readonly visibleNamespaces?: readonly string[] | undefined;
  /** Namespaces in the mesh by name. */
  readonly namespaces?: Readonly<Record<string, SidecarNamespaceArgs>> | undefined;
  /** Settings of existing workloads by namespace/name. */
  readonly workloads?: Readonly<Record<string, SidecarWorkloadArgs>> | undefined;
}

/** A caller without mTLS. */
export interface PlaintextClientArgs {
  /** Target of the calls: a workload as namespace/name, or a namespace. */
  readonly to: string;
  /** Caller that stays outside the mesh. */
  readonly from: string;
  /** Date by which the caller will be gone, YYYY-MM-DD. */
  readonly until?: string | undefined;
}

/** Traffic that leaves the cluster. */
export interface EgressArgs {
  /**
   * Whether proxies refuse undeclared destinations.
   * @default "allow-list"
   */
  readonly mode?: "allow-list" | "any" | undefined;
  /** Destinations outside the cluster by permanent name. */
  readonly allow?: Readonly<Record<string, EgressDestinationArgs>> | undefined;
}

/** A destination outside the cluster. */
export interface EgressDestinationArgs {
  /** DNS names of the destination. At least one. */
  readonly hosts: readonly string[];
  /** Ports of the destination. At least one. */
  readonly ports: readonly EgressPortArgs[];
  /**
   * Address ranges of the destination, for network policies and to distinguish TCP destinations; by
   * default, any address.
   */
  readonly ranges?: readonly string[] | undefined;
  /** Namespaces that may reach it. At least one. */
  readonly namespaces: readonly string[];
  /** Person or team that is responsible for the destination. */
  readonly owner: string;
  /** Reason why the destination is needed. */
  readonly purpose: string;
  /** Country that the data goes to, as an ISO 3166 code. */
  readonly country: string;
  /** Legal basis for a country outside the EEA. */
  readonly exception?: string | undefined;
}

/** A port of a destination outside the cluster. */
export interface EgressPortArgs {
  /** Port. A whole number, 1 to 65535. */
  readonly number: number;
  /** Protocol on the port; use TLS if the application itself encrypts. */
  readonly protocol: "TLS" | "HTTPS" | "HTTP" | "HTTP2" | "GRPC" | "TCP";
}

/** A finding about the mesh that was accepted in writing. */
export interface AcceptedMeshFindingArgs {
  /** Rule of the finding. */
  readonly rule: string;
  /** Place of the finding. */
  readonly at: string;
  /** Reason why the finding is accepted. */
  readonly reason: string;
  /** Person who accepted the finding. */
  readonly by: string;
}

/** A namespace in the mesh. */
export interface SidecarNamespaceArgs {
  /**
   * True: the stack creates the namespace. False: something else creates it. The namespace is never
   * deleted.
   * @default true
   */
  readonly create?: boolean | undefined;
  /** Overrides the setting of the whole mesh for this namespace; by default, it is the same. */
  readonly mtls?: "permissive" | "strict" | undefined;
  /** Overrides the setting of the whole mesh for this namespace; by default, it is the same. */
  readonly access?: "any" | "declared" | undefined;
  /**
   * Control plane of the namespace: stable is the one of `version`, canary the one of
   * `canaryVersion`.
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
  /** Pod labels of the workload; required for `plaintextPorts`. */
  readonly selector?: Readonly<Record<string, string>> | undefined;
  /**
   * Ports that accept plaintext from callers outside the mesh, such as a metrics port. Each a whole
   * number, 1 to 65535.
   */
  readonly plaintextPorts?: readonly number[] | undefined;
  /** Settings of the workload's sidecars, set as pod annotations. */
  readonly proxy?: WorkloadProxyArgs | undefined;
}

/** Settings of the workload's sidecars, set as pod annotations. */
export interface WorkloadProxyArgs {
  /** CPU request. */
  readonly cpu?: string | undefined;
  /** CPU limit; by default, the value of the chart. */
  readonly cpuLimit?: string | undefined;
  /** Memory request. */
  readonly memory?: string | undefined;
  /** Memory limit; by default, the value of the chart. */
  readonly memoryLimit?: string | undefined;
  /** Number of worker threads; by default, the CPU limit decides. A whole number of at least 1. */
  readonly concurrency?: number | undefined;
  /** Destination ranges that bypass the proxy, without mTLS, policies and metrics. */
  readonly excludeOutboundIPRanges?: readonly string[] | undefined;
  /** Inbound ports that bypass the proxy. Each a whole number, 1 to 65535. */
  readonly excludeInboundPorts?: readonly number[] | undefined;
  /** Time that the proxy drains connections when the pod stops. */
  readonly drainDuration?: string | undefined;
}

/** One proxy on each node, and waypoints for layer 7. */
export interface AmbientPoliciesArgs {
  readonly mode: "ambient";
  /**
   * Whether the whole mesh refuses plaintext.
   * @default "strict"
   */
  readonly mtls?: "permissive" | "strict" | undefined;
  /**
   * Who may call a service that has no `callers`: any allows everyone; declared allows no one, and
   * also closes every other workload of the namespace.
   * @default "any"
   */
  readonly access?: "any" | "declared" | undefined;
  /** Callers without mTLS; their targets cannot be strict as long as the callers are listed. */
  readonly plaintextClients?: readonly PlaintextClientArgs[] | undefined;
  /** Traffic settings by namespace/service. */
  readonly services?: Readonly<Record<string, ServiceArgs>> | undefined;
  /** Traffic that leaves the cluster. */
  readonly egress?: EgressArgs | undefined;
  /** Findings that are accepted in writing; an entry that no longer applies is an error. */
  readonly accept?: readonly AcceptedMeshFindingArgs[] | undefined;
  /** Namespaces in the mesh by name. */
  readonly namespaces?: Readonly<Record<string, AmbientNamespaceArgs>> | undefined;
  /** Settings of existing workloads by namespace/name. */
  readonly workloads?: Readonly<Record<string, AmbientWorkloadArgs>> | undefined;
  /** Namespaces outside the mesh whose services are called from inside the mesh. */
  readonly visibleNamespaces?: readonly string[] | undefined;
}

/** A namespace in the mesh. */
export interface AmbientNamespaceArgs {
  /**
   * True: the stack creates the namespace. False: something else creates it. The namespace is never
   * deleted.
   * @default true
   */
  readonly create?: boolean | undefined;
  /** Overrides the setting of the whole mesh for this namespace; by default, it is the same. */
  readonly mtls?: "permissive" | "strict" | undefined;
  /** Overrides the setting of the whole mesh for this namespace; by default, it is the same. */
  readonly access?: "any" | "declared" | undefined;
  /**
   * Control plane of the namespace: stable is the one of `version`, canary the one of
   * `canaryVersion`.
   * @default "stable"
   */
  readonly revision?: "stable" | "canary" | undefined;
  /**
   * Layer 7 proxy of the namespace; by default, it exists if a service has a breaker or a route.
   */
  readonly waypoint?: boolean | NamespaceWaypointArgs | undefined;
}

/** A waypoint that is sized unlike the others. */
export interface NamespaceWaypointArgs {
  /** Number of pods; by default, 1 in a cluster with one worker, otherwise 2. */
  readonly replicas?: ReplicasArgs | undefined;
}

/** Settings of an existing workload. */
export interface AmbientWorkloadArgs {
  /**
   * Kind of the workload.
   * @default "Deployment"
   */
  readonly kind?: "Deployment" | "StatefulSet" | "DaemonSet" | undefined;
  /** Pod labels of the workload; required for `plaintextPorts`. */
  readonly selector?: Readonly<Record<string, string>> | undefined;
  /**
   * Ports that accept plaintext from callers outside the mesh, such as a metrics port. Each a whole
   * number, 1 to 65535.
   */
  readonly plaintextPorts?: readonly number[] | undefined;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { ReplicasArgs } from "./install-args";
import type { ServiceArgs } from "./traffic-args";

/** What is declared to an installed Istio. */
export type PoliciesConfigArgs = SidecarPoliciesArgs | AmbientPoliciesArgs;

/** A proxy beside each pod. */
export interface SidecarPoliciesArgs {
  readonly mode: "sidecar";
  /**
   * Whether plaintext is refused in the whole mesh.
   * @default "strict"
   */
  readonly mtls?: "permissive" | "strict" | undefined;
  /**
   * Who may call a service without `callers`: any, or with declared nobody, and no other workload
   * of a namespace either.
   * @default "any"
   */
  readonly access?: "any" | "declared" | undefined;
  /** Callers without mTLS; their targets cannot be strict while they are listed. */
  readonly plaintextClients?: readonly PlaintextClientArgs[] | undefined;
  /** Traffic settings by namespace/service. */
  readonly services?: Readonly<Record<string, ServiceArgs>> | undefined;
  /** What leaves the cluster. */
  readonly egress?: EgressArgs | undefined;
  /** Findings accepted in writing; one that no longer applies is a problem. */
  readonly accept?: readonly AcceptedMeshFindingArgs[] | undefined;
  /** Namespaces outside the mesh whose services are called from inside. */
  readonly visibleNamespaces?: readonly string[] | undefined;
  /** Namespaces in the mesh by name. */
  readonly namespaces?: Readonly<Record<string, SidecarNamespaceArgs>> | undefined;
  /** Settings of existing workloads by namespace/name. */
  readonly workloads?: Readonly<Record<string, SidecarWorkloadArgs>> | undefined;
}

/** A caller without mTLS. */
export interface PlaintextClientArgs {
  /** Workload namespace/name, or a namespace. */
  readonly to: string;
  /** Caller that stays outside the mesh. */
  readonly from: string;
  /** Day it will be gone, YYYY-MM-DD. */
  readonly until?: string | undefined;
}

/** What leaves the cluster. */
export interface EgressArgs {
  /**
   * Whether proxies refuse destinations that are not declared.
   * @default "allow-list"
   */
  readonly mode?: "allow-list" | "any" | undefined;
  /** Destinations outside the cluster by permanent name. */
  readonly allow?: Readonly<Record<string, EgressDestinationArgs>> | undefined;
}

/** A destination outside the cluster. */
export interface EgressDestinationArgs {
  /** Names of the destination. At least one. */
  readonly hosts: readonly string[];
  /** Its ports. At least one. */
  readonly ports: readonly EgressPortArgs[];
  /**
   * Its addresses, for network policies and to tell destinations of TCP apart; none: any address.
   */
  readonly ranges?: readonly string[] | undefined;
  /** Namespaces that may reach it. At least one. */
  readonly namespaces: readonly string[];
  /** Who answers for it. */
  readonly owner: string;
  /** Why it is needed. */
  readonly purpose: string;
  /** Where the data goes, ISO 3166. */
  readonly country: string;
  /** Ground for a country outside the EEA. */
  readonly exception?: string | undefined;
}

/** A port of a destination outside the cluster. */
export interface EgressPortArgs {
  /** Port. A whole number, 1 to 65535. */
  readonly number: number;
  /** TLS where the application encrypts by itself. */
  readonly protocol: "TLS" | "HTTPS" | "HTTP" | "HTTP2" | "GRPC" | "TCP";
}

/** A finding about the mesh that was accepted in writing. */
export interface AcceptedMeshFindingArgs {
  /** Rule of the finding. */
  readonly rule: string;
  /** Place of the finding. */
  readonly at: string;
  /** Why it may stay. */
  readonly reason: string;
  /** Who decided. */
  readonly by: string;
}

/** A namespace in the mesh. */
export interface SidecarNamespaceArgs {
  /**
   * False for a namespace that something else makes. It is never removed.
   * @default true
   */
  readonly create?: boolean | undefined;
  /** Default: as the whole mesh. */
  readonly mtls?: "permissive" | "strict" | undefined;
  /** Default: as the whole mesh. */
  readonly access?: "any" | "declared" | undefined;
  /**
   * Control plane: of `version` or of `canaryVersion`.
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
  /** Pod labels; needed for `plaintextPorts`. */
  readonly selector?: Readonly<Record<string, string>> | undefined;
  /**
   * Ports that stay open to callers outside the mesh, such as metrics. Each a whole number, 1 to
   * 65535.
   */
  readonly plaintextPorts?: readonly number[] | undefined;
  /** Settings of its sidecars, as pod annotations. */
  readonly proxy?: WorkloadProxyArgs | undefined;
}

/** Settings of its sidecars, as pod annotations. */
export interface WorkloadProxyArgs {
  /** CPU requested. */
  readonly cpu?: string | undefined;
  /** CPU limit; by default what the chart says. */
  readonly cpuLimit?: string | undefined;
  /** Memory requested. */
  readonly memory?: string | undefined;
  /** Memory limit; by default what the chart says. */
  readonly memoryLimit?: string | undefined;
  /** Worker threads; default: what the CPU limit allows. A whole number of at least 1. */
  readonly concurrency?: number | undefined;
  /** Destinations that go past the proxy: no mTLS, no policy, no metrics. */
  readonly excludeOutboundIPRanges?: readonly string[] | undefined;
  /** Ports whose callers go past the proxy. Each a whole number, 1 to 65535. */
  readonly excludeInboundPorts?: readonly number[] | undefined;
  /** Time the proxy drains when the pod ends. */
  readonly drainDuration?: string | undefined;
}

/** A proxy on each node, and waypoints for layer 7. */
export interface AmbientPoliciesArgs {
  readonly mode: "ambient";
  /**
   * Whether plaintext is refused in the whole mesh.
   * @default "strict"
   */
  readonly mtls?: "permissive" | "strict" | undefined;
  /**
   * Who may call a service without `callers`: any, or with declared nobody, and no other workload
   * of a namespace either.
   * @default "any"
   */
  readonly access?: "any" | "declared" | undefined;
  /** Callers without mTLS; their targets cannot be strict while they are listed. */
  readonly plaintextClients?: readonly PlaintextClientArgs[] | undefined;
  /** Traffic settings by namespace/service. */
  readonly services?: Readonly<Record<string, ServiceArgs>> | undefined;
  /** What leaves the cluster. */
  readonly egress?: EgressArgs | undefined;
  /** Findings accepted in writing; one that no longer applies is a problem. */
  readonly accept?: readonly AcceptedMeshFindingArgs[] | undefined;
  /** Namespaces in the mesh by name. */
  readonly namespaces?: Readonly<Record<string, AmbientNamespaceArgs>> | undefined;
  /** Settings of existing workloads by namespace/name. */
  readonly workloads?: Readonly<Record<string, AmbientWorkloadArgs>> | undefined;
}

/** A namespace in the mesh. */
export interface AmbientNamespaceArgs {
  /**
   * False for a namespace that something else makes. It is never removed.
   * @default true
   */
  readonly create?: boolean | undefined;
  /** Default: as the whole mesh. */
  readonly mtls?: "permissive" | "strict" | undefined;
  /** Default: as the whole mesh. */
  readonly access?: "any" | "declared" | undefined;
  /**
   * Control plane: of `version` or of `canaryVersion`.
   * @default "stable"
   */
  readonly revision?: "stable" | "canary" | undefined;
  /** Layer 7 proxy of the namespace; default: where a service has a breaker or route. */
  readonly waypoint?: boolean | NamespaceWaypointArgs | undefined;
}

/** A waypoint that is sized unlike the others. */
export interface NamespaceWaypointArgs {
  /** Default: 1 on one worker, else 2. */
  readonly replicas?: ReplicasArgs | undefined;
}

/** Settings of an existing workload. */
export interface AmbientWorkloadArgs {
  /**
   * Kind of the workload.
   * @default "Deployment"
   */
  readonly kind?: "Deployment" | "StatefulSet" | "DaemonSet" | undefined;
  /** Pod labels; needed for `plaintextPorts`. */
  readonly selector?: Readonly<Record<string, string>> | undefined;
  /**
   * Ports that stay open to callers outside the mesh, such as metrics. Each a whole number, 1 to
   * 65535.
   */
  readonly plaintextPorts?: readonly number[] | undefined;
}

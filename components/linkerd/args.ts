// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { ReplicasArgs, ResourcesArgs } from "../mesh/gateway-args";
import type { TrustArgs } from "../mesh/install-args";
import type { AcceptedMeshFindingArgs, EgressArgs, PlaintextClientArgs } from "../mesh/policy-args";

/** How Linkerd is installed, and what it is told. */
export interface LinkerdInstallArgs {
  /**
   * Edge release of Linkerd, edge-YY.M.N.
   * @default "edge-26.8.4"
   */
  readonly version?: string | undefined;
  /**
   * Where charts and images come from.
   * @default { source: "official" }
   */
  readonly charts?: LinkerdChartsArgs | undefined;
  /** The control plane: identity, destination and proxy-injector. */
  readonly controlPlane?: LinkerdControlPlaneArgs | undefined;
  /** Defaults of every proxy. */
  readonly proxy?: LinkerdProxyArgs | undefined;
  /**
   * Format of the access log, one line per request on each proxy's standard output: text is
   * Apache's format; off disables it.
   * @default "off"
   */
  readonly accessLog?: "off" | "text" | "json" | undefined;
  /**
   * True: the CNI plugin of Linkerd redirects the traffic of pods. False: an init container with
   * NET_ADMIN does, in every pod.
   * @default true
   */
  readonly linkerdCni?: boolean | undefined;
  /**
   * True: the stack installs the Gateway API definitions of Linkerd's own chart. False: something
   * else installs them, with HTTPRoute and GRPCRoute v1, TLSRoute and TCPRoute v1alpha2.
   * @default true
   */
  readonly gatewayApi?: boolean | undefined;
  /**
   * Root certificates of the mesh, which the stack creates and rotates.
   * @default { roots: ["1"], signedBy: "1" }
   */
  readonly trust?: TrustArgs | undefined;
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
  readonly services?: Readonly<Record<string, LinkerdServiceArgs>> | undefined;
  /** Traffic that leaves the cluster. */
  readonly egress?: EgressArgs | undefined;
  /** Findings that are accepted in writing; an entry that no longer applies is an error. */
  readonly accept?: readonly AcceptedMeshFindingArgs[] | undefined;
  /** Namespaces in the mesh, by name. */
  readonly namespaces?: Readonly<Record<string, LinkerdNamespaceArgs>> | undefined;
  /** Workloads with ports that accept plaintext, by namespace/name. */
  readonly workloads?: Readonly<Record<string, LinkerdWorkloadArgs>> | undefined;
}

/** Where charts and images come from. */
export type LinkerdChartsArgs =
  OfficialLinkerdChartsArgs | MirrorLinkerdChartsArgs | DirectoryLinkerdChartsArgs;

/** Linkerd's own Helm repository. */
export interface OfficialLinkerdChartsArgs {
  readonly source: "official";
}

/** Your own Helm repository or OCI registry. */
export interface MirrorLinkerdChartsArgs {
  readonly source: "mirror";
  /** Helm repository (https://…) or OCI path (oci://…) with the charts under their own names. */
  readonly repository: string;
  /** Registry and path of the images, such as mirror.example.net/linkerd. */
  readonly hub: string;
}

/** A directory on the computer that runs Pulumi. */
export interface DirectoryLinkerdChartsArgs {
  readonly source: "directory";
  /**
   * Directory of unpacked charts with their dependencies: linkerd-crds, linkerd-control-plane,
   * linkerd2-cni.
   */
  readonly path: string;
  /**
   * Registry and path of the images, such as mirror.example.net/linkerd.
   * @default "cr.l5d.io/linkerd"
   */
  readonly hub?: string | undefined;
}

/** The control plane: identity, destination and proxy-injector. */
export interface LinkerdControlPlaneArgs {
  /**
   * CPU and memory of each container of the control plane; by default, requests of 100m and 50Mi,
   * and a memory limit of 250Mi.
   */
  readonly resources?: ResourcesArgs | undefined;
  /**
   * Number of pods of each component, all on different nodes; by default, one per node that takes
   * pods, at most 3.
   */
  readonly replicas?: ReplicasArgs | undefined;
}

/** Defaults of every proxy. */
export interface LinkerdProxyArgs {
  /**
   * CPU and memory of a proxy; by default, requests of 100m and 20Mi, and a memory limit of 250Mi.
   */
  readonly resources?: ResourcesArgs | undefined;
}

/** Traffic settings of a service. */
export interface LinkerdServiceArgs {
  /** Port of the Service. A whole number, 1 to 65535. */
  readonly port: number;
  /**
   * Protocol on the port; breaker, canary, timeout and retries need http, http2 or grpc.
   * @default "http"
   */
  readonly protocol?: "http" | "http2" | "grpc" | "tcp" | undefined;
  /** Number of backends, used by findings; by default, unknown. A whole number of at least 1. */
  readonly replicas?: number | undefined;
  /** Pod labels that select the service's pods; required for `callers` and `canary`. */
  readonly selector?: Readonly<Record<string, string>> | undefined;
  /** Port of the pods; by default, `port`. A whole number, 1 to 65535. */
  readonly targetPort?: number | undefined;
  /**
   * mTLS identities that may call the service: namespace/service-account, or a namespace for all of
   * its accounts. By default, `access` decides; an empty list allows no one.
   */
  readonly callers?: readonly string[] | undefined;
  /**
   * Share of the traffic in percent, by version (value of the pod label `version`); the shares sum
   * to 100.
   */
  readonly canary?: Readonly<Record<string, number>> | undefined;
  /** Timeout of a request including all retries, such as 2s; by default, none. */
  readonly timeout?: string | undefined;
  /**
   * Timeout of the calling application itself, such as 1500ms; it is only compared with `timeout`.
   */
  readonly callerTimeout?: string | undefined;
  /** Retries of failed requests; by default, none. */
  readonly retries?: LinkerdRetriesArgs | undefined;
  /**
   * True: the service may safely receive the same request twice, so retries are no finding.
   * @default false
   */
  readonly idempotent?: boolean | undefined;
  /**
   * Circuit breaker: a backend with consecutive failures gets no requests for some time. The
   * Service must exist; by default, there is none.
   */
  readonly breaker?: LinkerdBreakerArgs | undefined;
}

/** Retries of failed requests; by default, none. */
export interface LinkerdRetriesArgs {
  /** Maximum number of retries after the first attempt. A whole number, 0 to 10. */
  readonly attempts: number;
  /** Timeout of each attempt, after which the next one starts, such as 500ms; by default, none. */
  readonly perTryTimeout?: string | undefined;
  /**
   * Responses that are retried. HTTP: 5xx, gateway-error (502 to 504), or a status such as 503.
   * gRPC: cancelled, deadline-exceeded, internal, resource-exhausted, unavailable. By default,
   * gateway-error, or unavailable for gRPC. At least one.
   */
  readonly retryOn?: readonly string[] | undefined;
}

/**
 * Circuit breaker: a backend with consecutive failures gets no requests for some time. The Service
 * must exist; by default, there is none.
 */
export interface LinkerdBreakerArgs {
  /**
   * Number of consecutive 5xx responses, or gRPC failures, after which a client's proxy ejects the
   * backend. A whole number of at least 1.
   * @default 7
   */
  readonly consecutive5xxErrors?: number | undefined;
  /**
   * Duration of the first ejection, such as 500ms; each further one is longer, up to
   * `maxEjectionTime`.
   * @default "1s"
   */
  readonly baseEjectionTime?: string | undefined;
  /**
   * Maximum duration of an ejection, such as 2m.
   * @default "60s"
   */
  readonly maxEjectionTime?: string | undefined;
}

/** A namespace in the mesh. */
export interface LinkerdNamespaceArgs {
  /**
   * True: the stack creates the namespace. False: something else creates it. The stack never
   * deletes it.
   * @default true
   */
  readonly create?: boolean | undefined;
  /**
   * `mtls` of this namespace, for pods that start after the change; by default, that of the whole
   * mesh.
   */
  readonly mtls?: "permissive" | "strict" | undefined;
  /**
   * `access` of this namespace, for pods that start after the change; by default, that of the whole
   * mesh.
   */
  readonly access?: "any" | "declared" | undefined;
}

/** Settings of an existing workload. */
export interface LinkerdWorkloadArgs {
  /** Pod labels that select the workload's pods. */
  readonly selector: Readonly<Record<string, string>>;
  /**
   * Pod ports that accept plaintext from callers outside the mesh even under strict mTLS, such as a
   * metrics port. At least one. Each a whole number, 1 to 65535.
   */
  readonly plaintextPorts: readonly number[];
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { Replicas, Resources, Trust } from "./istio";
import type { AcceptedMeshFinding, Egress, PlaintextClient } from "./policies";

/** How Linkerd is installed, and what it is told. */
export interface LinkerdInstall {
  /**
   * Edge release of Linkerd, edge-YY.M.N.
   * Default: "edge-26.8.4"
   */
  version?: string;
  /**
   * Where charts and images come from.
   * Default: { source: "official" }
   */
  charts?: LinkerdCharts;
  /** The control plane: identity, destination and proxy-injector. */
  controlPlane?: LinkerdControlPlane;
  /** Defaults of every proxy. */
  proxy?: LinkerdProxy;
  /**
   * Format of the access log, one line per request on each proxy's standard output: text is
   * Apache's format; off disables it. One of "off", "text", "json".
   * Default: "off"
   */
  accessLog?: string;
  /**
   * True: the CNI plugin of Linkerd redirects the traffic of pods. False: an init container with
   * NET_ADMIN does, in every pod.
   * Default: true
   */
  linkerdCni?: boolean;
  /**
   * True: the stack installs the Gateway API definitions of Linkerd's own chart. False: something
   * else installs them, with HTTPRoute and GRPCRoute v1, TLSRoute and TCPRoute v1alpha2.
   * Default: true
   */
  gatewayApi?: boolean;
  /**
   * Root certificates of the mesh, which the stack creates and rotates.
   * Default: { roots: ["1"], signedBy: "1" }
   */
  trust?: Trust;
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
  services?: Record<string, LinkerdService>;
  /** Traffic that leaves the cluster. */
  egress?: Egress;
  /** Findings that are accepted in writing; an entry that no longer applies is an error. */
  accept?: AcceptedMeshFinding[];
  /** Namespaces in the mesh, by name. */
  namespaces?: Record<string, LinkerdNamespace>;
  /** Workloads with ports that accept plaintext, by namespace/name. */
  workloads?: Record<string, LinkerdWorkload>;
}

/** Where charts and images come from. */
export interface LinkerdCharts {
  /**
   * "official": Linkerd's own Helm repository. "mirror": Your own Helm repository or OCI registry.
   * "directory": A directory on the computer that runs Pulumi.
   */
  source: string;
  /**
   * (mirror) Helm repository (https://…) or OCI path (oci://…) with the charts under their own
   * names.
   */
  repository?: string;
  /** (mirror, directory) Registry and path of the images, such as mirror.example.net/linkerd. */
  hub?: string;
  /**
   * (directory) Directory of unpacked charts with their dependencies: linkerd-crds,
   * linkerd-control-plane, linkerd2-cni.
   */
  path?: string;
}

/** The control plane: identity, destination and proxy-injector. */
export interface LinkerdControlPlane {
  /**
   * CPU and memory of each container of the control plane; by default, requests of 100m and 50Mi,
   * and a memory limit of 250Mi.
   */
  resources?: Resources;
  /**
   * Number of pods of each component, all on different nodes; by default, one per node that takes
   * pods, at most 3.
   */
  replicas?: Replicas;
}

/** Defaults of every proxy. */
export interface LinkerdProxy {
  /**
   * CPU and memory of a proxy; by default, requests of 100m and 20Mi, and a memory limit of 250Mi.
   */
  resources?: Resources;
}

/** Traffic settings of a service. */
export interface LinkerdService {
  /** Port of the Service. A whole number, 1 to 65535. */
  port: number;
  /**
   * Protocol on the port; breaker, canary, timeout and retries need http, http2 or grpc. One of
   * "http", "http2", "grpc", "tcp".
   * Default: "http"
   */
  protocol?: string;
  /** Number of backends, used by findings; by default, unknown. A whole number of at least 1. */
  replicas?: number;
  /** Pod labels that select the service's pods; required for `callers` and `canary`. */
  selector?: Record<string, string>;
  /** Port of the pods; by default, `port`. A whole number, 1 to 65535. */
  targetPort?: number;
  /**
   * mTLS identities that may call the service: namespace/service-account, or a namespace for all of
   * its accounts. By default, `access` decides; an empty list allows no one.
   */
  callers?: string[];
  /**
   * Share of the traffic in percent, by version (value of the pod label `version`); the shares sum
   * to 100.
   */
  canary?: Record<string, number>;
  /** Timeout of a request including all retries, such as 2s; by default, none. */
  timeout?: string;
  /**
   * Timeout of the calling application itself, such as 1500ms; it is only compared with `timeout`.
   */
  callerTimeout?: string;
  /** Retries of failed requests; by default, none. */
  retries?: LinkerdRetries;
  /**
   * True: the service may safely receive the same request twice, so retries are no finding.
   * Default: false
   */
  idempotent?: boolean;
  /**
   * Circuit breaker: a backend with consecutive failures gets no requests for some time. The
   * Service must exist; by default, there is none.
   */
  breaker?: LinkerdBreaker;
}

/** Retries of failed requests; by default, none. */
export interface LinkerdRetries {
  /** Maximum number of retries after the first attempt. A whole number, 0 to 10. */
  attempts: number;
  /** Timeout of each attempt, after which the next one starts, such as 500ms; by default, none. */
  perTryTimeout?: string;
  /**
   * Responses that are retried. HTTP: 5xx, gateway-error (502 to 504), or a status such as 503.
   * gRPC: cancelled, deadline-exceeded, internal, resource-exhausted, unavailable. By default,
   * gateway-error, or unavailable for gRPC. At least one.
   */
  retryOn?: string[];
}

/**
 * Circuit breaker: a backend with consecutive failures gets no requests for some time. The Service
 * must exist; by default, there is none.
 */
export interface LinkerdBreaker {
  /**
   * Number of consecutive 5xx responses, or gRPC failures, after which a client's proxy ejects the
   * backend. A whole number of at least 1.
   * Default: 7
   */
  consecutive5xxErrors?: number;
  /**
   * Duration of the first ejection, such as 500ms; each further one is longer, up to
   * `maxEjectionTime`.
   * Default: "1s"
   */
  baseEjectionTime?: string;
  /**
   * Maximum duration of an ejection, such as 2m.
   * Default: "60s"
   */
  maxEjectionTime?: string;
}

/** A namespace in the mesh. */
export interface LinkerdNamespace {
  /**
   * True: the stack creates the namespace. False: something else creates it. The stack never
   * deletes it.
   * Default: true
   */
  create?: boolean;
  /**
   * `mtls` of this namespace, for pods that start after the change; by default, that of the whole
   * mesh. One of "permissive", "strict".
   */
  mtls?: string;
  /**
   * `access` of this namespace, for pods that start after the change; by default, that of the whole
   * mesh. One of "any", "declared".
   */
  access?: string;
}

/** Settings of an existing workload. */
export interface LinkerdWorkload {
  /** Pod labels that select the workload's pods. */
  selector: Record<string, string>;
  /**
   * Pod ports that accept plaintext from callers outside the mesh even under strict mTLS, such as a
   * metrics port. At least one. Each a whole number, 1 to 65535.
   */
  plaintextPorts: number[];
}

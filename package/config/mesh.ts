// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { ChartValues, Gateway, Replicas, Resources, Trust, Waypoint, Ztunnel } from "./istio";
import type { AnyService } from "./mesh-traffic";
import type {
  AcceptedMeshFinding,
  Egress,
  NamespaceWaypoint,
  PlaintextClient,
  WorkloadProxy,
} from "./policies";

/** The service mesh; by default, no mesh is installed. */
export interface Mesh {
  /**
   * "sidecar": One proxy (sidecar) in each pod. "ambient": One proxy (ztunnel) on each node, and
   * waypoints for layer 7. "linkerd": Linkerd instead of Istio: one small proxy in each pod, for
   * mTLS and metrics.
   */
  mode: string;
  /** (sidecar, ambient) Istio version, x.y.z. (linkerd) Edge release of Linkerd, edge-YY.M.N. */
  version?: string;
  /**
   * (sidecar, ambient) Istio version of a second control plane, for namespaces with `revision:
   * canary`.
   */
  canaryVersion?: string;
  /**
   * (sidecar, ambient) CPU and memory of istiod and sidecars: the charts' defaults, or smaller ones
   * for small nodes (compact requests 200m and 256Mi for istiod, 50m and 64Mi for a sidecar). One
   * of "standard", "compact".
   * Default: "standard"
   */
  preset?: string;
  /**
   * Where charts and images come from.
   * Default: { source: "official" }
   */
  charts?: Charts;
  /**
   * (sidecar, ambient) The control plane, istiod. (linkerd) The control plane: identity,
   * destination and proxy-injector.
   */
  controlPlane?: AnyControlPlane;
  /**
   * (sidecar, ambient) Packet filter that redirects the traffic of pods into the mesh. One of
   * "iptables", "nftables".
   * Default: "iptables"
   */
  redirect?: string;
  /**
   * (sidecar, ambient) Format of the access log, one line per request on each proxy's standard
   * output; off disables it. One of "off", "text", "json". (linkerd) Format of the access log, one
   * line per request on each proxy's standard output: text is Apache's format; off disables it. One
   * of "off", "text", "json".
   * Default: "off"
   */
  accessLog?: string;
  /**
   * (sidecar, ambient) Ingress gateways by permanent name, which is also the name of the release,
   * Deployment and Service.
   */
  gateways?: Record<string, Gateway>;
  /** (sidecar, ambient) Chart values that are merged over the planned values and override them. */
  values?: ChartValues;
  /** (sidecar) Settings of every sidecar. (linkerd) Defaults of every proxy. */
  proxy?: Proxy;
  /**
   * (sidecar) True: the istio-cni node agent sets up traffic redirection. False: each pod needs a
   * privileged init container for it.
   * Default: true
   */
  istioCni?: boolean;
  /**
   * (sidecar) True: the stack also installs the CRDs of the Gateway API. (linkerd) True: the stack
   * installs the Gateway API definitions of Linkerd's own chart. False: something else installs
   * them, with HTTPRoute and GRPCRoute v1, TLSRoute and TCPRoute v1alpha2.
   */
  gatewayApi?: boolean;
  /**
   * (sidecar) Roots of trust that the stack makes and rotates; by default, istiod makes one that is
   * valid for ten years. A mesh has them from its first installation or not at all. (linkerd) Root
   * certificates of the mesh, which the stack creates and rotates.
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
  services?: Record<string, AnyService>;
  /** Traffic that leaves the cluster. */
  egress?: Egress;
  /** Findings that are accepted in writing; an entry that no longer applies is an error. */
  accept?: AcceptedMeshFinding[];
  /**
   * (sidecar, ambient) Namespaces outside the mesh whose services are called from inside it;
   * sidecars know no others, and an egress boundary closes to all others.
   */
  visibleNamespaces?: string[];
  /**
   * (sidecar, ambient) Namespaces enrolled in the mesh, by name. (linkerd) Namespaces in the mesh,
   * by name.
   */
  namespaces?: Record<string, AnyNamespace>;
  /**
   * (sidecar, ambient) Settings of workloads that something else creates, by namespace/name.
   * (linkerd) Workloads with ports that accept plaintext, by namespace/name.
   */
  workloads?: Record<string, AnyWorkload>;
  /** (ambient) Settings of ztunnel, the proxy on each node. */
  ztunnel?: Ztunnel;
  /** (ambient) Settings of every waypoint. */
  waypoint?: Waypoint;
  /**
   * (linkerd) True: the CNI plugin of Linkerd redirects the traffic of pods. False: an init
   * container with NET_ADMIN does, in every pod.
   * Default: true
   */
  linkerdCni?: boolean;
}

/** Where charts and images come from. */
export interface Charts {
  /**
   * (sidecar, ambient) "official": Istio's own Helm repository. "mirror": Your own Helm repository
   * or OCI registry. "directory": A directory on the computer that runs Pulumi. (linkerd)
   * "official": Linkerd's own Helm repository. "mirror": Your own Helm repository or OCI registry.
   * "directory": A directory on the computer that runs Pulumi.
   */
  source: string;
  /**
   * (mirror) Helm repository (https://…) or OCI path (oci://…) with the charts under their own
   * names.
   */
  repository?: string;
  /**
   * (sidecar, ambient) (mirror, directory) Registry and path of the images, such as
   * mirror.example.net/istio. (linkerd) (mirror, directory) Registry and path of the images, such
   * as mirror.example.net/linkerd.
   */
  hub?: string;
  /**
   * (sidecar, ambient) (mirror) HTTPS URL of a copy of the Gateway API's standard-install.yaml; by
   * default, the project's release.
   */
  gatewayApi?: string;
  /**
   * (sidecar, ambient) (directory) Directory of unpacked charts: base, istiod, cni, ztunnel,
   * gateway, gateway-api.yaml. (linkerd) (directory) Directory of unpacked charts with their
   * dependencies: linkerd-crds, linkerd-control-plane, linkerd2-cni.
   */
  path?: string;
}

/** The control plane, istiod. */
export interface AnyControlPlane {
  /**
   * (sidecar, ambient) CPU and memory of istiod; by default, `preset` decides. (linkerd) CPU and
   * memory of each container of the control plane; by default, requests of 100m and 50Mi, and a
   * memory limit of 250Mi.
   */
  resources?: Resources;
  /**
   * (sidecar, ambient) Number of pods; by default, 1 if only one node takes pods, otherwise 2.
   * (linkerd) Number of pods of each component, all on different nodes; by default, one per node
   * that takes pods, at most 3.
   */
  replicas?: Replicas;
  /** (sidecar, ambient) Environment variables of istiod. */
  env?: Record<string, string>;
}

/** Settings of every sidecar. */
export interface Proxy {
  /**
   * (sidecar) CPU and memory of a sidecar; by default, `preset` decides. (linkerd) CPU and memory
   * of a proxy; by default, requests of 100m and 20Mi, and a memory limit of 250Mi.
   */
  resources?: Resources;
}

/** A namespace in the mesh. */
export interface AnyNamespace {
  /**
   * True: the stack creates the namespace. False: something else creates it. The stack never
   * deletes it.
   * Default: true
   */
  create?: boolean;
  /**
   * (sidecar, ambient) `mtls` of this namespace; by default, that of the whole mesh. One of
   * "permissive", "strict". (linkerd) `mtls` of this namespace, for pods that start after the
   * change; by default, that of the whole mesh. One of "permissive", "strict".
   */
  mtls?: string;
  /**
   * (sidecar, ambient) `access` of this namespace; by default, that of the whole mesh. One of
   * "any", "declared". (linkerd) `access` of this namespace, for pods that start after the change;
   * by default, that of the whole mesh. One of "any", "declared".
   */
  access?: string;
  /**
   * (sidecar, ambient) Control plane of the namespace: stable has `version`, canary has
   * `canaryVersion`. One of "stable", "canary".
   * Default: "stable"
   */
  revision?: string;
  /**
   * (ambient) Waypoint (layer 7 proxy) of the namespace: true, false, or its size; by default,
   * there is one if a service has a breaker, canary or timeout.
   */
  waypoint?: NamespaceWaypoint;
}

/** Settings of an existing workload. */
export interface AnyWorkload {
  /**
   * (sidecar, ambient) Kind of the workload. One of "Deployment", "StatefulSet", "DaemonSet".
   * Default: "Deployment"
   */
  kind?: string;
  /**
   * (sidecar, ambient) Pod labels that select the workload's pods; required for `plaintextPorts`.
   * (linkerd) Pod labels that select the workload's pods.
   */
  selector?: Record<string, string>;
  /**
   * (sidecar, ambient) Pod ports that accept plaintext from callers outside the mesh even under
   * strict mTLS, such as a metrics port. Each a whole number, 1 to 65535. (linkerd) Pod ports that
   * accept plaintext from callers outside the mesh even under strict mTLS, such as a metrics port.
   * At least one. Each a whole number, 1 to 65535.
   */
  plaintextPorts?: number[];
  /**
   * (sidecar) Settings of the workload's sidecars; they are applied as annotations when its pods
   * start.
   */
  proxy?: WorkloadProxy;
}

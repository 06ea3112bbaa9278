// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { GatewayArgs, ReplicasArgs, ResourcesArgs } from "./gateway-args";

/** How Istio is installed. */
export type IstioConfigArgs = SidecarIstioArgs | AmbientIstioArgs;

/** One proxy (sidecar) in each pod. */
export interface SidecarIstioArgs {
  readonly mode: "sidecar";
  /**
   * Istio version, x.y.z.
   * @default "1.31.1"
   */
  readonly version?: string | undefined;
  /** Istio version of a second control plane, for namespaces with `revision: canary`. */
  readonly canaryVersion?: string | undefined;
  /**
   * CPU and memory of istiod and sidecars: the charts' defaults, or smaller ones for small nodes
   * (compact requests 200m and 256Mi for istiod, 50m and 64Mi for a sidecar).
   * @default "standard"
   */
  readonly preset?: "standard" | "compact" | undefined;
  /**
   * Where charts and images come from.
   * @default { source: "official" }
   */
  readonly charts?: IstioChartsArgs | undefined;
  /** The control plane, istiod. */
  readonly controlPlane?: ControlPlaneArgs | undefined;
  /**
   * Packet filter that redirects the traffic of pods into the mesh.
   * @default "iptables"
   */
  readonly redirect?: "iptables" | "nftables" | undefined;
  /**
   * Format of the access log, one line per request on each proxy's standard output; off disables
   * it.
   * @default "off"
   */
  readonly accessLog?: "off" | "text" | "json" | undefined;
  /**
   * Ingress gateways by permanent name, which is also the name of the release, Deployment and
   * Service.
   */
  readonly gateways?: Readonly<Record<string, GatewayArgs>> | undefined;
  /** Chart values that are merged over the planned values and override them. */
  readonly values?: ChartValuesArgs | undefined;
  /** Settings of every sidecar. */
  readonly proxy?: SidecarProxyArgs | undefined;
  /**
   * True: the istio-cni node agent sets up traffic redirection. False: each pod needs a privileged
   * init container for it.
   * @default true
   */
  readonly istioCni?: boolean | undefined;
  /**
   * True: the stack also installs the CRDs of the Gateway API.
   * @default false
   */
  readonly gatewayApi?: boolean | undefined;
  /**
   * Roots of trust that the stack makes and rotates; by default, istiod makes one that is valid for
   * ten years. A mesh has them from its first installation or not at all.
   */
  readonly trust?: TrustArgs | undefined;
}

/** Where charts and images come from. */
export type IstioChartsArgs =
  OfficialIstioChartsArgs | MirrorIstioChartsArgs | DirectoryIstioChartsArgs;

/** Istio's own Helm repository. */
export interface OfficialIstioChartsArgs {
  readonly source: "official";
}

/** Your own Helm repository or OCI registry. */
export interface MirrorIstioChartsArgs {
  readonly source: "mirror";
  /** Helm repository (https://…) or OCI path (oci://…) with the charts under their own names. */
  readonly repository: string;
  /** Registry and path of the images, such as mirror.example.net/istio. */
  readonly hub: string;
  /**
   * HTTPS URL of a copy of the Gateway API's standard-install.yaml; by default, the project's
   * release.
   */
  readonly gatewayApi?: string | undefined;
}

/** A directory on the computer that runs Pulumi. */
export interface DirectoryIstioChartsArgs {
  readonly source: "directory";
  /** Directory of unpacked charts: base, istiod, cni, ztunnel, gateway, gateway-api.yaml. */
  readonly path: string;
  /**
   * Registry and path of the images, such as mirror.example.net/istio.
   * @default "docker.io/istio"
   */
  readonly hub?: string | undefined;
}

/** The control plane, istiod. */
export interface ControlPlaneArgs {
  /** CPU and memory of istiod; by default, `preset` decides. */
  readonly resources?: ResourcesArgs | undefined;
  /** Number of pods; by default, 1 if only one node takes pods, otherwise 2. */
  readonly replicas?: ReplicasArgs | undefined;
  /** Environment variables of istiod. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Chart values that are merged over the planned values and override them. */
export interface ChartValuesArgs {
  /** Values of the base chart. */
  readonly base?: Readonly<Record<string, unknown>> | undefined;
  /** Values of the istiod chart. */
  readonly istiod?: Readonly<Record<string, unknown>> | undefined;
  /** Values of the cni chart. */
  readonly cni?: Readonly<Record<string, unknown>> | undefined;
  /** Values of the ztunnel chart. */
  readonly ztunnel?: Readonly<Record<string, unknown>> | undefined;
  /** Values of the gateway chart, for every gateway. */
  readonly gateway?: Readonly<Record<string, unknown>> | undefined;
}

/** Settings of every sidecar. */
export interface SidecarProxyArgs {
  /** CPU and memory of a sidecar; by default, `preset` decides. */
  readonly resources?: ResourcesArgs | undefined;
}

/**
 * Roots of trust that the stack makes and rotates; by default, istiod makes one that is valid for
 * ten years. A mesh has them from its first installation or not at all.
 */
export interface TrustArgs {
  /**
   * Permanent names of root certificates that every proxy trusts, such as the year. The stack makes
   * each once, valid for ten years, and keeps its key in the state as a secret. At least one.
   */
  readonly roots: readonly string[];
  /**
   * The root whose intermediate signs the certificates of workloads. Change it only in a run after
   * the one that declared the root.
   */
  readonly signedBy: string;
}

/** One proxy (ztunnel) on each node, and waypoints for layer 7. */
export interface AmbientIstioArgs {
  readonly mode: "ambient";
  /**
   * Istio version, x.y.z.
   * @default "1.31.1"
   */
  readonly version?: string | undefined;
  /** Istio version of a second control plane, for namespaces with `revision: canary`. */
  readonly canaryVersion?: string | undefined;
  /**
   * CPU and memory of istiod and sidecars: the charts' defaults, or smaller ones for small nodes
   * (compact requests 200m and 256Mi for istiod, 50m and 64Mi for a sidecar).
   * @default "standard"
   */
  readonly preset?: "standard" | "compact" | undefined;
  /**
   * Where charts and images come from.
   * @default { source: "official" }
   */
  readonly charts?: IstioChartsArgs | undefined;
  /** The control plane, istiod. */
  readonly controlPlane?: ControlPlaneArgs | undefined;
  /**
   * Packet filter that redirects the traffic of pods into the mesh.
   * @default "iptables"
   */
  readonly redirect?: "iptables" | "nftables" | undefined;
  /**
   * Format of the access log, one line per request on each proxy's standard output; off disables
   * it.
   * @default "off"
   */
  readonly accessLog?: "off" | "text" | "json" | undefined;
  /**
   * Ingress gateways by permanent name, which is also the name of the release, Deployment and
   * Service.
   */
  readonly gateways?: Readonly<Record<string, GatewayArgs>> | undefined;
  /** Chart values that are merged over the planned values and override them. */
  readonly values?: ChartValuesArgs | undefined;
  /** Settings of ztunnel, the proxy on each node. */
  readonly ztunnel?: ZtunnelArgs | undefined;
  /** Settings of every waypoint. */
  readonly waypoint?: WaypointArgs | undefined;
}

/** Settings of ztunnel, the proxy on each node. */
export interface ZtunnelArgs {
  /** CPU and memory of ztunnel; by default, requests of 200m and 512Mi without limits. */
  readonly resources?: ResourcesArgs | undefined;
  /**
   * Time for which existing connections of a node continue when its ztunnel is replaced, in
   * seconds. A whole number of at least 1.
   * @default 30
   */
  readonly drainSeconds?: number | undefined;
}

/** Settings of every waypoint. */
export interface WaypointArgs {
  /** Number of pods of a waypoint; by default, 1 if only one node takes pods, otherwise 2. */
  readonly replicas?: ReplicasArgs | undefined;
  /**
   * CPU and memory of a waypoint; by default, requests of 100m and 128Mi, and limits of 2 and 1Gi.
   */
  readonly resources?: ResourcesArgs | undefined;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type { GatewayArgs, ReplicasArgs, ResourcesArgs } from "./gateway-args";

/** How Istio is installed. */
export type IstioConfigArgs = SidecarIstioArgs | AmbientIstioArgs;

/** One proxy in each pod. */
export interface SidecarIstioArgs {
  readonly mode: "sidecar";
  /**
   * Istio release.
   * @default "1.31.1"
   */
  readonly version?: string | undefined;
  /** Version of a second control plane, which serves the namespaces with revision canary. */
  readonly canaryVersion?: string | undefined;
  /**
   * Resource sizes: the defaults of the charts, or smaller ones for small nodes (istiod 200m CPU,
   * proxy 50m CPU).
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
   * Packet filter that redirects the traffic of pods into the mesh; use the one that kube-proxy
   * uses.
   * @default "iptables"
   */
  readonly redirect?: "iptables" | "nftables" | undefined;
  /**
   * True: each proxy writes one line per request to its standard output.
   * @default "off"
   */
  readonly accessLog?: "off" | "text" | "json" | undefined;
  /**
   * Ingress gateways by permanent name, which is also the name of the Helm release and the value of
   * its labels.
   */
  readonly gateways?: Readonly<Record<string, GatewayArgs>> | undefined;
  /** Chart values that are merged over the planned values and override them. */
  readonly values?: ChartValuesArgs | undefined;
  /** Template of every sidecar. */
  readonly proxy?: SidecarProxyArgs | undefined;
  /**
   * True: a node agent sets up traffic redirection, so that no pod needs a privileged container.
   * @default true
   */
  readonly istioCni?: boolean | undefined;
  /**
   * True: the stack also installs the custom resource definitions of the Gateway API.
   * @default false
   */
  readonly gatewayApi?: boolean | undefined;
  /**
   * Roots of trust that the stack makes and rotates; by default, istiod makes one that lasts ten
   * years. A mesh has them from its beginning or not at all.
   */
  readonly trust?: TrustArgs | undefined;
}

/** Where charts and images come from. */
export type IstioChartsArgs =
  OfficialIstioChartsArgs | MirrorIstioChartsArgs | DirectoryIstioChartsArgs;

/** Istio's own repository. */
export interface OfficialIstioChartsArgs {
  readonly source: "official";
}

/** A repository of yours. */
export interface MirrorIstioChartsArgs {
  readonly source: "mirror";
  /** Helm repository or OCI path that holds the charts under their own names. */
  readonly repository: string;
  /** Registry and path of the images. */
  readonly hub: string;
  /**
   * URL of a copy of the Gateway API bundle; by default, the release of the Gateway API project.
   */
  readonly gatewayApi?: string | undefined;
}

/** A directory on this computer. */
export interface DirectoryIstioChartsArgs {
  readonly source: "directory";
  /** Directory of unpacked charts: base, istiod, cni, ztunnel, gateway, gateway-api.yaml. */
  readonly path: string;
  /**
   * Registry and path of the images.
   * @default "docker.io/istio"
   */
  readonly hub?: string | undefined;
}

/** The control plane, istiod. */
export interface ControlPlaneArgs {
  /** CPU and memory of istiod; by default, `preset` decides. */
  readonly resources?: ResourcesArgs | undefined;
  /** Number of pods; by default, 1 in a cluster with one worker, otherwise 2. */
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
  /** Values of every gateway. */
  readonly gateway?: Readonly<Record<string, unknown>> | undefined;
}

/** Template of every sidecar. */
export interface SidecarProxyArgs {
  /** CPU and memory of a sidecar; by default, `preset` decides. */
  readonly resources?: ResourcesArgs | undefined;
}

/**
 * Roots of trust that the stack makes and rotates; by default, istiod makes one that lasts ten
 * years. A mesh has them from its beginning or not at all.
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

/** One proxy on each node, and waypoints for layer 7. */
export interface AmbientIstioArgs {
  readonly mode: "ambient";
  /**
   * Istio release.
   * @default "1.31.1"
   */
  readonly version?: string | undefined;
  /** Version of a second control plane, which serves the namespaces with revision canary. */
  readonly canaryVersion?: string | undefined;
  /**
   * Resource sizes: the defaults of the charts, or smaller ones for small nodes (istiod 200m CPU,
   * proxy 50m CPU).
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
   * Packet filter that redirects the traffic of pods into the mesh; use the one that kube-proxy
   * uses.
   * @default "iptables"
   */
  readonly redirect?: "iptables" | "nftables" | undefined;
  /**
   * True: each proxy writes one line per request to its standard output.
   * @default "off"
   */
  readonly accessLog?: "off" | "text" | "json" | undefined;
  /**
   * Ingress gateways by permanent name, which is also the name of the Helm release and the value of
   * its labels.
   */
  readonly gateways?: Readonly<Record<string, GatewayArgs>> | undefined;
  /** Chart values that are merged over the planned values and override them. */
  readonly values?: ChartValuesArgs | undefined;
  /** Proxy on each node. */
  readonly ztunnel?: ZtunnelArgs | undefined;
  /** Template of every waypoint. */
  readonly waypoint?: WaypointArgs | undefined;
}

/** Proxy on each node. */
export interface ZtunnelArgs {
  /** CPU and memory of ztunnel; by default, requests of 200m and 512Mi without limits. */
  readonly resources?: ResourcesArgs | undefined;
  /**
   * Time that connections of a node have to finish when its ztunnel is replaced, in seconds. A
   * whole number of at least 1.
   * @default 30
   */
  readonly drainSeconds?: number | undefined;
}

/** Template of every waypoint. */
export interface WaypointArgs {
  /** Number of pods; by default, 1 in a cluster with one worker, otherwise 2. */
  readonly replicas?: ReplicasArgs | undefined;
  /**
   * CPU and memory of a waypoint; by default, requests of 100m and 128Mi, and limits of 2 and 1Gi.
   */
  readonly resources?: ResourcesArgs | undefined;
}

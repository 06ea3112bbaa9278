// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** How Istio is installed. */
export type IstioConfigArgs = SidecarIstioArgs | AmbientIstioArgs;

/** A proxy beside each pod. */
export interface SidecarIstioArgs {
  readonly mode: "sidecar";
  /**
   * Istio release.
   * @default "1.31.1"
   */
  readonly version?: string | undefined;
  /** Second control plane; namespaces of revision canary follow it. */
  readonly canaryVersion?: string | undefined;
  /**
   * Sizes: the charts' own, or small ones for small nodes (pilot 200m, proxy 50m).
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
   * How pods' traffic is led into the mesh; match kube-proxy.
   * @default "iptables"
   */
  readonly redirect?: "iptables" | "nftables" | undefined;
  /**
   * A line per request on the proxies' output.
   * @default "off"
   */
  readonly accessLog?: "off" | "text" | "json" | undefined;
  /** Ingress gateways by permanent name, which is the Helm release and its labels. */
  readonly gateways?: Readonly<Record<string, GatewayArgs>> | undefined;
  /** Last word: merged over the values that were planned. */
  readonly values?: ChartValuesArgs | undefined;
  /** Template of every sidecar. */
  readonly proxy?: SidecarProxyArgs | undefined;
  /**
   * A node agent sets up redirection, so that no pod needs a privileged container.
   * @default true
   */
  readonly istioCni?: boolean | undefined;
  /**
   * Install the Gateway API's definitions too.
   * @default false
   */
  readonly gatewayApi?: boolean | undefined;
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
  /** Copy of the Gateway API bundle; default: the project's release. */
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
  /** Size of istiod; default: by preset. */
  readonly resources?: ResourcesArgs | undefined;
  /** Default: 1 on one worker, else 2. */
  readonly replicas?: ReplicasArgs | undefined;
  /** Environment of istiod. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** CPU and memory of a container, as Kubernetes spells them. */
export interface ResourcesArgs {
  /** CPU requested. */
  readonly cpu: string;
  /** Memory requested. */
  readonly memory: string;
  /** CPU limit; by default what the chart says. */
  readonly cpuLimit?: string | undefined;
  /** Memory limit; by default what the chart says. */
  readonly memoryLimit?: string | undefined;
}

/** How many pods run. */
export interface ReplicasArgs {
  /** Pods that always run. A whole number of at least 1. */
  readonly min: number;
  /** Pods the autoscaler may start; equal to min: none. A whole number of at least 1. */
  readonly max: number;
}

/** An ingress gateway: a Service and the proxies behind it. */
export interface GatewayArgs {
  /**
   * Namespace of the gateway; the stack makes it.
   * @default "istio-ingress"
   */
  readonly namespace?: string | undefined;
  /**
   * Ports of the Service; 15021 (health) is added. At least one.
   * @default [{ name: "http2", port: 80 }, { name: "https", port: 443 }]
   */
  readonly ports?: readonly GatewayPortArgs[] | undefined;
  /** The gateway's Service. */
  readonly service?: GatewayServiceArgs | undefined;
  /** Size of a pod; default 100m, 128Mi to 2000m, 1024Mi. */
  readonly resources?: ResourcesArgs | undefined;
  /** Default: 1 on one worker, else 2. */
  readonly replicas?: ReplicasArgs | undefined;
  /** Labels of the nodes that carry it. */
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined;
  /** Taints the pods tolerate. */
  readonly tolerations?: readonly TolerationArgs[] | undefined;
}

/** A port of a gateway's Service. */
export interface GatewayPortArgs {
  /** Port name; its first word is the protocol, such as http2 or https. */
  readonly name: string;
  /** Port of the Service. A whole number, 1 to 65535. */
  readonly port: number;
  /** Port the proxy listens on; default: `port`. A whole number, 1 to 65535. */
  readonly targetPort?: number | undefined;
  /** Port on every node; default: Kubernetes chooses. A whole number, 1 to 65535. */
  readonly nodePort?: number | undefined;
}

/** The gateway's Service. */
export interface GatewayServiceArgs {
  /**
   * Type of the Service.
   * @default "LoadBalancer"
   */
  readonly type?: "LoadBalancer" | "NodePort" | "ClusterIP" | undefined;
  /** Address asked of the load balancer. */
  readonly loadBalancerIP?: string | undefined;
  /** Implementation of the load balancer. */
  readonly loadBalancerClass?: string | undefined;
  /** Client ranges that are let in; none: all. */
  readonly loadBalancerSourceRanges?: readonly string[] | undefined;
  /** Local keeps client addresses and needs a gateway pod on the announcing node. */
  readonly externalTrafficPolicy?: "Cluster" | "Local" | undefined;
  /** Annotations. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** A taint that pods tolerate. */
export interface TolerationArgs {
  /** Taint key. */
  readonly key?: string | undefined;
  /**
   * Kind of match.
   * @default "Equal"
   */
  readonly operator?: "Exists" | "Equal" | undefined;
  /** Taint value. */
  readonly value?: string | undefined;
  /** Taint effect. */
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute" | undefined;
}

/** Last word: merged over the values that were planned. */
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
  /** Default: by preset. */
  readonly resources?: ResourcesArgs | undefined;
}

/** A proxy on each node, and waypoints for layer 7. */
export interface AmbientIstioArgs {
  readonly mode: "ambient";
  /**
   * Istio release.
   * @default "1.31.1"
   */
  readonly version?: string | undefined;
  /** Second control plane; namespaces of revision canary follow it. */
  readonly canaryVersion?: string | undefined;
  /**
   * Sizes: the charts' own, or small ones for small nodes (pilot 200m, proxy 50m).
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
   * How pods' traffic is led into the mesh; match kube-proxy.
   * @default "iptables"
   */
  readonly redirect?: "iptables" | "nftables" | undefined;
  /**
   * A line per request on the proxies' output.
   * @default "off"
   */
  readonly accessLog?: "off" | "text" | "json" | undefined;
  /** Ingress gateways by permanent name, which is the Helm release and its labels. */
  readonly gateways?: Readonly<Record<string, GatewayArgs>> | undefined;
  /** Last word: merged over the values that were planned. */
  readonly values?: ChartValuesArgs | undefined;
  /** Proxy of each node. */
  readonly ztunnel?: ZtunnelArgs | undefined;
  /** Template of every waypoint. */
  readonly waypoint?: WaypointArgs | undefined;
}

/** Proxy of each node. */
export interface ZtunnelArgs {
  /** Default: 200m, 512Mi, no limits. */
  readonly resources?: ResourcesArgs | undefined;
  /**
   * Time connections of a node get when its ztunnel is replaced. A whole number of at least 1.
   * @default 30
   */
  readonly drainSeconds?: number | undefined;
}

/** Template of every waypoint. */
export interface WaypointArgs {
  /** Default: 1 on one worker, else 2. */
  readonly replicas?: ReplicasArgs | undefined;
  /** Default: 100m, 128Mi to 2, 1Gi. */
  readonly resources?: ResourcesArgs | undefined;
}

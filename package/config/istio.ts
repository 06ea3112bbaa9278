// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** How Istio is installed. */
export interface IstioConfig {
  /**
   * "sidecar": A proxy beside each pod. "ambient": A proxy on each node, and waypoints for layer 7.
   */
  mode: string;
  /**
   * Istio release.
   * Default: "1.31.1"
   */
  version?: string;
  /** Second control plane; namespaces of revision canary follow it. */
  canaryVersion?: string;
  /**
   * Sizes: the charts' own, or small ones for small nodes (pilot 200m, proxy 50m). One of
   * "standard", "compact".
   * Default: "standard"
   */
  preset?: string;
  /**
   * Where charts and images come from.
   * Default: { source: "official" }
   */
  charts?: IstioCharts;
  /** The control plane, istiod. */
  controlPlane?: ControlPlane;
  /**
   * How pods' traffic is led into the mesh; match kube-proxy. One of "iptables", "nftables".
   * Default: "iptables"
   */
  redirect?: string;
  /**
   * A line per request on the proxies' output. One of "off", "text", "json".
   * Default: "off"
   */
  accessLog?: string;
  /** Ingress gateways by permanent name, which is the Helm release and its labels. */
  gateways?: Record<string, Gateway>;
  /** Last word: merged over the values that were planned. */
  values?: ChartValues;
  /** (sidecar) Template of every sidecar. */
  proxy?: SidecarProxy;
  /**
   * (sidecar) A node agent sets up redirection, so that no pod needs a privileged container.
   * Default: true
   */
  istioCni?: boolean;
  /**
   * (sidecar) Install the Gateway API's definitions too.
   * Default: false
   */
  gatewayApi?: boolean;
  /** (ambient) Proxy of each node. */
  ztunnel?: Ztunnel;
  /** (ambient) Template of every waypoint. */
  waypoint?: Waypoint;
}

/** Where charts and images come from. */
export interface IstioCharts {
  /**
   * "official": Istio's own repository. "mirror": A repository of yours. "directory": A directory
   * on this computer.
   */
  source: string;
  /** (mirror) Helm repository or OCI path that holds the charts under their own names. */
  repository?: string;
  /** (mirror, directory) Registry and path of the images. */
  hub?: string;
  /** (mirror) Copy of the Gateway API bundle; default: the project's release. */
  gatewayApi?: string;
  /**
   * (directory) Directory of unpacked charts: base, istiod, cni, ztunnel, gateway,
   * gateway-api.yaml.
   */
  path?: string;
}

/** The control plane, istiod. */
export interface ControlPlane {
  /** Size of istiod; default: by preset. */
  resources?: Resources;
  /** Default: 1 on one worker, else 2. */
  replicas?: Replicas;
  /** Environment of istiod. */
  env?: Record<string, string>;
}

/** CPU and memory of a container, as Kubernetes spells them. */
export interface Resources {
  /** CPU requested. */
  cpu: string;
  /** Memory requested. */
  memory: string;
  /** CPU limit; by default what the chart says. */
  cpuLimit?: string;
  /** Memory limit; by default what the chart says. */
  memoryLimit?: string;
}

/** How many pods run. */
export interface Replicas {
  /** Pods that always run. A whole number of at least 1. */
  min: number;
  /** Pods the autoscaler may start; equal to min: none. A whole number of at least 1. */
  max: number;
}

/** An ingress gateway: a Service and the proxies behind it. */
export interface Gateway {
  /**
   * Namespace of the gateway; the stack makes it.
   * Default: "istio-ingress"
   */
  namespace?: string;
  /**
   * Ports of the Service; 15021 (health) is added. At least one.
   * Default: [{ name: "http2", port: 80 }, { name: "https", port: 443 }]
   */
  ports?: GatewayPort[];
  /** The gateway's Service. */
  service?: GatewayService;
  /** Size of a pod; default 100m, 128Mi to 2000m, 1024Mi. */
  resources?: Resources;
  /** Default: 1 on one worker, else 2. */
  replicas?: Replicas;
  /** Labels of the nodes that carry it. */
  nodeSelector?: Record<string, string>;
  /** Taints the pods tolerate. */
  tolerations?: Toleration[];
}

/** A port of a gateway's Service. */
export interface GatewayPort {
  /** Port name; its first word is the protocol, such as http2 or https. */
  name: string;
  /** Port of the Service. A whole number, 1 to 65535. */
  port: number;
  /** Port the proxy listens on; default: `port`. A whole number, 1 to 65535. */
  targetPort?: number;
  /** Port on every node; default: Kubernetes chooses. A whole number, 1 to 65535. */
  nodePort?: number;
}

/** The gateway's Service. */
export interface GatewayService {
  /**
   * Type of the Service. One of "LoadBalancer", "NodePort", "ClusterIP".
   * Default: "LoadBalancer"
   */
  type?: string;
  /** Address asked of the load balancer. */
  loadBalancerIP?: string;
  /** Implementation of the load balancer. */
  loadBalancerClass?: string;
  /** Client ranges that are let in; none: all. */
  loadBalancerSourceRanges?: string[];
  /**
   * Local keeps client addresses and needs a gateway pod on the announcing node. One of "Cluster",
   * "Local".
   */
  externalTrafficPolicy?: string;
  /** Annotations. */
  annotations?: Record<string, string>;
}

/** A taint that pods tolerate. */
export interface Toleration {
  /** Taint key. */
  key?: string;
  /**
   * Kind of match. One of "Exists", "Equal".
   * Default: "Equal"
   */
  operator?: string;
  /** Taint value. */
  value?: string;
  /** Taint effect. One of "NoSchedule", "PreferNoSchedule", "NoExecute". */
  effect?: string;
}

/** Last word: merged over the values that were planned. */
export interface ChartValues {
  /** Values of the base chart. */
  base?: Record<string, any>;
  /** Values of the istiod chart. */
  istiod?: Record<string, any>;
  /** Values of the cni chart. */
  cni?: Record<string, any>;
  /** Values of the ztunnel chart. */
  ztunnel?: Record<string, any>;
  /** Values of every gateway. */
  gateway?: Record<string, any>;
}

/** Template of every sidecar. */
export interface SidecarProxy {
  /** Default: by preset. */
  resources?: Resources;
}

/** Proxy of each node. */
export interface Ztunnel {
  /** Default: 200m, 512Mi, no limits. */
  resources?: Resources;
  /**
   * Time connections of a node get when its ztunnel is replaced. A whole number of at least 1.
   * Default: 30
   */
  drainSeconds?: number;
}

/** Template of every waypoint. */
export interface Waypoint {
  /** Default: 1 on one worker, else 2. */
  replicas?: Replicas;
  /** Default: 100m, 128Mi to 2, 1Gi. */
  resources?: Resources;
}

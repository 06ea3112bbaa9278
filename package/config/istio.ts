// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** How Istio is installed. */
export interface IstioConfig {
  /**
   * "sidecar": One proxy in each pod. "ambient": One proxy on each node, and waypoints for layer 7.
   */
  mode: string;
  /**
   * Istio release.
   * Default: "1.31.1"
   */
  version?: string;
  /** Version of a second control plane, which serves the namespaces with revision canary. */
  canaryVersion?: string;
  /**
   * Resource sizes: the defaults of the charts, or smaller ones for small nodes (istiod 200m CPU,
   * proxy 50m CPU). One of "standard", "compact".
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
   * Packet filter that redirects the traffic of pods into the mesh; use the one that kube-proxy
   * uses. One of "iptables", "nftables".
   * Default: "iptables"
   */
  redirect?: string;
  /**
   * True: each proxy writes one line per request to its standard output. One of "off", "text",
   * "json".
   * Default: "off"
   */
  accessLog?: string;
  /**
   * Ingress gateways by permanent name, which is also the name of the Helm release and the value of
   * its labels.
   */
  gateways?: Record<string, Gateway>;
  /** Chart values that are merged over the planned values and override them. */
  values?: ChartValues;
  /** (sidecar) Template of every sidecar. */
  proxy?: SidecarProxy;
  /**
   * (sidecar) True: a node agent sets up traffic redirection, so that no pod needs a privileged
   * container.
   * Default: true
   */
  istioCni?: boolean;
  /**
   * (sidecar) True: the stack also installs the custom resource definitions of the Gateway API.
   * Default: false
   */
  gatewayApi?: boolean;
  /**
   * (sidecar) Roots of trust that the stack makes and rotates; by default, istiod makes one that
   * lasts ten years. A mesh has them from its beginning or not at all.
   */
  trust?: Trust;
  /** (ambient) Proxy on each node. */
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
  /**
   * (mirror) URL of a copy of the Gateway API bundle; by default, the release of the Gateway API
   * project.
   */
  gatewayApi?: string;
  /**
   * (directory) Directory of unpacked charts: base, istiod, cni, ztunnel, gateway,
   * gateway-api.yaml.
   */
  path?: string;
}

/** The control plane, istiod. */
export interface ControlPlane {
  /** CPU and memory of istiod; by default, `preset` decides. */
  resources?: Resources;
  /** Number of pods; by default, 1 in a cluster with one worker, otherwise 2. */
  replicas?: Replicas;
  /** Environment variables of istiod. */
  env?: Record<string, string>;
}

/** CPU and memory of a container, as Kubernetes spells them. */
export interface Resources {
  /** CPU request. */
  cpu: string;
  /** Memory request. */
  memory: string;
  /** CPU limit; by default, the value of the chart. */
  cpuLimit?: string;
  /** Memory limit; by default, the value of the chart. */
  memoryLimit?: string;
}

/** How many pods run. */
export interface Replicas {
  /** Minimum number of pods. A whole number of at least 1. */
  min: number;
  /**
   * Maximum number of pods; there is no autoscaler if it equals min. A whole number of at least 1.
   */
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
   * Ports of the Service; the health port 15021 is added. At least one.
   * Default: [{ name: "http2", port: 80 }, { name: "https", port: 443 }]
   */
  ports?: GatewayPort[];
  /** The gateway's Service. */
  service?: GatewayService;
  /**
   * CPU and memory of a pod; by default, requests of 100m and 128Mi, and limits of 2000m and
   * 1024Mi.
   */
  resources?: Resources;
  /** Number of pods; by default, 1 in a cluster with one worker, otherwise 2. */
  replicas?: Replicas;
  /** Labels of the nodes that the pods run on. */
  nodeSelector?: Record<string, string>;
  /** Taints the pods tolerate. */
  tolerations?: Toleration[];
}

/** A port of a gateway's Service. */
export interface GatewayPort {
  /** Name of the port; its first part is the protocol, such as http2 or https. */
  name: string;
  /** Port of the Service. A whole number, 1 to 65535. */
  port: number;
  /** Port that the proxy listens on; by default, `port`. A whole number, 1 to 65535. */
  targetPort?: number;
  /** Port on every node; by default, Kubernetes chooses one. A whole number, 1 to 65535. */
  nodePort?: number;
}

/** The gateway's Service. */
export interface GatewayService {
  /**
   * Type of the Service. One of "LoadBalancer", "NodePort", "ClusterIP".
   * Default: "LoadBalancer"
   */
  type?: string;
  /** Address that is requested from the load balancer. */
  loadBalancerIP?: string;
  /** Class of the load balancer implementation. */
  loadBalancerClass?: string;
  /** Client address ranges that are allowed; by default, all. */
  loadBalancerSourceRanges?: string[];
  /**
   * Local preserves client addresses and requires a gateway pod on the node that announces the
   * address. One of "Cluster", "Local".
   */
  externalTrafficPolicy?: string;
  /** Annotations of the Service. */
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

/** Chart values that are merged over the planned values and override them. */
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
  /** CPU and memory of a sidecar; by default, `preset` decides. */
  resources?: Resources;
}

/**
 * Roots of trust that the stack makes and rotates; by default, istiod makes one that lasts ten
 * years. A mesh has them from its beginning or not at all.
 */
export interface Trust {
  /**
   * Permanent names of root certificates that every proxy trusts, such as the year. The stack makes
   * each once, valid for ten years, and keeps its key in the state as a secret. At least one.
   */
  roots: string[];
  /**
   * The root whose intermediate signs the certificates of workloads. Change it only in a run after
   * the one that declared the root.
   */
  signedBy: string;
}

/** Proxy on each node. */
export interface Ztunnel {
  /** CPU and memory of ztunnel; by default, requests of 200m and 512Mi without limits. */
  resources?: Resources;
  /**
   * Time that connections of a node have to finish when its ztunnel is replaced, in seconds. A
   * whole number of at least 1.
   * Default: 30
   */
  drainSeconds?: number;
}

/** Template of every waypoint. */
export interface Waypoint {
  /** Number of pods; by default, 1 in a cluster with one worker, otherwise 2. */
  replicas?: Replicas;
  /**
   * CPU and memory of a waypoint; by default, requests of 100m and 128Mi, and limits of 2 and 1Gi.
   */
  resources?: Resources;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** How Istio is installed. */
export interface IstioConfig {
  /**
   * "sidecar": One proxy (sidecar) in each pod. "ambient": One proxy (ztunnel) on each node, and
   * waypoints for layer 7.
   */
  mode: string;
  /**
   * Istio version, x.y.z.
   * Default: "1.31.1"
   */
  version?: string;
  /** Istio version of a second control plane, for namespaces with `revision: canary`. */
  canaryVersion?: string;
  /**
   * CPU and memory of istiod and sidecars: the charts' defaults, or smaller ones for small nodes
   * (compact requests 200m and 256Mi for istiod, 50m and 64Mi for a sidecar). One of "standard",
   * "compact".
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
   * Packet filter that redirects the traffic of pods into the mesh. One of "iptables", "nftables".
   * Default: "iptables"
   */
  redirect?: string;
  /**
   * Format of the access log, one line per request on each proxy's standard output; off disables
   * it. One of "off", "text", "json".
   * Default: "off"
   */
  accessLog?: string;
  /**
   * Ingress gateways by permanent name, which is also the name of the release, Deployment and
   * Service.
   */
  gateways?: Record<string, Gateway>;
  /** Chart values that are merged over the planned values and override them. */
  values?: ChartValues;
  /** (sidecar) Settings of every sidecar. */
  proxy?: SidecarProxy;
  /**
   * (sidecar) True: the istio-cni node agent sets up traffic redirection. False: each pod needs a
   * privileged init container for it.
   * Default: true
   */
  istioCni?: boolean;
  /**
   * (sidecar) True: the stack also installs the CRDs of the Gateway API.
   * Default: false
   */
  gatewayApi?: boolean;
  /**
   * (sidecar) Roots of trust that the stack makes and rotates; by default, istiod makes one that is
   * valid for ten years. A mesh has them from its first installation or not at all.
   */
  trust?: Trust;
  /** (ambient) Settings of ztunnel, the proxy on each node. */
  ztunnel?: Ztunnel;
  /** (ambient) Settings of every waypoint. */
  waypoint?: Waypoint;
}

/** Where charts and images come from. */
export interface IstioCharts {
  /**
   * "official": Istio's own Helm repository. "mirror": Your own Helm repository or OCI registry.
   * "directory": A directory on the computer that runs Pulumi.
   */
  source: string;
  /**
   * (mirror) Helm repository (https://…) or OCI path (oci://…) with the charts under their own
   * names.
   */
  repository?: string;
  /** (mirror, directory) Registry and path of the images, such as mirror.example.net/istio. */
  hub?: string;
  /**
   * (mirror) HTTPS URL of a copy of the Gateway API's standard-install.yaml; by default, the
   * project's release.
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
  /** Number of pods; by default, 1 if only one node takes pods, otherwise 2. */
  replicas?: Replicas;
  /** Environment variables of istiod. */
  env?: Record<string, string>;
}

/** CPU and memory of a container, as Kubernetes spells them. */
export interface Resources {
  /** CPU request, such as 100m or 0.5. */
  cpu: string;
  /** Memory request, such as 256Mi. */
  memory: string;
  /** CPU limit, such as 2; by default, the chart's. */
  cpuLimit?: string;
  /** Memory limit, such as 1Gi; by default, the chart's. */
  memoryLimit?: string;
}

/** How many pods run. */
export interface Replicas {
  /** Minimum number of pods. A whole number of at least 1. */
  min: number;
  /**
   * Maximum number of pods; if it equals min, there is no autoscaler. A whole number of at least 1.
   */
  max: number;
}

/** An ingress gateway: a Service and the proxies behind it. */
export interface Gateway {
  /**
   * Namespace of the gateway; the stack creates it.
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
   * CPU and memory of a gateway pod; by default, requests of 100m and 128Mi, limits of 2000m and
   * 1024Mi.
   */
  resources?: Resources;
  /** Number of pods; by default, 1 if only one node takes pods, otherwise 2. */
  replicas?: Replicas;
  /** Node labels that select where the pods run; by default, any node. */
  nodeSelector?: Record<string, string>;
  /** Tolerations of the pods. */
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
  /** IPv4 address requested from the load balancer; by default, it assigns one. */
  loadBalancerIP?: string;
  /** Class of the load balancer implementation; by default, the cluster's own. */
  loadBalancerClass?: string;
  /** Client IPv4 ranges (CIDR) that are allowed; by default, all. */
  loadBalancerSourceRanges?: string[];
  /**
   * Local preserves client addresses and requires a gateway pod on the node that announces the
   * address; by default, Cluster. One of "Cluster", "Local".
   */
  externalTrafficPolicy?: string;
  /** Annotations of the Service. */
  annotations?: Record<string, string>;
}

/** A taint that pods tolerate. */
export interface Toleration {
  /** Taint key; by default, any key. */
  key?: string;
  /**
   * Exists tolerates any value of the taint; Equal compares `value`. One of "Exists", "Equal".
   * Default: "Equal"
   */
  operator?: string;
  /** Taint value. */
  value?: string;
  /** Taint effect; by default, any effect. One of "NoSchedule", "PreferNoSchedule", "NoExecute". */
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
  /** Values of the gateway chart, for every gateway. */
  gateway?: Record<string, any>;
}

/** Settings of every sidecar. */
export interface SidecarProxy {
  /** CPU and memory of a sidecar; by default, `preset` decides. */
  resources?: Resources;
}

/**
 * Roots of trust that the stack makes and rotates; by default, istiod makes one that is valid for
 * ten years. A mesh has them from its first installation or not at all.
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

/** Settings of ztunnel, the proxy on each node. */
export interface Ztunnel {
  /** CPU and memory of ztunnel; by default, requests of 200m and 512Mi without limits. */
  resources?: Resources;
  /**
   * Time for which existing connections of a node continue when its ztunnel is replaced, in
   * seconds. A whole number of at least 1.
   * Default: 30
   */
  drainSeconds?: number;
}

/** Settings of every waypoint. */
export interface Waypoint {
  /** Number of pods of a waypoint; by default, 1 if only one node takes pods, otherwise 2. */
  replicas?: Replicas;
  /**
   * CPU and memory of a waypoint; by default, requests of 100m and 128Mi, and limits of 2 and 1Gi.
   */
  resources?: Resources;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Tools for metrics, dashboards and traces; by default, none is installed. */
export interface AddonsConfig {
  /**
   * Where the charts come from.
   * Default: { source: "official" }
   */
  charts?: AddonCharts;
  /** StorageClass of all volumes; by default, the default class of the cluster. */
  storageClass?: string;
  /** Prometheus, with the metrics of the mesh and the cluster. */
  prometheus?: Prometheus;
  /** Grafana, with dashboards of the mesh; needs `prometheus`. */
  grafana?: Grafana;
  /** Kiali, the graph of the mesh's traffic; needs `prometheus`. */
  kiali?: Kiali;
  /** Tempo, which stores traces of the mesh. */
  tracing?: Tracing;
  /** metrics-server: CPU and memory of nodes and pods for autoscalers and kubectl top. */
  metricsServer?: MetricsServer;
  /** Findings accepted in writing. */
  accept?: AcceptedFinding[];
}

/** Where the charts come from. */
export interface AddonCharts {
  /**
   * "official": Each project's own Helm repository. "mirror": Your own Helm repository or OCI
   * registry. "directory": A directory on the computer that runs Pulumi.
   */
  source: string;
  /**
   * (mirror) Helm repository (https://…) or OCI path (oci://…) with the charts under their own
   * names.
   */
  repository?: string;
  /** (directory) Directory of unpacked charts, each in a subdirectory of its name. */
  path?: string;
}

/** Prometheus, with the metrics of the mesh and the cluster. */
export interface Prometheus {
  /**
   * Size of the volume of each replica, in GiB. A whole number, 1 to 65536.
   * Default: 50
   */
  volumeGiB?: number;
  /**
   * Time that samples are kept, in days. A whole number, 1 to 3650.
   * Default: 15
   */
  retentionDays?: number;
  /**
   * Maximum size of the stored samples, in GiB; by default, 80 % of the volume, because the
   * write-ahead log needs space too. A whole number of at least 1.
   */
  retentionGiB?: number;
  /**
   * Number of replicas that scrape the same targets; with 2, metrics survive the loss of a node and
   * its local volume. A whole number, 1 to 3.
   * Default: 1
   */
  replicas?: number;
  /**
   * Interval between scrapes, in seconds. A whole number, 5 to 300.
   * Default: 15
   */
  scrapeSeconds?: number;
}

/** Grafana, with dashboards of the mesh; needs `prometheus`. */
export interface Grafana {
  /**
   * Size of the volume, in GiB. A whole number, 1 to 65536.
   * Default: 5
   */
  volumeGiB?: number;
}

/** Kiali, the graph of the mesh's traffic; needs `prometheus`. */
export interface Kiali {
  /**
   * How users log in.
   * Default: { strategy: "token" }
   */
  auth?: KialiAuth;
  /**
   * True: Kiali is read-only.
   * Default: true
   */
  viewOnly?: boolean;
}

/** How users log in. */
export interface KialiAuth {
  /**
   * "token": Users log in with the token of a service account. "openid": Users log in at an OpenID
   * Connect issuer.
   */
  strategy: string;
  /** (openid) HTTPS URL of the OpenID Connect issuer. */
  issuer?: string;
  /** (openid) Client ID under which Kiali is registered. */
  clientId?: string;
  /**
   * (openid) Claim of the ID token that contains the user name.
   * Default: "sub"
   */
  usernameClaim?: string;
  /**
   * (openid) True: Kiali authenticates to the issuer with the secret `kialiClientSecret` of the
   * stack.
   * Default: false
   */
  clientSecret?: boolean;
}

/** Tempo, which stores traces of the mesh. */
export interface Tracing {
  /**
   * Size of the volume of Tempo, in GiB. A whole number, 1 to 65536.
   * Default: 20
   */
  volumeGiB?: number;
  /**
   * Time that traces are kept, in hours. A whole number, 1 to 8760.
   * Default: 72
   */
  retentionHours?: number;
  /**
   * Share of the requests that are traced, in percent. A number, 0 to 100.
   * Default: 1
   */
  samplingPercent?: number;
}

/** metrics-server: CPU and memory of nodes and pods for autoscalers and kubectl top. */
export interface MetricsServer {
  /**
   * Interval between measurements, in seconds; autoscalers react no faster. A whole number, 10 to
   * 300.
   * Default: 15
   */
  resolutionSeconds?: number;
}

/** A finding that was accepted in writing. */
export interface AcceptedFinding {
  /** Name of the rule. */
  rule: string;
  /** Path that the finding names. */
  at: string;
  /** Reason why the finding is accepted, at least 10 characters. */
  reason: string;
  /** Person or team that accepted the finding. */
  by: string;
}

/**
 * MetalLB, which assigns addresses to Services of type LoadBalancer; by default, it is not
 * installed.
 */
export interface LoadBalancerConfig {
  /**
   * Where the charts come from.
   * Default: { source: "official" }
   */
  charts?: AddonCharts;
  /** Address pools for Services of type LoadBalancer, by permanent name. */
  pools: Record<string, Pool>;
  /** BGP routers by permanent name. */
  peers?: Record<string, BgpPeer>;
  /** Findings accepted in writing. */
  accept?: AcceptedFinding[];
}

/** Addresses for Services. */
export interface Pool {
  /**
   * "l2": One node answers ARP requests for an address. "bgp": Nodes announce addresses to routers
   * by BGP.
   */
  mode: string;
  /**
   * IPv4 ranges that nothing else uses, such as 192.0.2.80/28 or 192.0.2.80-192.0.2.95. At least
   * one.
   */
  addresses: string[];
  /**
   * False: only Services that request this pool get addresses from it.
   * Default: true
   */
  autoAssign?: boolean;
  /** (l2) Network interfaces that answer ARP; by default, all. */
  interfaces?: string[];
  /**
   * (bgp) Prefix length of the announced routes, in bits. A whole number, 8 to 32.
   * Default: 32
   */
  aggregationLength?: number;
  /** (bgp) Names of the peers to which the addresses are announced; by default, all. */
  peers?: string[];
}

/** A router that hears of addresses. */
export interface BgpPeer {
  /** IPv4 address of the router. */
  address: string;
  /** AS number of the router. A whole number, 1 to 4294967295. */
  asn: number;
  /** AS number of this cluster. A whole number, 1 to 4294967295. */
  ownAsn: number;
  /**
   * True: the router is more than one hop away.
   * Default: false
   */
  multiHop?: boolean;
  /**
   * Name of a Secret of type kubernetes.io/basic-auth in metallb-system with the session's
   * password; by default, none.
   */
  passwordSecret?: string;
}

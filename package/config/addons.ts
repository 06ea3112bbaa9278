// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Tools that observe the mesh and measure the cluster: metrics, dashboards and traces. */
export interface AddonsConfig {
  /**
   * Where the charts come from.
   * Default: { source: "official" }
   */
  charts?: AddonCharts;
  /** StorageClass of all volumes; by default, the default class of the cluster. */
  storageClass?: string;
  /** Metrics of the mesh and the cluster. */
  prometheus?: Prometheus;
  /** Dashboards of the mesh. */
  grafana?: Grafana;
  /** Map of the mesh. */
  kiali?: Kiali;
  /** Traces, stored by Tempo. */
  tracing?: Tracing;
  /** CPU and memory of nodes and pods, for autoscalers and kubectl top. */
  metricsServer?: MetricsServer;
  /** Findings accepted in writing. */
  accept?: AcceptedFinding[];
}

/** Where the charts come from. */
export interface AddonCharts {
  /**
   * "official": Each project's own repository. "mirror": A repository of yours. "directory": A
   * directory on this computer.
   */
  source: string;
  /** (mirror) Helm repository or OCI path that holds the charts under their own names. */
  repository?: string;
  /** (directory) Directory of unpacked charts, each under its own name. */
  path?: string;
}

/** Metrics of the mesh and the cluster. */
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
   * write-ahead log needs space. A whole number of at least 1.
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

/** Dashboards of the mesh. */
export interface Grafana {
  /**
   * Size of the volume, in GiB. A whole number, 1 to 65536.
   * Default: 5
   */
  volumeGiB?: number;
}

/** Map of the mesh. */
export interface Kiali {
  /**
   * How users log in.
   * Default: { strategy: "token" }
   */
  auth?: KialiAuth;
  /**
   * True: Kiali changes nothing in the cluster.
   * Default: true
   */
  viewOnly?: boolean;
}

/** How users log in. */
export interface KialiAuth {
  /** "token": A token of a service account. "openid": An account at an OpenID issuer. */
  strategy: string;
  /** (openid) OpenID issuer. */
  issuer?: string;
  /** (openid) Client ID under which Kiali is registered. */
  clientId?: string;
  /**
   * (openid) Claim that contains the user name.
   * Default: "sub"
   */
  usernameClaim?: string;
  /**
   * (openid) True: the secret kialiClientSecret of the stack is sent to the issuer.
   * Default: false
   */
  clientSecret?: boolean;
}

/** Traces, stored by Tempo. */
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

/** CPU and memory of nodes and pods, for autoscalers and kubectl top. */
export interface MetricsServer {
  /**
   * Time between measurements; autoscalers react no faster. A whole number, 10 to 300.
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
  /** Reason why the finding is accepted. */
  reason: string;
  /** Person who accepted the finding. */
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
  /** Addresses for Services of type LoadBalancer, by permanent name. */
  pools: Record<string, Pool>;
  /** BGP routers by permanent name. */
  peers?: Record<string, BgpPeer>;
  /** Findings accepted in writing. */
  accept?: AcceptedFinding[];
}

/** Addresses for Services. */
export interface Pool {
  /** "l2": One node answers ARP for an address. "bgp": Nodes announce addresses to routers. */
  mode: string;
  /** Address ranges that nothing else uses. At least one. */
  addresses: string[];
  /**
   * False: only Services that name the pool get addresses from it.
   * Default: true
   */
  autoAssign?: boolean;
  /** (l2) Network interfaces that answer ARP; by default, all. */
  interfaces?: string[];
  /**
   * (bgp) Prefix length of the announced routes. A whole number, 8 to 32.
   * Default: 32
   */
  aggregationLength?: number;
  /** (bgp) Peers that the addresses are announced to; by default, all. */
  peers?: string[];
}

/** A router that hears of addresses. */
export interface BgpPeer {
  /** Address of the router. */
  address: string;
  /** AS number of the router. A whole number, 1 to 4294967295. */
  asn: number;
  /** AS number of this cluster. A whole number, 1 to 4294967295. */
  ownAsn: number;
  /**
   * True if the router is more than one hop away.
   * Default: false
   */
  multiHop?: boolean;
  /**
   * Name of a Secret of type kubernetes.io/basic-auth in metallb-system that holds the password.
   */
  passwordSecret?: string;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** What looks at the mesh: metrics, dashboards, traces. */
export interface AddonsConfig {
  /**
   * Where the charts come from.
   * Default: { source: "official" }
   */
  charts?: AddonCharts;
  /** Class of all volumes; default: the cluster's default class. */
  storageClass?: string;
  /** Metrics of the mesh and the cluster. */
  prometheus?: Prometheus;
  /** Dashboards of the mesh. */
  grafana?: Grafana;
  /** Map of the mesh. */
  kiali?: Kiali;
  /** Traces, kept by Tempo. */
  tracing?: Tracing;
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
   * Size of each replica's volume, GiB. A whole number, 1 to 65536.
   * Default: 50
   */
  volumeGiB?: number;
  /**
   * Days samples are kept. A whole number, 1 to 3650.
   * Default: 15
   */
  retentionDays?: number;
  /**
   * Bytes samples may take, GiB; default: 80 % of the volume, as the WAL needs room. A whole number
   * of at least 1.
   */
  retentionGiB?: number;
  /**
   * Copies that scrape the same; 2 survive the loss of a node with its local volume. A whole
   * number, 1 to 3.
   * Default: 1
   */
  replicas?: number;
  /**
   * Time between scrapes. A whole number, 5 to 300.
   * Default: 15
   */
  scrapeSeconds?: number;
}

/** Dashboards of the mesh. */
export interface Grafana {
  /**
   * Size of its volume, GiB. A whole number, 1 to 65536.
   * Default: 5
   */
  volumeGiB?: number;
}

/** Map of the mesh. */
export interface Kiali {
  /**
   * How people log in.
   * Default: { strategy: "token" }
   */
  auth?: KialiAuth;
  /**
   * True: Kiali changes nothing in the cluster.
   * Default: true
   */
  viewOnly?: boolean;
}

/** How people log in. */
export interface KialiAuth {
  /** "token": A token of a service account. "openid": An account at an OpenID issuer. */
  strategy: string;
  /** (openid) OpenID issuer. */
  issuer?: string;
  /** (openid) Client Kiali is registered as. */
  clientId?: string;
  /**
   * (openid) Claim that names the user.
   * Default: "sub"
   */
  usernameClaim?: string;
  /**
   * (openid) True: the secret kialiClientSecret of the stack is sent to the issuer.
   * Default: false
   */
  clientSecret?: boolean;
}

/** Traces, kept by Tempo. */
export interface Tracing {
  /**
   * Size of the volume of Tempo, GiB. A whole number, 1 to 65536.
   * Default: 20
   */
  volumeGiB?: number;
  /**
   * Hours traces are kept. A whole number, 1 to 8760.
   * Default: 72
   */
  retentionHours?: number;
  /**
   * Share of requests traced. A number, 0 to 100.
   * Default: 1
   */
  samplingPercent?: number;
}

/** A finding that was accepted in writing. */
export interface AcceptedFinding {
  /** Name of the rule. */
  rule: string;
  /** Path the finding names. */
  at: string;
  /** Why it is right here. */
  reason: string;
  /** Who decided. */
  by: string;
}

/** MetalLB: addresses for Services of type LoadBalancer; without it something else gives them. */
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
  /** Ranges that nothing else uses. At least one. */
  addresses: string[];
  /**
   * False: only Services that name the pool get addresses of it.
   * Default: true
   */
  autoAssign?: boolean;
  /** (l2) Interfaces that answer ARP; default: all. */
  interfaces?: string[];
  /**
   * (bgp) Prefix announced. A whole number, 8 to 32.
   * Default: 32
   */
  aggregationLength?: number;
  /** (bgp) Peers that hear of it; default: all. */
  peers?: string[];
}

/** A router that hears of addresses. */
export interface BgpPeer {
  /** Address of the router. */
  address: string;
  /** Its AS number. A whole number, 1 to 4294967295. */
  asn: number;
  /** AS number of this cluster. A whole number, 1 to 4294967295. */
  ownAsn: number;
  /**
   * True where the router is more than a hop away.
   * Default: false
   */
  multiHop?: boolean;
  /** Secret in metallb-system of type kubernetes.io/basic-auth. */
  passwordSecret?: string;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** What looks at the mesh: metrics, dashboards, traces. */
export interface AddonsConfigArgs {
  /**
   * Where the charts come from.
   * @default { source: "official" }
   */
  readonly charts?: AddonChartsArgs | undefined;
  /** Class of all volumes; default: the cluster's default class. */
  readonly storageClass?: string | undefined;
  /** Metrics of the mesh and the cluster. */
  readonly prometheus?: PrometheusArgs | undefined;
  /** Dashboards of the mesh. */
  readonly grafana?: GrafanaArgs | undefined;
  /** Map of the mesh. */
  readonly kiali?: KialiArgs | undefined;
  /** Traces, kept by Tempo. */
  readonly tracing?: TracingArgs | undefined;
  /** Findings accepted in writing. */
  readonly accept?: readonly AcceptedFindingArgs[] | undefined;
}

/** Where the charts come from. */
export type AddonChartsArgs =
  OfficialAddonChartsArgs | MirrorAddonChartsArgs | DirectoryAddonChartsArgs;

/** Each project's own repository. */
export interface OfficialAddonChartsArgs {
  readonly source: "official";
}

/** A repository of yours. */
export interface MirrorAddonChartsArgs {
  readonly source: "mirror";
  /** Helm repository or OCI path that holds the charts under their own names. */
  readonly repository: string;
}

/** A directory on this computer. */
export interface DirectoryAddonChartsArgs {
  readonly source: "directory";
  /** Directory of unpacked charts, each under its own name. */
  readonly path: string;
}

/** Metrics of the mesh and the cluster. */
export interface PrometheusArgs {
  /**
   * Size of each replica's volume, GiB. A whole number, 1 to 65536.
   * @default 50
   */
  readonly volumeGiB?: number | undefined;
  /**
   * Days samples are kept. A whole number, 1 to 3650.
   * @default 15
   */
  readonly retentionDays?: number | undefined;
  /**
   * Bytes samples may take, GiB; default: 80 % of the volume, as the WAL needs room. A whole number
   * of at least 1.
   */
  readonly retentionGiB?: number | undefined;
  /**
   * Copies that scrape the same; 2 survive the loss of a node with its local volume. A whole
   * number, 1 to 3.
   * @default 1
   */
  readonly replicas?: number | undefined;
  /**
   * Time between scrapes. A whole number, 5 to 300.
   * @default 15
   */
  readonly scrapeSeconds?: number | undefined;
}

/** Dashboards of the mesh. */
export interface GrafanaArgs {
  /**
   * Size of its volume, GiB. A whole number, 1 to 65536.
   * @default 5
   */
  readonly volumeGiB?: number | undefined;
}

/** Map of the mesh. */
export interface KialiArgs {
  /**
   * How people log in.
   * @default { strategy: "token" }
   */
  readonly auth?: KialiAuthArgs | undefined;
  /**
   * True: Kiali changes nothing in the cluster.
   * @default true
   */
  readonly viewOnly?: boolean | undefined;
}

/** How people log in. */
export type KialiAuthArgs = TokenKialiAuthArgs | OpenidKialiAuthArgs;

/** A token of a service account. */
export interface TokenKialiAuthArgs {
  readonly strategy: "token";
}

/** An account at an OpenID issuer. */
export interface OpenidKialiAuthArgs {
  readonly strategy: "openid";
  /** OpenID issuer. */
  readonly issuer: string;
  /** Client Kiali is registered as. */
  readonly clientId: string;
  /**
   * Claim that names the user.
   * @default "sub"
   */
  readonly usernameClaim?: string | undefined;
  /**
   * True: the secret kialiClientSecret of the stack is sent to the issuer.
   * @default false
   */
  readonly clientSecret?: boolean | undefined;
}

/** Traces, kept by Tempo. */
export interface TracingArgs {
  /**
   * Size of the volume of Tempo, GiB. A whole number, 1 to 65536.
   * @default 20
   */
  readonly volumeGiB?: number | undefined;
  /**
   * Hours traces are kept. A whole number, 1 to 8760.
   * @default 72
   */
  readonly retentionHours?: number | undefined;
  /**
   * Share of requests traced. A number, 0 to 100.
   * @default 1
   */
  readonly samplingPercent?: number | undefined;
}

/** A finding that was accepted in writing. */
export interface AcceptedFindingArgs {
  /** Name of the rule. */
  readonly rule: string;
  /** Path the finding names. */
  readonly at: string;
  /** Why it is right here. */
  readonly reason: string;
  /** Who decided. */
  readonly by: string;
}

/** MetalLB: addresses for Services of type LoadBalancer; without it something else gives them. */
export interface LoadBalancerConfigArgs {
  /**
   * Where the charts come from.
   * @default { source: "official" }
   */
  readonly charts?: AddonChartsArgs | undefined;
  /** Addresses for Services of type LoadBalancer, by permanent name. */
  readonly pools: Readonly<Record<string, PoolArgs>>;
  /** BGP routers by permanent name. */
  readonly peers?: Readonly<Record<string, BgpPeerArgs>> | undefined;
  /** Findings accepted in writing. */
  readonly accept?: readonly AcceptedFindingArgs[] | undefined;
}

/** Addresses for Services. */
export type PoolArgs = L2PoolArgs | BgpPoolArgs;

/** One node answers ARP for an address. */
export interface L2PoolArgs {
  readonly mode: "l2";
  /** Ranges that nothing else uses. At least one. */
  readonly addresses: readonly string[];
  /**
   * False: only Services that name the pool get addresses of it.
   * @default true
   */
  readonly autoAssign?: boolean | undefined;
  /** Interfaces that answer ARP; default: all. */
  readonly interfaces?: readonly string[] | undefined;
}

/** Nodes announce addresses to routers. */
export interface BgpPoolArgs {
  readonly mode: "bgp";
  /** Ranges that nothing else uses. At least one. */
  readonly addresses: readonly string[];
  /**
   * False: only Services that name the pool get addresses of it.
   * @default true
   */
  readonly autoAssign?: boolean | undefined;
  /**
   * Prefix announced. A whole number, 8 to 32.
   * @default 32
   */
  readonly aggregationLength?: number | undefined;
  /** Peers that hear of it; default: all. */
  readonly peers?: readonly string[] | undefined;
}

/** A router that hears of addresses. */
export interface BgpPeerArgs {
  /** Address of the router. */
  readonly address: string;
  /** Its AS number. A whole number, 1 to 4294967295. */
  readonly asn: number;
  /** AS number of this cluster. A whole number, 1 to 4294967295. */
  readonly ownAsn: number;
  /**
   * True where the router is more than a hop away.
   * @default false
   */
  readonly multiHop?: boolean | undefined;
  /** Secret in metallb-system of type kubernetes.io/basic-auth. */
  readonly passwordSecret?: string | undefined;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Tools that observe the mesh and measure the cluster: metrics, dashboards and traces. */
export interface AddonsConfigArgs {
  /**
   * Where the charts come from.
   * @default { source: "official" }
   */
  readonly charts?: AddonChartsArgs | undefined;
  /** StorageClass of all volumes; by default, the default class of the cluster. */
  readonly storageClass?: string | undefined;
  /** Metrics of the mesh and the cluster. */
  readonly prometheus?: PrometheusArgs | undefined;
  /** Dashboards of the mesh. */
  readonly grafana?: GrafanaArgs | undefined;
  /** Map of the mesh. */
  readonly kiali?: KialiArgs | undefined;
  /** Traces, stored by Tempo. */
  readonly tracing?: TracingArgs | undefined;
  /** CPU and memory of nodes and pods, for autoscalers and kubectl top. */
  readonly metricsServer?: MetricsServerArgs | undefined;
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
   * Size of the volume of each replica, in GiB. A whole number, 1 to 65536.
   * @default 50
   */
  readonly volumeGiB?: number | undefined;
  /**
   * Time that samples are kept, in days. A whole number, 1 to 3650.
   * @default 15
   */
  readonly retentionDays?: number | undefined;
  /**
   * Maximum size of the stored samples, in GiB; by default, 80 % of the volume, because the
   * write-ahead log needs space. A whole number of at least 1.
   */
  readonly retentionGiB?: number | undefined;
  /**
   * Number of replicas that scrape the same targets; with 2, metrics survive the loss of a node and
   * its local volume. A whole number, 1 to 3.
   * @default 1
   */
  readonly replicas?: number | undefined;
  /**
   * Interval between scrapes, in seconds. A whole number, 5 to 300.
   * @default 15
   */
  readonly scrapeSeconds?: number | undefined;
}

/** Dashboards of the mesh. */
export interface GrafanaArgs {
  /**
   * Size of the volume, in GiB. A whole number, 1 to 65536.
   * @default 5
   */
  readonly volumeGiB?: number | undefined;
}

/** Map of the mesh. */
export interface KialiArgs {
  /**
   * How users log in.
   * @default { strategy: "token" }
   */
  readonly auth?: KialiAuthArgs | undefined;
  /**
   * True: Kiali changes nothing in the cluster.
   * @default true
   */
  readonly viewOnly?: boolean | undefined;
}

/** How users log in. */
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
  /** Client ID under which Kiali is registered. */
  readonly clientId: string;
  /**
   * Claim that contains the user name.
   * @default "sub"
   */
  readonly usernameClaim?: string | undefined;
  /**
   * True: the secret kialiClientSecret of the stack is sent to the issuer.
   * @default false
   */
  readonly clientSecret?: boolean | undefined;
}

/** Traces, stored by Tempo. */
export interface TracingArgs {
  /**
   * Size of the volume of Tempo, in GiB. A whole number, 1 to 65536.
   * @default 20
   */
  readonly volumeGiB?: number | undefined;
  /**
   * Time that traces are kept, in hours. A whole number, 1 to 8760.
   * @default 72
   */
  readonly retentionHours?: number | undefined;
  /**
   * Share of the requests that are traced, in percent. A number, 0 to 100.
   * @default 1
   */
  readonly samplingPercent?: number | undefined;
}

/** CPU and memory of nodes and pods, for autoscalers and kubectl top. */
export interface MetricsServerArgs {
  /**
   * Time between measurements; autoscalers react no faster. A whole number, 10 to 300.
   * @default 15
   */
  readonly resolutionSeconds?: number | undefined;
}

/** A finding that was accepted in writing. */
export interface AcceptedFindingArgs {
  /** Name of the rule. */
  readonly rule: string;
  /** Path that the finding names. */
  readonly at: string;
  /** Reason why the finding is accepted. */
  readonly reason: string;
  /** Person who accepted the finding. */
  readonly by: string;
}

/**
 * MetalLB, which assigns addresses to Services of type LoadBalancer; by default, it is not
 * installed.
 */
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
  /** Address ranges that nothing else uses. At least one. */
  readonly addresses: readonly string[];
  /**
   * False: only Services that name the pool get addresses from it.
   * @default true
   */
  readonly autoAssign?: boolean | undefined;
  /** Network interfaces that answer ARP; by default, all. */
  readonly interfaces?: readonly string[] | undefined;
}

/** Nodes announce addresses to routers. */
export interface BgpPoolArgs {
  readonly mode: "bgp";
  /** Address ranges that nothing else uses. At least one. */
  readonly addresses: readonly string[];
  /**
   * False: only Services that name the pool get addresses from it.
   * @default true
   */
  readonly autoAssign?: boolean | undefined;
  /**
   * Prefix length of the announced routes. A whole number, 8 to 32.
   * @default 32
   */
  readonly aggregationLength?: number | undefined;
  /** Peers that the addresses are announced to; by default, all. */
  readonly peers?: readonly string[] | undefined;
}

/** A router that hears of addresses. */
export interface BgpPeerArgs {
  /** Address of the router. */
  readonly address: string;
  /** AS number of the router. A whole number, 1 to 4294967295. */
  readonly asn: number;
  /** AS number of this cluster. A whole number, 1 to 4294967295. */
  readonly ownAsn: number;
  /**
   * True if the router is more than one hop away.
   * @default false
   */
  readonly multiHop?: boolean | undefined;
  /**
   * Name of a Secret of type kubernetes.io/basic-auth in metallb-system that holds the password.
   */
  readonly passwordSecret?: string | undefined;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Tools for metrics, dashboards and traces; by default, none is installed. */
export interface AddonsConfigArgs {
  /**
   * Where the charts come from.
   * @default { source: "official" }
   */
  readonly charts?: AddonChartsArgs | undefined;
  /** StorageClass of all volumes; by default, the default class of the cluster. */
  readonly storageClass?: string | undefined;
  /** Prometheus, with the metrics of the mesh and the cluster. */
  readonly prometheus?: PrometheusArgs | undefined;
  /** Grafana, with dashboards of the mesh; needs `prometheus`. */
  readonly grafana?: GrafanaArgs | undefined;
  /** Kiali, the graph of the mesh's traffic; needs `prometheus`. */
  readonly kiali?: KialiArgs | undefined;
  /** Tempo, which stores traces of the mesh. */
  readonly tracing?: TracingArgs | undefined;
  /** metrics-server: CPU and memory of nodes and pods for autoscalers and kubectl top. */
  readonly metricsServer?: MetricsServerArgs | undefined;
  /** Findings accepted in writing. */
  readonly accept?: readonly AcceptedFindingArgs[] | undefined;
}

/** Where the charts come from. */
export type AddonChartsArgs =
  OfficialAddonChartsArgs | MirrorAddonChartsArgs | DirectoryAddonChartsArgs;

/** Each project's own Helm repository. */
export interface OfficialAddonChartsArgs {
  readonly source: "official";
}

/** Your own Helm repository or OCI registry. */
export interface MirrorAddonChartsArgs {
  readonly source: "mirror";
  /** Helm repository (https://…) or OCI path (oci://…) with the charts under their own names. */
  readonly repository: string;
}

/** A directory on the computer that runs Pulumi. */
export interface DirectoryAddonChartsArgs {
  readonly source: "directory";
  /** Directory of unpacked charts, each in a subdirectory of its name. */
  readonly path: string;
}

/** Prometheus, with the metrics of the mesh and the cluster. */
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
   * write-ahead log needs space too. A whole number of at least 1.
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

/** Grafana, with dashboards of the mesh; needs `prometheus`. */
export interface GrafanaArgs {
  /**
   * Size of the volume, in GiB. A whole number, 1 to 65536.
   * @default 5
   */
  readonly volumeGiB?: number | undefined;
}

/** Kiali, the graph of the mesh's traffic; needs `prometheus`. */
export interface KialiArgs {
  /**
   * How users log in.
   * @default { strategy: "token" }
   */
  readonly auth?: KialiAuthArgs | undefined;
  /**
   * True: Kiali is read-only.
   * @default true
   */
  readonly viewOnly?: boolean | undefined;
}

/** How users log in. */
export type KialiAuthArgs = TokenKialiAuthArgs | OpenidKialiAuthArgs;

/** Users log in with the token of a service account. */
export interface TokenKialiAuthArgs {
  readonly strategy: "token";
}

/** Users log in at an OpenID Connect issuer. */
export interface OpenidKialiAuthArgs {
  readonly strategy: "openid";
  /** HTTPS URL of the OpenID Connect issuer. */
  readonly issuer: string;
  /** Client ID under which Kiali is registered. */
  readonly clientId: string;
  /**
   * Claim of the ID token that contains the user name.
   * @default "sub"
   */
  readonly usernameClaim?: string | undefined;
  /**
   * True: Kiali authenticates to the issuer with the secret `kialiClientSecret` of the stack.
   * @default false
   */
  readonly clientSecret?: boolean | undefined;
}

/** Tempo, which stores traces of the mesh. */
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

/** metrics-server: CPU and memory of nodes and pods for autoscalers and kubectl top. */
export interface MetricsServerArgs {
  /**
   * Interval between measurements, in seconds; autoscalers react no faster. A whole number, 10 to
   * 300.
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
  /** Reason why the finding is accepted, at least 10 characters. */
  readonly reason: string;
  /** Person or team that accepted the finding. */
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
  /** Address pools for Services of type LoadBalancer, by permanent name. */
  readonly pools: Readonly<Record<string, PoolArgs>>;
  /** BGP routers by permanent name. */
  readonly peers?: Readonly<Record<string, BgpPeerArgs>> | undefined;
  /** Findings accepted in writing. */
  readonly accept?: readonly AcceptedFindingArgs[] | undefined;
}

/** Addresses for Services. */
export type PoolArgs = L2PoolArgs | BgpPoolArgs;

/** One node answers ARP requests for an address. */
export interface L2PoolArgs {
  readonly mode: "l2";
  /**
   * IPv4 ranges that nothing else uses, such as 192.0.2.80/28 or 192.0.2.80-192.0.2.95. At least
   * one.
   */
  readonly addresses: readonly string[];
  /**
   * False: only Services that request this pool get addresses from it.
   * @default true
   */
  readonly autoAssign?: boolean | undefined;
  /** Network interfaces that answer ARP; by default, all. */
  readonly interfaces?: readonly string[] | undefined;
}

/** Nodes announce addresses to routers by BGP. */
export interface BgpPoolArgs {
  readonly mode: "bgp";
  /**
   * IPv4 ranges that nothing else uses, such as 192.0.2.80/28 or 192.0.2.80-192.0.2.95. At least
   * one.
   */
  readonly addresses: readonly string[];
  /**
   * False: only Services that request this pool get addresses from it.
   * @default true
   */
  readonly autoAssign?: boolean | undefined;
  /**
   * Prefix length of the announced routes, in bits. A whole number, 8 to 32.
   * @default 32
   */
  readonly aggregationLength?: number | undefined;
  /** Names of the peers to which the addresses are announced; by default, all. */
  readonly peers?: readonly string[] | undefined;
}

/** A router that hears of addresses. */
export interface BgpPeerArgs {
  /** IPv4 address of the router. */
  readonly address: string;
  /** AS number of the router. A whole number, 1 to 4294967295. */
  readonly asn: number;
  /** AS number of this cluster. A whole number, 1 to 4294967295. */
  readonly ownAsn: number;
  /**
   * True: the router is more than one hop away.
   * @default false
   */
  readonly multiHop?: boolean | undefined;
  /**
   * Name of a Secret of type kubernetes.io/basic-auth in metallb-system with the session's
   * password; by default, none.
   */
  readonly passwordSecret?: string | undefined;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** An ingress gateway: a Service and the proxies behind it. */
export interface GatewayArgs {
  /**
   * Namespace of the gateway; the stack creates it.
   * @default "istio-ingress"
   */
  readonly namespace?: string | undefined;
  /**
   * Ports of the Service; the health port 15021 is added. At least one.
   * @default [{ name: "http2", port: 80 }, { name: "https", port: 443 }]
   */
  readonly ports?: readonly GatewayPortArgs[] | undefined;
  /** The gateway's Service. */
  readonly service?: GatewayServiceArgs | undefined;
  /**
   * CPU and memory of a gateway pod; by default, requests of 100m and 128Mi, limits of 2000m and
   * 1024Mi.
   */
  readonly resources?: ResourcesArgs | undefined;
  /** Number of pods; by default, 1 if only one node takes pods, otherwise 2. */
  readonly replicas?: ReplicasArgs | undefined;
  /** Node labels that select where the pods run; by default, any node. */
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined;
  /** Tolerations of the pods. */
  readonly tolerations?: readonly TolerationArgs[] | undefined;
}

/** A port of a gateway's Service. */
export interface GatewayPortArgs {
  /** Name of the port; its first part is the protocol, such as http2 or https. */
  readonly name: string;
  /** Port of the Service. A whole number, 1 to 65535. */
  readonly port: number;
  /** Port that the proxy listens on; by default, `port`. A whole number, 1 to 65535. */
  readonly targetPort?: number | undefined;
  /** Port on every node; by default, Kubernetes chooses one. A whole number, 1 to 65535. */
  readonly nodePort?: number | undefined;
}

/** The gateway's Service. */
export interface GatewayServiceArgs {
  /**
   * Type of the Service.
   * @default "LoadBalancer"
   */
  readonly type?: "LoadBalancer" | "NodePort" | "ClusterIP" | undefined;
  /** IPv4 address requested from the load balancer; by default, it assigns one. */
  readonly loadBalancerIP?: string | undefined;
  /** Class of the load balancer implementation; by default, the cluster's own. */
  readonly loadBalancerClass?: string | undefined;
  /** Client IPv4 ranges (CIDR) that are allowed; by default, all. */
  readonly loadBalancerSourceRanges?: readonly string[] | undefined;
  /**
   * Local preserves client addresses and requires a gateway pod on the node that announces the
   * address; by default, Cluster.
   */
  readonly externalTrafficPolicy?: "Cluster" | "Local" | undefined;
  /** Annotations of the Service. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** CPU and memory of a container, as Kubernetes spells them. */
export interface ResourcesArgs {
  /** CPU request, such as 100m or 0.5. */
  readonly cpu: string;
  /** Memory request, such as 256Mi. */
  readonly memory: string;
  /** CPU limit, such as 2; by default, the chart's. */
  readonly cpuLimit?: string | undefined;
  /** Memory limit, such as 1Gi; by default, the chart's. */
  readonly memoryLimit?: string | undefined;
}

/** How many pods run. */
export interface ReplicasArgs {
  /** Minimum number of pods. A whole number of at least 1. */
  readonly min: number;
  /**
   * Maximum number of pods; if it equals min, there is no autoscaler. A whole number of at least 1.
   */
  readonly max: number;
}

/** A taint that pods tolerate. */
export interface TolerationArgs {
  /** Taint key; by default, any key. */
  readonly key?: string | undefined;
  /**
   * Exists tolerates any value of the taint; Equal compares `value`.
   * @default "Equal"
   */
  readonly operator?: "Exists" | "Equal" | undefined;
  /** Taint value. */
  readonly value?: string | undefined;
  /** Taint effect; by default, any effect. */
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute" | undefined;
}

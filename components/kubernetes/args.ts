// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** The cluster. */
export interface KubernetesArgs {
  /**
   * Where nodes reach the API servers, for ever: node-local, a load balancer on every node, or
   * host:port of one of your own.
   * @default "node-local"
   */
  readonly endpoint?: string | undefined;
  /**
   * host:port operators use in the kubeconfig; defaults to `endpoint`, or to the bootstrap control
   * plane where that is node-local.
   */
  readonly externalEndpoint?: string | undefined;
  /**
   * Addresses of pods.
   * @default "10.244.0.0/16"
   */
  readonly podCidr?: string | undefined;
  /**
   * Addresses of services.
   * @default "10.96.0.0/16"
   */
  readonly serviceCidr?: string | undefined;
  /**
   * Domain of cluster DNS names.
   * @default "cluster.local"
   */
  readonly dnsDomain?: string | undefined;
  /**
   * Pod network: flannel, VXLAN between the nodes' declared addresses; cilium, VXLAN between the
   * nodes' declared addresses; enforces network policies, also by name.
   * @default "flannel"
   */
  readonly cni?: "flannel" | "cilium" | undefined;
  /**
   * Kernel values of every pod's own network namespace, on top of the defaults (docs/kernel.md);
   * `leave` takes one of those out. Pods get them when they start.
   */
  readonly podSysctls?: Readonly<Record<string, number | string>> | undefined;
  /**
   * Pods a node may run; its /24 has no more addresses. A whole number, 16 to 253.
   * @default 110
   */
  readonly maxPods?: number | undefined;
  /**
   * Memory withheld from pods for the kernel and services. A whole number of at least 128.
   * @default 512
   */
  readonly systemReservedMiB?: number | undefined;
  /**
   * Processes one pod may have. A whole number of at least 256.
   * @default 4096
   */
  readonly podPidsLimit?: number | undefined;
  /** Further fields of KubeletConfiguration v1beta1, on top of what every node gets. */
  readonly kubelet?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Seconds until another controller manager or scheduler takes over from one that is silent;
   * longer on machines too slow to renew in time. A whole number, 15 to 300.
   * @default 15
   */
  readonly leaderElectionLeaseSeconds?: number | undefined;
  /**
   * Pod Security Standard enforced where a namespace says nothing.
   * @default "baseline"
   */
  readonly podSecurity?: "privileged" | "baseline" | "restricted" | undefined;
  /** Retention of the API server's audit log. */
  readonly audit?: AuditArgs | undefined;
}

/** Retention of the API server's audit log. */
export interface AuditArgs {
  /**
   * Days a file is kept. A whole number of at least 1.
   * @default 30
   */
  readonly maxAgeDays?: number | undefined;
  /**
   * Files kept besides the current one. A whole number of at least 1.
   * @default 10
   */
  readonly maxBackups?: number | undefined;
  /**
   * Size at which a new file begins, MiB. A whole number of at least 1.
   * @default 100
   */
  readonly maxSizeMiB?: number | undefined;
}

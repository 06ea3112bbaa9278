// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** The cluster. */
export interface KubernetesArgs {
  /**
   * Permanent address at which nodes reach the API servers: node-local, a load balancer on every
   * node, or host:port of your own load balancer.
   * @default "node-local"
   */
  readonly endpoint?: string | undefined;
  /**
   * Address of the API server in the operators' kubeconfig, host:port; by default, `endpoint`, or
   * the bootstrap control plane if `endpoint` is node-local.
   */
  readonly externalEndpoint?: string | undefined;
  /**
   * IPv4 range (CIDR) of pods; each node gets a /24 of it.
   * @default "10.244.0.0/16"
   */
  readonly podCidr?: string | undefined;
  /**
   * IPv4 range (CIDR) of Services.
   * @default "10.96.0.0/16"
   */
  readonly serviceCidr?: string | undefined;
  /**
   * DNS domain of the cluster.
   * @default "cluster.local"
   */
  readonly dnsDomain?: string | undefined;
  /**
   * Pod network. flannel: VXLAN between the nodes' declared addresses. cilium: VXLAN between the
   * nodes' declared addresses; enforces network policies, also by name.
   * @default "flannel"
   */
  readonly cni?: "flannel" | "cilium" | undefined;
  /**
   * True: kube-proxy, with nftables, gives Services their addresses. False: the pod network does,
   * without kube-proxy; only cilium can.
   * @default true
   */
  readonly kubeProxy?: boolean | undefined;
  /**
   * Sysctl values of every pod's network namespace, by full name; they override the defaults
   * (docs/kernel.md), and `leave` removes one. A pod gets them when it starts.
   */
  readonly podSysctls?: Readonly<Record<string, number | string>> | undefined;
  /**
   * Maximum number of pods on a node; its /24 pod range sets the upper bound. A whole number, 16 to
   * 253.
   * @default 110
   */
  readonly maxPods?: number | undefined;
  /**
   * Memory that is reserved for the kernel and system services, in MiB. A whole number of at least
   * 128.
   * @default 512
   */
  readonly systemReservedMiB?: number | undefined;
  /**
   * Maximum number of processes in a pod. A whole number of at least 256.
   * @default 4096
   */
  readonly podPidsLimit?: number | undefined;
  /**
   * Fields of KubeletConfiguration v1beta1 for all nodes, merged over those that the stack sets.
   */
  readonly kubelet?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Time after which another controller manager or scheduler takes over from an unresponsive one,
   * in seconds; increase it on machines that are too slow to renew the lease in time. A whole
   * number, 15 to 300.
   * @default 15
   */
  readonly leaderElectionLeaseSeconds?: number | undefined;
  /**
   * Pod Security Standard that is enforced in namespaces that do not set their own.
   * @default "baseline"
   */
  readonly podSecurity?: "privileged" | "baseline" | "restricted" | undefined;
  /** Retention of the API server's audit log. */
  readonly audit?: AuditArgs | undefined;
}

/** Retention of the API server's audit log. */
export interface AuditArgs {
  /**
   * Time for which a rotated log file is kept, in days. A whole number of at least 1.
   * @default 30
   */
  readonly maxAgeDays?: number | undefined;
  /**
   * Number of rotated log files that are kept. A whole number of at least 1.
   * @default 10
   */
  readonly maxBackups?: number | undefined;
  /**
   * Size at which the log file is rotated, in MiB. A whole number of at least 1.
   * @default 100
   */
  readonly maxSizeMiB?: number | undefined;
}

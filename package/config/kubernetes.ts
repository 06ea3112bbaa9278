// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** The cluster. */
export interface Kubernetes {
  /**
   * Permanent address at which nodes reach the API servers: node-local, a load balancer on every
   * node, or host:port of your own load balancer.
   * Default: "node-local"
   */
  endpoint?: string;
  /**
   * Address of the API server in the operators' kubeconfig, host:port; by default, `endpoint`, or
   * the bootstrap control plane if `endpoint` is node-local.
   */
  externalEndpoint?: string;
  /**
   * IPv4 range (CIDR) of pods; each node gets a /24 of it.
   * Default: "10.244.0.0/16"
   */
  podCidr?: string;
  /**
   * IPv4 range (CIDR) of Services.
   * Default: "10.96.0.0/16"
   */
  serviceCidr?: string;
  /**
   * DNS domain of the cluster.
   * Default: "cluster.local"
   */
  dnsDomain?: string;
  /**
   * Pod network. flannel: VXLAN between the nodes' declared addresses. cilium: VXLAN between the
   * nodes' declared addresses; enforces network policies, also by name. One of "flannel", "cilium".
   * Default: "flannel"
   */
  cni?: string;
  /**
   * True: kube-proxy, with nftables, gives Services their addresses. False: the pod network does,
   * without kube-proxy; only cilium can.
   * Default: true
   */
  kubeProxy?: boolean;
  /**
   * Sysctl values of every pod's network namespace, by full name; they override the defaults
   * (docs/kernel.md), and `leave` removes one. A pod gets them when it starts.
   */
  podSysctls?: Record<string, string>;
  /**
   * Maximum number of pods on a node; its /24 pod range sets the upper bound. A whole number, 16 to
   * 253.
   * Default: 110
   */
  maxPods?: number;
  /**
   * Memory that is reserved for the kernel and system services, in MiB. A whole number of at least
   * 128.
   * Default: 512
   */
  systemReservedMiB?: number;
  /**
   * Maximum number of processes in a pod. A whole number of at least 256.
   * Default: 4096
   */
  podPidsLimit?: number;
  /**
   * Fields of KubeletConfiguration v1beta1 for all nodes, merged over those that the stack sets.
   */
  kubelet?: Record<string, any>;
  /**
   * Time after which another controller manager or scheduler takes over from an unresponsive one,
   * in seconds; increase it on machines that are too slow to renew the lease in time. A whole
   * number, 15 to 300.
   * Default: 15
   */
  leaderElectionLeaseSeconds?: number;
  /**
   * Pod Security Standard that is enforced in namespaces that do not set their own. One of
   * "privileged", "baseline", "restricted".
   * Default: "baseline"
   */
  podSecurity?: string;
  /** Retention of the API server's audit log. */
  audit?: Audit;
}

/** Retention of the API server's audit log. */
export interface Audit {
  /**
   * Time for which a rotated log file is kept, in days. A whole number of at least 1.
   * Default: 30
   */
  maxAgeDays?: number;
  /**
   * Number of rotated log files that are kept. A whole number of at least 1.
   * Default: 10
   */
  maxBackups?: number;
  /**
   * Size at which the log file is rotated, in MiB. A whole number of at least 1.
   * Default: 100
   */
  maxSizeMiB?: number;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** The cluster. */
export interface Kubernetes {
  /**
   * Where nodes reach the API servers, for ever: node-local, a load balancer on every node, or
   * host:port of one of your own.
   * Default: "node-local"
   */
  endpoint?: string;
  /**
   * host:port operators use in the kubeconfig; defaults to `endpoint`, or to the bootstrap control
   * plane where that is node-local.
   */
  externalEndpoint?: string;
  /**
   * Addresses of pods.
   * Default: "10.244.0.0/16"
   */
  podCidr?: string;
  /**
   * Addresses of services.
   * Default: "10.96.0.0/16"
   */
  serviceCidr?: string;
  /**
   * Domain of cluster DNS names.
   * Default: "cluster.local"
   */
  dnsDomain?: string;
  /**
   * Pod network: flannel, VXLAN between the nodes' declared addresses; cilium, VXLAN between the
   * nodes' declared addresses; enforces network policies, also by name. One of "flannel", "cilium".
   * Default: "flannel"
   */
  cni?: string;
  /**
   * Kernel values of every pod's own network namespace, on top of the defaults (docs/kernel.md);
   * `leave` takes one of those out. Pods get them when they start.
   */
  podSysctls?: Record<string, string>;
  /**
   * Pods a node may run; its /24 has no more addresses. A whole number, 16 to 253.
   * Default: 110
   */
  maxPods?: number;
  /**
   * Memory withheld from pods for the kernel and services. A whole number of at least 128.
   * Default: 512
   */
  systemReservedMiB?: number;
  /**
   * Processes one pod may have. A whole number of at least 256.
   * Default: 4096
   */
  podPidsLimit?: number;
  /** Further fields of KubeletConfiguration v1beta1, on top of what every node gets. */
  kubelet?: Record<string, any>;
  /**
   * Seconds until another controller manager or scheduler takes over from one that is silent;
   * longer on machines too slow to renew in time. A whole number, 15 to 300.
   * Default: 15
   */
  leaderElectionLeaseSeconds?: number;
  /**
   * Pod Security Standard enforced where a namespace says nothing. One of "privileged", "baseline",
   * "restricted".
   * Default: "baseline"
   */
  podSecurity?: string;
  /** Retention of the API server's audit log. */
  audit?: Audit;
}

/** Retention of the API server's audit log. */
export interface Audit {
  /**
   * Days a file is kept. A whole number of at least 1.
   * Default: 30
   */
  maxAgeDays?: number;
  /**
   * Files kept besides the current one. A whole number of at least 1.
   * Default: 10
   */
  maxBackups?: number;
  /**
   * Size at which a new file begins, MiB. A whole number of at least 1.
   * Default: 100
   */
  maxSizeMiB?: number;
}

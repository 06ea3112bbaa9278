// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.

/** Kernel settings of this host. */
export interface KernelArgs {
  /**
   * Set of sysctl values. balanced: for any node of a mesh. throughput: the same with larger queues
   * and buffers.
   * @default "balanced"
   */
  readonly profile?: "balanced" | "throughput" | undefined;
  /**
   * Values that override the profile, by full sysctl name; with `leave`, the host keeps its own
   * value.
   */
  readonly sysctls?: Readonly<Record<string, number | string>> | undefined;
  /**
   * Maximum number of open files (nofile) of the kubelet, containerd and login sessions. A whole
   * number of at least 65536.
   * @default 1048576
   */
  readonly openFiles?: number | undefined;
}

/** Limits of the checks that run before anything on the host is changed. */
export interface PreflightArgs {
  /**
   * Minimum number of vCPUs; kubeadm requires 2. A whole number of at least 2.
   * @default 4
   */
  readonly minVirtualCpus?: number | undefined;
  /**
   * Minimum memory, in MiB; an 8 GiB server reports about 7600. A whole number of at least 1700.
   * @default 7600
   */
  readonly minMemoryMiB?: number | undefined;
  /**
   * Minimum free disk space under /var, in MiB. A whole number of at least 2048.
   * @default 10240
   */
  readonly minDiskFreeMiB?: number | undefined;
  /**
   * CPU steal above which the check warns, in percent. A number, 0 to 100.
   * @default 0.5
   */
  readonly warnStealPercent?: number | undefined;
  /**
   * CPU steal above which the check fails, in percent. A number, 0 to 100.
   * @default 5
   */
  readonly refuseStealPercent?: number | undefined;
  /**
   * 99th percentile of a 4 KiB fdatasync under /var above which the check warns, in milliseconds;
   * the default is the etcd recommendation. A number above 0.
   * @default 10
   */
  readonly maxFsyncMilliseconds?: number | undefined;
  /**
   * Difference from the clock of the computer that runs Pulumi above which the check fails, in
   * seconds. A number above 0.
   * @default 2
   */
  readonly maxClockOffsetSeconds?: number | undefined;
  /**
   * Flags that /proc/cpuinfo must list; by default, AES, AVX2 and the x86-64-v2 set.
   * @default ["aes", "avx2", "cx16", "popcnt", "sse4_2", "ssse3"]
   */
  readonly cpuFlags?: readonly string[] | undefined;
}

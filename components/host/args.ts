// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type * as pulumi from "@pulumi/pulumi";

/** Where a host comes from, what it does and how it is tuned. */
export type HostConfigArgs = ExistingHostArgs | LocalHostArgs | ContainerHostArgs | LibvirtHostArgs;

/** A server that is there. */
export interface ExistingHostArgs {
  readonly source: "existing";
  /** IP address or DNS name of the SSH server. */
  readonly address: pulumi.Input<string>;
  /**
   * Port of the SSH server. A whole number, 1 to 65535.
   * @default 22
   */
  readonly sshPort?: number | undefined;
  /** Public ed25519 key the SSH server must show. */
  readonly hostKey: pulumi.Input<string>;
  /** What the host does in the cluster. */
  readonly role: "control-plane" | "worker";
  /**
   * True on the control plane that begins the cluster and where steps for all of it run; by default
   * the first by name. Move it to one that runs before that host is replaced.
   * @default false
   */
  readonly bootstrap?: boolean | undefined;
  /** Address other nodes use; defaults to `address`. */
  readonly nodeAddress?: pulumi.Input<string> | undefined;
  /** Node labels, kept as declared. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Node taints, key=value:Effect. */
  readonly taints?: readonly string[] | undefined;
  /** Kernel settings of this host. */
  readonly kernel?: KernelArgs | undefined;
  /** Limits of the checks before any change. */
  readonly preflight?: PreflightArgs | undefined;
}

/** Kernel settings of this host. */
export interface KernelArgs {
  /**
   * Named set of sysctls; throughput has larger queues and buffers.
   * @default "balanced"
   */
  readonly profile?: "balanced" | "throughput" | undefined;
  /**
   * Values on top of the profile, by full sysctl name; `leave` takes one out of the profile: the
   * host keeps its own.
   */
  readonly sysctls?: Readonly<Record<string, number | string>> | undefined;
  /**
   * Open files a service or login may hold (nofile). A whole number of at least 65536.
   * @default 1048576
   */
  readonly openFiles?: number | undefined;
}

/** Limits of the checks before any change. */
export interface PreflightArgs {
  /**
   * vCPUs a host must have; kubeadm itself needs 2. A whole number of at least 2.
   * @default 4
   */
  readonly minVirtualCpus?: number | undefined;
  /**
   * Memory a host must have, MiB. 7600 is what an 8 GiB server shows. A whole number of at least
   * 1700.
   * @default 7600
   */
  readonly minMemoryMiB?: number | undefined;
  /**
   * Free space under /var, MiB. A whole number of at least 2048.
   * @default 10240
   */
  readonly minDiskFreeMiB?: number | undefined;
  /**
   * CPU steal that warns. A number, 0 to 100.
   * @default 0.5
   */
  readonly warnStealPercent?: number | undefined;
  /**
   * CPU steal that refuses. A number, 0 to 100.
   * @default 5
   */
  readonly refuseStealPercent?: number | undefined;
  /**
   * 99th percentile of a 4 KiB fdatasync under /var that warns (etcd's advice). A number above 0.
   * @default 10
   */
  readonly maxFsyncMilliseconds?: number | undefined;
  /**
   * Difference to the clock of the machine that runs Pulumi that refuses. A number above 0.
   * @default 2
   */
  readonly maxClockOffsetSeconds?: number | undefined;
  /**
   * Flags /proc/cpuinfo must show: AES, AVX2 and the x86-64-v2 set.
   * @default ["aes", "avx2", "cx16", "popcnt", "sse4_2", "ssse3"]
   */
  readonly cpuFlags?: readonly string[] | undefined;
}

/** A virtual machine on this computer. */
export interface LocalHostArgs {
  readonly source: "local";
  /**
   * What the machine boots: a directory with disk.raw, vmlinuz and initrd.img, or one bootable
   * qcow2 file.
   */
  readonly image: string;
  /** Disk image with a bundle, labelled NORDMESH; mounted where `artifacts.path` says. */
  readonly bundle?: string | undefined;
  /** Port on 127.0.0.1 that leads to the machine's SSH server. A whole number, 1 to 65535. */
  readonly sshPort: number;
  /** Port on 127.0.0.1 that leads to the machine's port 6443. A whole number, 1 to 65535. */
  readonly apiPort: number;
  /**
   * vCPUs of the machine. A whole number of at least 2.
   * @default 4
   */
  readonly virtualCpus?: number | undefined;
  /**
   * Memory of the machine, MiB. A whole number of at least 2048.
   * @default 8192
   */
  readonly memoryMiB?: number | undefined;
  /**
   * Size of the system disk, GiB. A whole number of at least 10.
   * @default 40
   */
  readonly diskGiB?: number | undefined;
  /** What the host does in the cluster. */
  readonly role: "control-plane" | "worker";
  /**
   * True on the control plane that begins the cluster and where steps for all of it run; by default
   * the first by name. Move it to one that runs before that host is replaced.
   * @default false
   */
  readonly bootstrap?: boolean | undefined;
  /** Address on the private network between local machines, /24. */
  readonly nodeAddress: string;
  /** Node labels, kept as declared. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Node taints, key=value:Effect. */
  readonly taints?: readonly string[] | undefined;
  /** Kernel settings of this host. */
  readonly kernel?: KernelArgs | undefined;
  /** Limits of the checks before any change. */
  readonly preflight?: PreflightArgs | undefined;
}

/** A systemd container on this computer. */
export interface ContainerHostArgs {
  readonly source: "container";
  /** Root tree of the node, with systemd and an SSH server: a directory, or a tar file of one. */
  readonly image: string;
  /** Directory of a bundle; appears where `artifacts.path` says, nothing is copied. */
  readonly bundle?: string | undefined;
  /** What the host does in the cluster. */
  readonly role: "control-plane" | "worker";
  /**
   * True on the control plane that begins the cluster and where steps for all of it run; by default
   * the first by name. Move it to one that runs before that host is replaced.
   * @default false
   */
  readonly bootstrap?: boolean | undefined;
  /** Address on the network of this computer's containers, /24. */
  readonly nodeAddress: string;
  /** Node labels, kept as declared. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Node taints, key=value:Effect. */
  readonly taints?: readonly string[] | undefined;
  /** Kernel settings of this host. */
  readonly kernel?: KernelArgs | undefined;
  /** Limits of the checks before any change. */
  readonly preflight?: PreflightArgs | undefined;
}

/** A virtual machine on a hypervisor. */
export interface LibvirtHostArgs {
  readonly source: "libvirt";
  /** Static address of the machine on the hypervisor's bridge. */
  readonly address: string;
  /**
   * Port of the SSH server. A whole number, 1 to 65535.
   * @default 22
   */
  readonly sshPort?: number | undefined;
  /** Computer the machine runs on. */
  readonly hypervisor: HypervisorArgs;
  /** What its disk begins as. */
  readonly image: ImageArgs;
  /** Default route of the machine. */
  readonly gateway: string;
  /**
   * Size of its network, bits. A whole number, 8 to 30.
   * @default 24
   */
  readonly prefixLength?: number | undefined;
  /** DNS servers of the machine. At least one. */
  readonly nameservers: readonly string[];
  /**
   * vCPUs of the machine. A whole number of at least 2.
   * @default 4
   */
  readonly virtualCpus?: number | undefined;
  /**
   * Memory of the machine, MiB. A whole number of at least 2048.
   * @default 8192
   */
  readonly memoryMiB?: number | undefined;
  /**
   * Size of the system disk, GiB. A whole number of at least 10.
   * @default 40
   */
  readonly diskGiB?: number | undefined;
  /** What the host does in the cluster. */
  readonly role: "control-plane" | "worker";
  /**
   * True on the control plane that begins the cluster and where steps for all of it run; by default
   * the first by name. Move it to one that runs before that host is replaced.
   * @default false
   */
  readonly bootstrap?: boolean | undefined;
  /** Address other nodes use; defaults to `address`. */
  readonly nodeAddress?: string | undefined;
  /** Node labels, kept as declared. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Node taints, key=value:Effect. */
  readonly taints?: readonly string[] | undefined;
  /** Kernel settings of this host. */
  readonly kernel?: KernelArgs | undefined;
  /** Limits of the checks before any change. */
  readonly preflight?: PreflightArgs | undefined;
}

/** Computer the machine runs on. */
export interface HypervisorArgs {
  /** IP address or DNS name of the hypervisor. */
  readonly address: string;
  /**
   * Port of the SSH server. A whole number, 1 to 65535.
   * @default 22
   */
  readonly sshPort?: number | undefined;
  /** Public ed25519 key of the hypervisor's SSH server. */
  readonly hostKey: string;
  /** Bridge the machine joins. */
  readonly bridge: string;
  /**
   * Directory for disks.
   * @default "/var/lib/libvirt/images"
   */
  readonly pool?: string | undefined;
}

/** What its disk begins as. */
export interface ImageArgs {
  /** Cloud image, qcow2. */
  readonly url: string;
  /** SHA-256 of that file. */
  readonly sha256: string;
}

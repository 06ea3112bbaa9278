// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type * as pulumi from "@pulumi/pulumi";

/** Where a host comes from, what it does and how it is tuned. */
export interface HostConfig {
  /**
   * "existing": A server that already exists. "local": A virtual machine on this computer.
   * "container": A systemd container on this computer. "libvirt": A virtual machine on a
   * hypervisor.
   */
  source: string;
  /**
   * (existing) IP address or DNS name of the SSH server. (libvirt) Static IPv4 address of the
   * machine on the hypervisor's bridge.
   */
  address?: pulumi.Input<string>;
  /**
   * (existing, libvirt) Port of the SSH server. A whole number, 1 to 65535. (local) Port on
   * 127.0.0.1 that is forwarded to the machine's SSH server. A whole number, 1 to 65535.
   */
  sshPort?: number;
  /** (existing) Public ed25519 host key that the SSH server must present. */
  hostKey?: pulumi.Input<string>;
  /** Role of the host in the cluster. One of "control-plane", "worker". */
  role: string;
  /**
   * True: this control plane initializes the cluster and runs the cluster-wide steps; without it,
   * the first control plane by name does. Before replacing that host, move this setting to a
   * running control plane.
   * Default: false
   */
  bootstrap?: boolean;
  /**
   * (existing, libvirt) IPv4 address at which other nodes reach this one; by default, `address`.
   * (local) IPv4 address on the private /24 network of local machines. (container) IPv4 address on
   * the /24 network of this computer's containers.
   */
  nodeAddress?: pulumi.Input<string>;
  /** Node labels by key; the stack keeps them as declared. */
  labels?: Record<string, string>;
  /** Node taints in the form key=value:Effect, such as dedicated=db:NoSchedule. */
  taints?: string[];
  /** Kernel settings of this host. */
  kernel?: Kernel;
  /** Limits of the checks that run before anything on the host is changed. */
  preflight?: Preflight;
  /**
   * (existing, libvirt) Local volumes for pods by permanent name, each on its own disk, partition
   * or logical volume; needs `storage`. (container) Local volumes for pods by permanent name, each
   * in a sparse file that is deleted with the node; needs `storage`.
   */
  volumes?: Record<string, Volume>;
  /**
   * (local) Image that the machine boots: a directory with disk.raw, vmlinuz and initrd.img, or one
   * bootable qcow2 file. (container) Root file system of the node, with systemd and an SSH server:
   * a directory, or a tar file of one. (libvirt) Image that the system disk is created from.
   */
  image?: Image;
  /**
   * (local) Disk image of a bundle, with the file system label NORDMESH; it is mounted at
   * `artifacts.path`. (container) Directory of a bundle; it is bind-mounted at `artifacts.path`,
   * without a copy.
   */
  bundle?: string;
  /**
   * (local) Port on 127.0.0.1 that is forwarded to port 6443 of the machine. A whole number, 1 to
   * 65535.
   */
  apiPort?: number;
  /**
   * (local, libvirt) Number of vCPUs. A whole number of at least 2.
   * Default: 4
   */
  virtualCpus?: number;
  /**
   * (local, libvirt) Memory size, in MiB. A whole number of at least 2048.
   * Default: 8192
   */
  memoryMiB?: number;
  /**
   * (local, libvirt) Size of the system disk, in GiB. A whole number of at least 10.
   * Default: 40
   */
  diskGiB?: number;
  /** (libvirt) Hypervisor that the machine runs on. */
  hypervisor?: Hypervisor;
  /** (libvirt) IPv4 address of the default gateway. */
  gateway?: string;
  /**
   * (libvirt) Prefix length of the machine's network, in bits. A whole number, 8 to 30.
   * Default: 24
   */
  prefixLength?: number;
  /** (libvirt) DNS servers of the machine. At least one. */
  nameservers?: string[];
}

/** Kernel settings of this host. */
export interface Kernel {
  /**
   * Set of sysctl values. balanced: for any node of a mesh. throughput: the same with larger queues
   * and buffers. One of "balanced", "throughput".
   * Default: "balanced"
   */
  profile?: string;
  /**
   * Values that override the profile, by full sysctl name; with `leave`, the host keeps its own
   * value.
   */
  sysctls?: Record<string, string>;
  /**
   * Maximum number of open files (nofile) of the kubelet, containerd and login sessions. A whole
   * number of at least 65536.
   * Default: 1048576
   */
  openFiles?: number;
}

/** Limits of the checks that run before anything on the host is changed. */
export interface Preflight {
  /**
   * Minimum number of vCPUs; kubeadm requires 2. A whole number of at least 2.
   * Default: 4
   */
  minVirtualCpus?: number;
  /**
   * Minimum memory, in MiB; an 8 GiB server reports about 7600. A whole number of at least 1700.
   * Default: 7600
   */
  minMemoryMiB?: number;
  /**
   * Minimum free disk space under /var, in MiB. A whole number of at least 2048.
   * Default: 10240
   */
  minDiskFreeMiB?: number;
  /**
   * CPU steal above which the check warns, in percent. A number, 0 to 100.
   * Default: 0.5
   */
  warnStealPercent?: number;
  /**
   * CPU steal above which the check fails, in percent. A number, 0 to 100.
   * Default: 5
   */
  refuseStealPercent?: number;
  /**
   * 99th percentile of a 4 KiB fdatasync under /var above which the check warns, in milliseconds;
   * the default is the etcd recommendation. A number above 0.
   * Default: 10
   */
  maxFsyncMilliseconds?: number;
  /**
   * Difference from the clock of the computer that runs Pulumi above which the check fails, in
   * seconds. A number above 0.
   * Default: 2
   */
  maxClockOffsetSeconds?: number;
  /**
   * Flags that /proc/cpuinfo must list; by default, AES, AVX2 and the x86-64-v2 set.
   * Default: ["aes", "avx2", "cx16", "popcnt", "sse4_2", "ssse3"]
   */
  cpuFlags?: string[];
}

/** A volume on a disk. */
export interface Volume {
  /**
   * (existing, libvirt) Path of a disk, partition or logical volume that is blank or already holds
   * this volume, best below /dev/disk/by-id.
   */
  device?: string;
  /**
   * Size of the volume and its file system, in GiB; it can be increased later, but not decreased. A
   * whole number, 1 to 65536.
   */
  sizeGiB: number;
}

/** Image that the system disk is created from. */
export interface Image {
  /** (local, container) Path on this computer; the image has no other field then. */
  path?: string;
  /** URL of a cloud image in qcow2 format. */
  url?: string;
  /** SHA-256 digest of the image file. */
  sha256?: string;
}

/** Hypervisor that the machine runs on. */
export interface Hypervisor {
  /** IP address or DNS name of the hypervisor. */
  address: string;
  /**
   * Port of the SSH server. A whole number, 1 to 65535.
   * Default: 22
   */
  sshPort?: number;
  /** Public ed25519 key of the hypervisor's SSH server. */
  hostKey: string;
  /** Network bridge that the machine is attached to. */
  bridge: string;
  /**
   * Directory on the hypervisor that holds the machines' disks.
   * Default: "/var/lib/libvirt/images"
   */
  pool?: string;
}

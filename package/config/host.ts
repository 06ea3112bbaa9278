// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type * as pulumi from "@pulumi/pulumi";

/** Where a host comes from, what it does and how it is tuned. */
export interface HostConfig {
  /**
   * "existing": A server that is there. "local": A virtual machine on this computer. "container": A
   * systemd container on this computer. "libvirt": A virtual machine on a hypervisor.
   */
  source: string;
  /**
   * (existing) IP address or DNS name of the SSH server. (libvirt) Static address of the machine on
   * the hypervisor's bridge.
   */
  address?: pulumi.Input<string>;
  /**
   * (existing, libvirt) Port of the SSH server. A whole number, 1 to 65535. (local) Port on
   * 127.0.0.1 that leads to the machine's SSH server. A whole number, 1 to 65535.
   */
  sshPort?: number;
  /** (existing) Public ed25519 key the SSH server must show. */
  hostKey?: pulumi.Input<string>;
  /** What the host does in the cluster. One of "control-plane", "worker". */
  role: string;
  /**
   * True on the control plane that begins the cluster and where steps for all of it run; by default
   * the first by name. Move it to one that runs before that host is replaced.
   * Default: false
   */
  bootstrap?: boolean;
  /**
   * (existing, libvirt) Address other nodes use; defaults to `address`. (local) Address on the
   * private network between local machines, /24. (container) Address on the network of this
   * computer's containers, /24.
   */
  nodeAddress?: pulumi.Input<string>;
  /** Node labels, kept as declared. */
  labels?: Record<string, string>;
  /** Node taints, key=value:Effect. */
  taints?: string[];
  /** Kernel settings of this host. */
  kernel?: Kernel;
  /** Limits of the checks before any change. */
  preflight?: Preflight;
  /**
   * (local) What the machine boots: a directory with disk.raw, vmlinuz and initrd.img, or one
   * bootable qcow2 file. (container) Root tree of the node, with systemd and an SSH server: a
   * directory, or a tar file of one. (libvirt) What its disk begins as.
   */
  image?: Image;
  /**
   * (local) Disk image with a bundle, labelled NORDMESH; mounted where `artifacts.path` says.
   * (container) Directory of a bundle; appears where `artifacts.path` says, nothing is copied.
   */
  bundle?: string;
  /**
   * (local) Port on 127.0.0.1 that leads to the machine's port 6443. A whole number, 1 to 65535.
   */
  apiPort?: number;
  /**
   * (local, libvirt) vCPUs of the machine. A whole number of at least 2.
   * Default: 4
   */
  virtualCpus?: number;
  /**
   * (local, libvirt) Memory of the machine, MiB. A whole number of at least 2048.
   * Default: 8192
   */
  memoryMiB?: number;
  /**
   * (local, libvirt) Size of the system disk, GiB. A whole number of at least 10.
   * Default: 40
   */
  diskGiB?: number;
  /** (libvirt) Computer the machine runs on. */
  hypervisor?: Hypervisor;
  /** (libvirt) Default route of the machine. */
  gateway?: string;
  /**
   * (libvirt) Size of its network, bits. A whole number, 8 to 30.
   * Default: 24
   */
  prefixLength?: number;
  /** (libvirt) DNS servers of the machine. At least one. */
  nameservers?: string[];
}

/** Kernel settings of this host. */
export interface Kernel {
  /**
   * Named set of sysctls; throughput has larger queues and buffers. One of "balanced",
   * "throughput".
   * Default: "balanced"
   */
  profile?: string;
  /**
   * Values on top of the profile, by full sysctl name; `leave` takes one out of the profile: the
   * host keeps its own.
   */
  sysctls?: Record<string, string>;
  /**
   * Open files a service or login may hold (nofile). A whole number of at least 65536.
   * Default: 1048576
   */
  openFiles?: number;
}

/** Limits of the checks before any change. */
export interface Preflight {
  /**
   * vCPUs a host must have; kubeadm itself needs 2. A whole number of at least 2.
   * Default: 4
   */
  minVirtualCpus?: number;
  /**
   * Memory a host must have, MiB. 7600 is what an 8 GiB server shows. A whole number of at least
   * 1700.
   * Default: 7600
   */
  minMemoryMiB?: number;
  /**
   * Free space under /var, MiB. A whole number of at least 2048.
   * Default: 10240
   */
  minDiskFreeMiB?: number;
  /**
   * CPU steal that warns. A number, 0 to 100.
   * Default: 0.5
   */
  warnStealPercent?: number;
  /**
   * CPU steal that refuses. A number, 0 to 100.
   * Default: 5
   */
  refuseStealPercent?: number;
  /**
   * 99th percentile of a 4 KiB fdatasync under /var that warns (etcd's advice). A number above 0.
   * Default: 10
   */
  maxFsyncMilliseconds?: number;
  /**
   * Difference to the clock of the machine that runs Pulumi that refuses. A number above 0.
   * Default: 2
   */
  maxClockOffsetSeconds?: number;
  /**
   * Flags /proc/cpuinfo must show: AES, AVX2 and the x86-64-v2 set.
   * Default: ["aes", "avx2", "cx16", "popcnt", "sse4_2", "ssse3"]
   */
  cpuFlags?: string[];
}

/** What its disk begins as. */
export interface Image {
  /** (local, container) Path on this computer; the image has no other field then. */
  path?: string;
  /** Cloud image, qcow2. */
  url?: string;
  /** SHA-256 of that file. */
  sha256?: string;
}

/** Computer the machine runs on. */
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
  /** Bridge the machine joins. */
  bridge: string;
  /**
   * Directory for disks.
   * Default: "/var/lib/libvirt/images"
   */
  pool?: string;
}

// Generated from the schemas by `npx tsx stacks/cli.ts generate`; do not edit.
import type * as pulumi from "@pulumi/pulumi";
import type { KernelArgs, PreflightArgs } from "./tuning-args";

/** Where a host comes from, what it does and how it is tuned. */
export type HostConfigArgs = ExistingHostArgs | LocalHostArgs | ContainerHostArgs | LibvirtHostArgs;

/** A server that already exists. */
export interface ExistingHostArgs {
  readonly source: "existing";
  /** IP address or DNS name of the SSH server. */
  readonly address: pulumi.Input<string>;
  /**
   * Port of the SSH server. A whole number, 1 to 65535.
   * @default 22
   */
  readonly sshPort?: number | undefined;
  /** Public ed25519 host key that the SSH server must present. */
  readonly hostKey: pulumi.Input<string>;
  /** Role of the host in the cluster. */
  readonly role: "control-plane" | "worker";
  /**
   * True: this control plane initializes the cluster and runs the cluster-wide steps; without it,
   * the first control plane by name does. Before replacing that host, move this setting to a
   * running control plane.
   * @default false
   */
  readonly bootstrap?: boolean | undefined;
  /** IPv4 address at which other nodes reach this one; by default, `address`. */
  readonly nodeAddress?: pulumi.Input<string> | undefined;
  /** Node labels by key; the stack keeps them as declared. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Node taints in the form key=value:Effect, such as dedicated=db:NoSchedule. */
  readonly taints?: readonly string[] | undefined;
  /** Kernel settings of this host. */
  readonly kernel?: KernelArgs | undefined;
  /** Limits of the checks that run before anything on the host is changed. */
  readonly preflight?: PreflightArgs | undefined;
  /**
   * Local volumes for pods by permanent name, each on its own disk, partition or logical volume;
   * needs `storage`.
   */
  readonly volumes?: Readonly<Record<string, DiskVolumeArgs>> | undefined;
}

/** A volume on a disk. */
export interface DiskVolumeArgs {
  /**
   * Path of a disk, partition or logical volume that is blank or already holds this volume, best
   * below /dev/disk/by-id.
   */
  readonly device: string;
  /**
   * Size of the volume and its file system, in GiB; it can be increased later, but not decreased. A
   * whole number, 1 to 65536.
   */
  readonly sizeGiB: number;
}

/** A virtual machine on this computer. */
export interface LocalHostArgs {
  readonly source: "local";
  /**
   * Image that the machine boots: a directory with disk.raw, vmlinuz and initrd.img, or one
   * bootable qcow2 file.
   */
  readonly image: string;
  /**
   * Disk image of a bundle, with the file system label NORDMESH; it is mounted at `artifacts.path`.
   */
  readonly bundle?: string | undefined;
  /**
   * Port on 127.0.0.1 that is forwarded to the machine's SSH server. A whole number, 1 to 65535.
   */
  readonly sshPort: number;
  /**
   * Port on 127.0.0.1 that is forwarded to port 6443 of the machine. A whole number, 1 to 65535.
   */
  readonly apiPort: number;
  /**
   * Number of vCPUs. A whole number of at least 2.
   * @default 4
   */
  readonly virtualCpus?: number | undefined;
  /**
   * Memory size, in MiB. A whole number of at least 2048.
   * @default 8192
   */
  readonly memoryMiB?: number | undefined;
  /**
   * Size of the system disk, in GiB. A whole number of at least 10.
   * @default 40
   */
  readonly diskGiB?: number | undefined;
  /** Role of the host in the cluster. */
  readonly role: "control-plane" | "worker";
  /**
   * True: this control plane initializes the cluster and runs the cluster-wide steps; without it,
   * the first control plane by name does. Before replacing that host, move this setting to a
   * running control plane.
   * @default false
   */
  readonly bootstrap?: boolean | undefined;
  /** IPv4 address on the private /24 network of local machines. */
  readonly nodeAddress: string;
  /** Node labels by key; the stack keeps them as declared. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Node taints in the form key=value:Effect, such as dedicated=db:NoSchedule. */
  readonly taints?: readonly string[] | undefined;
  /** Kernel settings of this host. */
  readonly kernel?: KernelArgs | undefined;
  /** Limits of the checks that run before anything on the host is changed. */
  readonly preflight?: PreflightArgs | undefined;
}

/** A systemd container on this computer. */
export interface ContainerHostArgs {
  readonly source: "container";
  /**
   * Root file system of the node, with systemd and an SSH server: a directory, or a tar file of
   * one.
   */
  readonly image: string;
  /** Directory of a bundle; it is bind-mounted at `artifacts.path`, without a copy. */
  readonly bundle?: string | undefined;
  /** Role of the host in the cluster. */
  readonly role: "control-plane" | "worker";
  /**
   * True: this control plane initializes the cluster and runs the cluster-wide steps; without it,
   * the first control plane by name does. Before replacing that host, move this setting to a
   * running control plane.
   * @default false
   */
  readonly bootstrap?: boolean | undefined;
  /** IPv4 address on the /24 network of this computer's containers. */
  readonly nodeAddress: string;
  /** Node labels by key; the stack keeps them as declared. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Node taints in the form key=value:Effect, such as dedicated=db:NoSchedule. */
  readonly taints?: readonly string[] | undefined;
  /** Kernel settings of this host. */
  readonly kernel?: KernelArgs | undefined;
  /** Limits of the checks that run before anything on the host is changed. */
  readonly preflight?: PreflightArgs | undefined;
  /**
   * Local volumes for pods by permanent name, each in a sparse file that is deleted with the node;
   * needs `storage`.
   */
  readonly volumes?: Readonly<Record<string, FileVolumeArgs>> | undefined;
}

/** A volume in a file of this computer. */
export interface FileVolumeArgs {
  /**
   * Size of the volume and its file system, in GiB; it can be increased later, but not decreased. A
   * whole number, 1 to 65536.
   */
  readonly sizeGiB: number;
}

/** A virtual machine on a hypervisor. */
export interface LibvirtHostArgs {
  readonly source: "libvirt";
  /** Static IPv4 address of the machine on the hypervisor's bridge. */
  readonly address: string;
  /**
   * Port of the SSH server. A whole number, 1 to 65535.
   * @default 22
   */
  readonly sshPort?: number | undefined;
  /** Hypervisor that the machine runs on. */
  readonly hypervisor: HypervisorArgs;
  /** Image that the system disk is created from. */
  readonly image: ImageArgs;
  /** IPv4 address of the default gateway. */
  readonly gateway: string;
  /**
   * Prefix length of the machine's network, in bits. A whole number, 8 to 30.
   * @default 24
   */
  readonly prefixLength?: number | undefined;
  /** DNS servers of the machine. At least one. */
  readonly nameservers: readonly string[];
  /**
   * Number of vCPUs. A whole number of at least 2.
   * @default 4
   */
  readonly virtualCpus?: number | undefined;
  /**
   * Memory size, in MiB. A whole number of at least 2048.
   * @default 8192
   */
  readonly memoryMiB?: number | undefined;
  /**
   * Size of the system disk, in GiB. A whole number of at least 10.
   * @default 40
   */
  readonly diskGiB?: number | undefined;
  /** Role of the host in the cluster. */
  readonly role: "control-plane" | "worker";
  /**
   * True: this control plane initializes the cluster and runs the cluster-wide steps; without it,
   * the first control plane by name does. Before replacing that host, move this setting to a
   * running control plane.
   * @default false
   */
  readonly bootstrap?: boolean | undefined;
  /** IPv4 address at which other nodes reach this one; by default, `address`. */
  readonly nodeAddress?: string | undefined;
  /** Node labels by key; the stack keeps them as declared. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Node taints in the form key=value:Effect, such as dedicated=db:NoSchedule. */
  readonly taints?: readonly string[] | undefined;
  /** Kernel settings of this host. */
  readonly kernel?: KernelArgs | undefined;
  /** Limits of the checks that run before anything on the host is changed. */
  readonly preflight?: PreflightArgs | undefined;
  /**
   * Local volumes for pods by permanent name, each on its own disk, partition or logical volume;
   * needs `storage`.
   */
  readonly volumes?: Readonly<Record<string, DiskVolumeArgs>> | undefined;
}

/** Hypervisor that the machine runs on. */
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
  /** Network bridge that the machine is attached to. */
  readonly bridge: string;
  /**
   * Directory on the hypervisor that holds the machines' disks.
   * @default "/var/lib/libvirt/images"
   */
  readonly pool?: string | undefined;
}

/** Image that the system disk is created from. */
export interface ImageArgs {
  /** URL of a cloud image in qcow2 format. */
  readonly url: string;
  /** SHA-256 digest of the image file. */
  readonly sha256: string;
}

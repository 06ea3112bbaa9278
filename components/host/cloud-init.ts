/** cloud-init user-data and network configuration of a machine the stack creates. */
import { toYaml } from "../text/yaml";
import { renderSshd } from "./services";
import { renderLimits, renderModules, renderSysctl, type KernelPlan } from "./kernel";
import type { SshKeyPair } from "./ssh-key";

export interface UserDataArgs {
  readonly hostname: string;
  readonly user: string;
  readonly authorizedKeys: readonly string[];
  readonly hostKey: SshKeyPair;
  readonly kernel: KernelPlan;
  /** Filesystem label of an air-gap bundle disk and where it is mounted. */
  readonly bundleMount?: { readonly label: string; readonly path: string } | undefined;
}

/** The same before there are keys: for people. */
export function placeholderUserData(args: Omit<UserDataArgs, "hostKey">): string {
  return renderUserData({
    ...args,
    authorizedKeys: [...args.authorizedKeys, "@OPERATOR_PUBLIC_KEY@"],
    hostKey: { privateKey: "@HOST_PRIVATE_KEY@", publicKey: "@HOST_PUBLIC_KEY@" },
  });
}

/**
 * The machine boots with its settings in place and with the host key the stack pins, so even the
 * first connection is verified. Settings are ensured again over SSH: cloud-init runs once only.
 */
export function renderUserData(args: UserDataArgs): string {
  const document = {
    hostname: args.hostname,
    fqdn: args.hostname,
    prefer_fqdn_over_hostname: false,
    manage_etc_hosts: true,
    ssh_pwauth: false,
    disable_root: true,
    ssh_deletekeys: true,
    ssh_keys: {
      ed25519_private: args.hostKey.privateKey,
      ed25519_public: args.hostKey.publicKey,
    },
    users: [
      {
        name: args.user,
        shell: "/bin/bash",
        lock_passwd: true,
        sudo: "ALL=(ALL) NOPASSWD:ALL",
        ssh_authorized_keys: [...args.authorizedKeys],
      },
    ],
    write_files: [
      file("/etc/modules-load.d/nordmesh.conf", renderModules(args.kernel)),
      file("/etc/sysctl.d/99-zz-nordmesh.conf", renderSysctl(withoutFloors(args.kernel))),
      file("/etc/security/limits.d/99-nordmesh.conf", renderLimits(args.kernel)),
      file("/etc/ssh/sshd_config.d/10-nordmesh.conf", renderSshd(), "0600"),
    ],
    ...(args.bundleMount && {
      mounts: [
        [`LABEL=${args.bundleMount.label}`, args.bundleMount.path, "auto", "ro,nofail", "0", "0"],
      ],
    }),
    // write_files runs before the modules are loaded, so the sysctls are applied once more here.
    runcmd: [
      ["systemctl", "restart", "systemd-modules-load.service"],
      ["systemctl", "restart", "systemd-sysctl.service"],
    ],
  };
  return `#cloud-config\n${toYaml(document)}`;
}

/** QEMU gives this address to the first card where none is asked for. */
const uplinkMac = "52:54:00:12:34:56";

/** Network configuration version 2: DHCP on the first card, a fixed address on the second. */
export function renderLocalNetwork(args: {
  readonly mac: string;
  readonly address: string;
}): string {
  return toYaml({
    version: 2,
    ethernets: {
      uplink: { match: { macaddress: uplinkMac }, dhcp4: true, "dhcp-identifier": "mac" },
      private: {
        match: { macaddress: args.mac },
        addresses: [`${args.address}/24`],
        dhcp4: false,
      },
    },
  });
}

/** Network configuration version 2: one card with a fixed address. */
export function renderStaticNetwork(args: {
  readonly mac: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
  readonly nameservers: readonly string[];
}): string {
  return toYaml({
    version: 2,
    ethernets: {
      uplink: {
        match: { macaddress: args.mac },
        addresses: [`${args.address}/${args.prefixLength}`],
        routes: [{ to: "0.0.0.0/0", via: args.gateway }],
        nameservers: { addresses: [...args.nameservers] },
      },
    },
  });
}

// A floor is only known on the live host, where the kernel step raises it.
function withoutFloors(kernel: KernelPlan): KernelPlan {
  const kept = Object.entries(kernel.sysctls).filter(([name]) => !kernel.floors.includes(name));
  return { ...kernel, sysctls: Object.fromEntries(kept) };
}

function file(path: string, content: string, permissions = "0644"): object {
  return { path, content, permissions, owner: "root:root" };
}

/** Kernel settings of a host, as data. Renders the modules, sysctl and limit files. */
import type { KernelConfig } from "./config";

/** What the kernel of one host must show once it is set up, and after every reboot. */
export interface KernelPlan {
  /** Modules in load order. nf_conntrack precedes the sysctl that only exists once it is loaded. */
  readonly modules: readonly string[];
  /** Full sysctl name to value, sorted by name. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Sysctls that are raised to the declared value and never lowered. */
  readonly floors: readonly string[];
  /** Open files a service may hold. */
  readonly openFiles: number;
}

const modules = ["overlay", "br_netfilter", "nf_conntrack"];

/**
 * Values for nodes that carry a mesh. Sources: the port range, tcp_tw_reuse, file-max, bpf_jit and
 * conntrack values are the five of the KVM guide (requirements N3); panic, overcommit and key
 * limits are those the kubelet demands under protectKernelDefaults
 * (https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/).
 */
const balanced: Readonly<Record<string, string>> = {
  "fs.file-max": "2097152",
  "fs.inotify.max_user_instances": "8192",
  "fs.inotify.max_user_watches": "524288",
  "kernel.keys.root_maxbytes": "25000000",
  "kernel.keys.root_maxkeys": "1000000",
  "kernel.panic": "10",
  "kernel.panic_on_oops": "1",
  "net.bridge.bridge-nf-call-ip6tables": "1",
  "net.bridge.bridge-nf-call-iptables": "1",
  "net.core.bpf_jit_enable": "1",
  "net.core.somaxconn": "4096",
  "net.ipv4.ip_forward": "1",
  "net.ipv4.ip_local_port_range": "1024 65535",
  "net.ipv4.ip_local_reserved_ports": "2379-2381,6443,10248-10259,30000-32767",
  "net.ipv4.tcp_tw_reuse": "1",
  "net.netfilter.nf_conntrack_max": "262144",
  "vm.max_map_count": "262144",
  "vm.overcommit_memory": "1",
  "vm.panic_on_oom": "0",
};

/** Larger queues and buffers for hosts that take most of the traffic. */
const throughput: Readonly<Record<string, string>> = {
  ...balanced,
  "net.core.netdev_max_backlog": "16384",
  "net.core.rmem_max": "16777216",
  "net.core.somaxconn": "32768",
  "net.core.wmem_max": "16777216",
  "net.ipv4.tcp_max_syn_backlog": "16384",
  "net.ipv4.tcp_rmem": "4096 131072 16777216",
  "net.ipv4.tcp_wmem": "4096 65536 16777216",
};

const profiles = { balanced, throughput };

export function planKernel(config: KernelConfig): KernelPlan {
  const merged: Record<string, string> = { ...profiles[config.profile] };
  for (const [name, value] of Object.entries(config.sysctls)) merged[name] = String(value);
  return {
    modules,
    sysctls: Object.fromEntries(Object.entries(merged).sort(([a], [b]) => (a < b ? -1 : 1))),
    floors: ["fs.file-max"],
    openFiles: config.openFiles,
  };
}

/** /etc/modules-load.d: one module a line, in load order. */
export function renderModules(kernel: KernelPlan): string {
  return lines(kernel.modules);
}

/** /etc/sysctl.d: one `name = value` a line. */
export function renderSysctl(kernel: KernelPlan): string {
  return lines(Object.entries(kernel.sysctls).map(([name, value]) => `${name} = ${value}`));
}

/** /etc/security/limits.d: open files for logins; services get theirs from systemd. */
export function renderLimits(kernel: KernelPlan): string {
  return lines(["*", "root"].map((who) => `${who} - nofile ${kernel.openFiles}`));
}

function lines(rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join("");
}

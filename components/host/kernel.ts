/** Kernel settings of a host, as data. Renders the modules, sysctl and limit files. */
import type { KernelConfig } from "./config";

/** What the kernel of one host must show once it is set up, and after every reboot. */
export interface KernelPlan {
  /** Modules in load order, nf_conntrack before the sysctl that only exists with it; none in a container. */
  readonly modules: readonly string[];
  /** Full sysctl name to value, sorted by name. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Sysctls of the profile that a container leaves alone: they are its computer's. */
  readonly shared: readonly string[];
  /** Sysctls that are raised to the declared value and never lowered. */
  readonly floors: readonly string[];
  /** Open files a service may hold. */
  readonly openFiles: number;
}

const modules = ["overlay", "br_netfilter", "nf_conntrack"];

/** Ports that programs of a node listen on: with a range from 1024, an outgoing connection could take one before them. */
const listeners = [
  ["2379-2381", "etcd"],
  // https://docs.frrouting.org/en/latest/setup.html#services
  ["2601-2617", "daemons of FRR, on 127.0.0.1"],
  ["3784-3785", "BFD"],
  ["4240-4244", "Cilium: health, Hubble"],
  ["4784", "BFD over several hops"],
  ["6443", "API server"],
  ["7443", "the node's own balancer before the API servers"],
  ["7572-7573", "frr-k8s: health, metrics of FRR"],
  ["7946", "MetalLB: who announces"],
  ["8081", "flannel: health"],
  ["8472", "VXLAN"],
  ["9120-9121", "MetalLB: metrics over TLS"],
  ["9140-9141", "frr-k8s: metrics over TLS"],
  // https://docs.cilium.io/en/stable/operations/system_requirements/#firewall-rules
  ["9234", "operator of Cilium"],
  ["9878-9891", "agent of Cilium"],
  ["9963", "operator of Cilium: metrics"],
  ["10248-10259", "kubelet, kube-proxy, scheduler, controller manager"],
  ["17472-17473", "MetalLB: health and metrics"],
  ["19443", "frr-k8s: webhook"],
  ["30000-32767", "NodePorts"],
] as const;

/**
 * Values for nodes that carry a mesh. Sources: the port range, tcp_tw_reuse, file-max, bpf_jit and
 * conntrack values are those of the KVM guide, G4 (docs/guides.md); panic, overcommit and key
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
  "net.ipv4.ip_local_reserved_ports": listeners.map(([ports]) => ports).join(","),
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

/** Declared instead of a value: the host keeps its own. */
const leave = "leave";

/** Values by name, sorted: the defaults, with what is declared on top and what is left alone taken out. */
export function settleSysctls(
  defaults: Readonly<Record<string, string>>,
  declared: Readonly<Record<string, string | number>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries<string | number>({ ...defaults, ...declared })
      .filter(([, value]) => value !== leave)
      .map(([name, value]) => [name, String(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** `container`: the host has a network namespace of its own, and the kernel of its computer. */
export function planKernel(
  config: KernelConfig,
  { container = false }: { readonly container?: boolean } = {},
): KernelPlan {
  const declared = Object.entries(settleSysctls(profiles[config.profile], config.sysctls));
  const own = declared.filter(([name]) => !container || setInContainer(name));
  const sysctls = Object.fromEntries(own);
  return {
    modules: container ? [] : modules,
    sysctls,
    shared: declared.map(([name]) => name).filter((name) => !(name in sysctls)),
    floors: ["fs.file-max"].filter((name) => name in sysctls),
    openFiles: config.openFiles,
  };
}

/** Declared as left alone, although its profile would not touch it either. */
export function leftInVain({ profile, sysctls }: KernelConfig): readonly string[] {
  return Object.entries(sysctls)
    .filter(([name, value]) => value === leave && !(name in profiles[profile]))
    .map(([name]) => name);
}

/**
 * True where a network namespace has a value of its own that can be written there
 * (Linux 6.18, net/core/sysctl_net_core.c and the tables of net/ipv4, net/ipv6, net/netfilter).
 */
export function setInContainer(name: string): boolean {
  if (!name.startsWith("net.")) return false;
  if (name.startsWith("net.core.")) return ownOfCore.has(name);
  return !ofComputer.test(name);
}

const ownOfCore = new Set([
  "net.core.optmem_max",
  "net.core.rps_default_mask",
  "net.core.somaxconn",
  "net.core.tstamp_allow_data",
  "net.core.txrehash",
  "net.core.xfrm_acq_expires",
  "net.core.xfrm_aevent_etime",
  "net.core.xfrm_aevent_rseqth",
  "net.core.xfrm_larval_drop",
]);
const ofComputer = new RegExp(
  "^net\\.(" +
    [
      "nf_conntrack_max",
      "netfilter\\.nf_(conntrack_(max|buckets|expect_max)|log_all_netns)",
      "ipv4\\.(tcp_(mem|max_orphans|low_latency|allowed_congestion_control)|udp_mem|fib_sync_mem)",
      "ipv4\\.(inet_peer_|cipso_)\\w+",
      "ipv4\\.(ipfrag_secret_interval|route\\.(?!(flush|min_adv_mss|min_pmtu|mtu_expires)$).*)",
      "ipv6\\.(ip6frag_secret_interval|mld_\\w+|calipso_\\w+)",
    ].join("|") +
    ")$",
);

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

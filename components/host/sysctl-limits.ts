/** Sysctls that a node cannot do without: what breaks with any other value. */

interface Demand {
  readonly value: string;
  readonly consequence: string;
}

const forwarding = "packets of pods end at their node, as it forwards none";
const kubelet = "the kubelet refuses to start (protectKernelDefaults)";

/**
 * The kubelet's own six are those of setupKernelTunables, compared for equality
 * (https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/, protectKernelDefaults).
 */
const demands: Readonly<Record<string, Demand>> = {
  "kernel.keys.root_maxbytes": { value: "25000000", consequence: kubelet },
  "kernel.keys.root_maxkeys": { value: "1000000", consequence: kubelet },
  "kernel.modules_disabled": {
    value: "0",
    consequence: "no kernel module can be loaded until the next boot",
  },
  "kernel.panic": { value: "10", consequence: kubelet },
  "kernel.panic_on_oops": { value: "1", consequence: kubelet },
  "net.bridge.bridge-nf-call-iptables": {
    value: "1",
    consequence: "a pod does not reach a service whose pod is on the same node",
  },
  "net.ipv4.conf.all.forwarding": { value: "1", consequence: forwarding },
  "net.ipv4.ip_forward": { value: "1", consequence: forwarding },
  "vm.overcommit_memory": { value: "1", consequence: kubelet },
  "vm.panic_on_oom": { value: "0", consequence: kubelet },
};

/** One line each, by the name as it was declared; a name may be written with slashes as well. */
export function brokenSysctls(
  declared: Readonly<Record<string, string | number>>,
): readonly { readonly name: string; readonly problem: string }[] {
  return Object.entries(declared).flatMap(([name, value]) => {
    const demand = demands[name.replaceAll("/", ".")];
    if (demand === undefined || value === "leave" || String(value) === demand.value) return [];
    const problem = `${value} breaks the node: ${demand.consequence}; remove the line, ${demand.value} is the only value that works`;
    return [{ name, problem }];
  });
}

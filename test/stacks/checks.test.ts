import {
  containerHost,
  controlPlane,
  hostKey,
  libvirtHost,
  localHost,
  stack,
  worker,
  type Fields,
} from "../support/fixtures";
import { firstHost, hosts, itNames, kubernetes, type Mistake } from "../support/mistakes";

/** Containers with a kubelet that may set what it needs on this computer. */
function containers(declared: Fields): Fields {
  const kubelet = { protectKernelDefaults: false };
  return { ...hosts(declared), kubernetes: { endpoint: "api.example.net:6443", kubelet } };
}

const mistakes: readonly Mistake[] = [
  [
    "declared no control plane",
    hosts({ "worker-1": worker() }),
    ["stack.hosts: no host has role control-plane; declare 1, 3 or 5 of them"],
  ],
  [
    "chose a worker to begin on",
    hosts({ "cp-1": controlPlane({ bootstrap: false }), "worker-1": worker({ bootstrap: true }) }),
    ["stack.hosts.worker-1.bootstrap: true on a worker; only a control plane runs kubeadm init"],
  ],
  [
    "declared two bootstrap hosts",
    hosts({
      "cp-1": controlPlane(),
      "cp-2": controlPlane({ address: "192.0.2.12" }),
      "cp-3": controlPlane({ address: "192.0.2.13", bootstrap: false }),
    }),
    ["stack.hosts: 2 hosts have bootstrap: true (cp-1, cp-2); leave it on one"],
  ],
  [
    "declared two control planes",
    hosts({
      "cp-1": controlPlane(),
      "cp-2": controlPlane({ address: "192.0.2.12", bootstrap: false }),
    }),
    [
      "stack.hosts: 2 control planes (cp-1, cp-2) survive no more failures than 1 would; declare 1, 3 or 5",
    ],
  ],
  [
    "copied a host and its address",
    hosts({ "cp-1": controlPlane(), "worker-1": worker({ address: "192.0.2.11" }) }),
    ["stack.hosts.worker-1.address: 192.0.2.11 is taken by cp-1.address; every host needs its own"],
  ],
  [
    "copied a node address",
    hosts({ "cp-1": controlPlane(), "worker-1": worker({ nodeAddress: "192.0.2.11" }) }),
    [
      "stack.hosts.worker-1.nodeAddress: 192.0.2.11 is taken by cp-1.address; every host needs its own",
    ],
  ],
  [
    "gave a DNS name and no node address",
    firstHost({ address: "cp-1.example.net" }),
    [
      "stack.hosts.cp-1.nodeAddress: missing; other nodes need an IPv4 address, cp-1.example.net is none",
    ],
  ],
  [
    "used one port of this computer twice",
    hosts({ "lab-1": localHost({ preflight: { minVirtualCpus: 2 }, apiPort: 28501 }) }),
    ["stack.hosts.lab-1.apiPort: 28501 is taken by lab-1.sshPort; every host needs its own"],
  ],
  [
    "spread local machines over two networks",
    hosts({
      "lab-1": localHost(),
      "lab-2": localHost({
        role: "worker",
        bootstrap: false,
        sshPort: 1001,
        apiPort: 1002,
        nodeAddress: "10.77.1.12",
      }),
    }),
    [
      "stack.hosts.lab-2.nodeAddress: 10.77.1.12 is outside 10.77.0.0/24 of lab-1; local hosts share one /24",
    ],
  ],
  [
    "mixed local machines with servers",
    hosts({ "lab-1": localHost(), "worker-1": worker() }),
    [
      "stack.hosts: local hosts reach only each other, not worker-1; declare all of them local or none",
    ],
  ],
  [
    "spread containers over two networks, and took this computer's address",
    containers({
      "n-1": containerHost(),
      "n-2": containerHost({ role: "worker", bootstrap: false, nodeAddress: "10.78.1.1" }),
    }),
    [
      "stack.hosts.n-2.nodeAddress: 10.78.1.1 is outside 10.78.0.0/24 of n-1; container hosts share one /24",
      "stack.hosts.n-2.nodeAddress: 10.78.1.1 is this computer's or the network's own address; choose one from .2 to .254",
    ],
  ],
  [
    "gave two containers one address",
    containers({
      "n-1": containerHost(),
      "n-2": containerHost({ role: "worker", bootstrap: false }),
    }),
    [
      "stack.hosts.n-2.nodeAddress: 10.78.0.11 is taken by n-1.nodeAddress; every host needs its own",
    ],
  ],
  [
    "mixed containers with servers",
    containers({ "n-1": containerHost(), "worker-1": worker() }),
    [
      "stack.hosts: container hosts reach only each other, not worker-1; declare all of them container or none",
    ],
  ],
  [
    "tuned the kernel of this computer from a container",
    containers({
      "n-1": containerHost({
        kernel: {
          sysctls: { "vm.swappiness": 1, "fs.file-max": "leave", "net.ipv4.tcp_fin_timeout": 9 },
        },
      }),
    }),
    [
      "stack.hosts.n-1.kernel.sysctls.vm.swappiness: a container cannot set it, it has the kernel of this computer; remove the line and set it here, or take another source",
    ],
  ],
  [
    "left alone what no profile touches",
    firstHost({ kernel: { sysctls: { "net.core.somaxcon": "leave" } } }),
    [
      "stack.hosts.cp-1.kernel.sysctls.net.core.somaxcon: left alone already, the profile does not set it; remove the line",
    ],
  ],
  [
    "forgot that containers share a kernel",
    hosts({ "n-1": containerHost() }),
    [
      "stack.kubernetes.kubelet.protectKernelDefaults: missing; container hosts have the kernel of this computer, so declare false (the kubelet sets the values it needs here) or true (they are set already)",
    ],
  ],
  [
    "demands more than it creates",
    hosts({ "lab-1": localHost({ virtualCpus: 2 }) }),
    [
      "stack.hosts.lab-1.preflight.minVirtualCpus: 4 is more than the machine gets; lower it or raise virtualCpus",
    ],
  ],
  [
    "chose a gateway in another network",
    hosts({ "cp-1": libvirtHost({ gateway: "198.51.100.1" }) }),
    ["stack.hosts.cp-1.gateway: 198.51.100.1 is outside the machine's network 192.0.2.0/24"],
  ],
  [
    "gave a machine the gateway's address",
    hosts({ "cp-1": libvirtHost({ address: "192.0.2.1" }) }),
    [
      "stack.hosts.cp-1.address: 192.0.2.1 is the gateway's or the network's own address; choose a free one",
    ],
  ],
  [
    "forgot the name servers",
    hosts({ "cp-1": libvirtHost({ nameservers: [] }) }),
    ["stack.hosts.cp-1.nameservers: got an empty list, expected at least 1 item"],
  ],
  [
    "forgot the port of the endpoint",
    kubernetes({ endpoint: "api.example.net" }),
    ['stack.kubernetes.endpoint: got "api.example.net", expected host:port'],
  ],
  [
    "chose port 66443",
    kubernetes({ endpoint: "api.example.net:66443" }),
    ["stack.kubernetes.endpoint: port 66443 does not exist; expected 1 to 65535"],
  ],
  [
    "wrote a range as an address",
    kubernetes({ podCidr: "10.244.0.0" }),
    ['stack.kubernetes.podCidr: got "10.244.0.0", expected an IPv4 range such as 10.244.0.0/16'],
  ],
  [
    "wrote an address as a range",
    kubernetes({ podCidr: "10.244.7.0/16" }),
    ["stack.kubernetes.podCidr: 10.244.7.0/16 is an address in 10.244.0.0/16; declare the range"],
  ],
  [
    "let services overlap pods",
    kubernetes({ serviceCidr: "10.244.128.0/20" }),
    ["stack.kubernetes.serviceCidr: 10.244.128.0/20 overlaps podCidr 10.244.0.0/16"],
  ],
  [
    "left the work of kube-proxy to a network that does not do it",
    kubernetes({ kubeProxy: false }),
    [
      "stack.kubernetes.kubeProxy: false, but flannel gives Services no addresses; declare cni: cilium, or leave kubeProxy out",
    ],
  ],
  [
    "declared too many services",
    kubernetes({ serviceCidr: "11.0.0.0/8" }),
    ["stack.kubernetes.serviceCidr: /8 is refused by kubeadm; expected /12 to /28"],
  ],
  [
    "declared too few pods",
    kubernetes({ podCidr: "10.244.0.0/24" }),
    ["stack.kubernetes.podCidr: /24 does not give each of 2 hosts its /24; expected /8 to /23"],
  ],
  [
    "put a host into the pod network",
    firstHost({ nodeAddress: "10.244.1.5" }),
    ["stack.hosts.cp-1.nodeAddress: 10.244.1.5 is inside kubernetes.podCidr 10.244.0.0/16"],
  ],
  [
    "turned off what a node lives on",
    firstHost({
      kernel: {
        sysctls: {
          "net.ipv4.ip_forward": 0,
          "net.bridge.bridge-nf-call-iptables": "0",
          "vm.overcommit_memory": 2,
          "kernel.panic": "10",
          "net.ipv4.conf.all.rp_filter": 1,
        },
      },
    }),
    [
      'stack.hosts.cp-1.kernel.sysctls["net.bridge.bridge-nf-call-iptables"]: 0 breaks the node: a pod does not reach a service whose pod is on the same node; remove the line, 1 is the only value that works',
      'stack.hosts.cp-1.kernel.sysctls["net.ipv4.ip_forward"]: 0 breaks the node: packets of pods end at their node, as it forwards none; remove the line, 1 is the only value that works',
      'stack.hosts.cp-1.kernel.sysctls["vm.overcommit_memory"]: 2 breaks the node: the kubelet refuses to start (protectKernelDefaults); remove the line, 1 is the only value that works',
    ],
  ],
  [
    "made mistakes of every kind",
    stack({
      release: 2026.1,
      hosts: {
        "cp-1": worker({ address: "192.0.2.11" }),
        "worker-1": worker({ hostkey: hostKey, address: "192.0.2.11" }),
        "worker-2": worker({ address: "192.0.2.11" }),
      },
    }),
    [
      'stack.hosts.worker-1.hostkey: unknown key; did you mean "hostKey"?',
      "stack.hosts.worker-2.address: 192.0.2.11 is taken by cp-1.address; every host needs its own",
      "stack.hosts: no host has role control-plane; declare 1, 3 or 5 of them",
      'stack.release: got 2026.1 without quotes; quote it: "2026.1"',
    ],
  ],
];

describe("a contradiction is named when the operator", () => {
  itNames(mistakes);
});

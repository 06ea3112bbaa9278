import { controlPlane, hostKey, libvirtHost, localHost, stack, worker } from "../support/fixtures";
import { firstHost, hosts, itNames, kubernetes, type Mistake } from "../support/mistakes";

const mistakes: readonly Mistake[] = [
  [
    "chose no bootstrap host",
    firstHost({ bootstrap: false }),
    [
      "stack.hosts: no host has bootstrap: true; set it on the control plane that runs kubeadm init",
    ],
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
    "chose a bridge for two servers",
    kubernetes({ cni: "bridge" }),
    [
      "stack.kubernetes.cni: bridge has no routes between hosts; declare flannel for more than one host",
    ],
  ],
  [
    "made mistakes of every kind",
    stack({
      release: 2026.1,
      hosts: {
        "cp-1": controlPlane({ bootstrap: false }),
        "worker-1": worker({ hostkey: hostKey, address: "192.0.2.11" }),
        "worker-2": worker({ address: "192.0.2.11" }),
      },
    }),
    [
      'stack.hosts.worker-1.hostkey: unknown key; did you mean "hostKey"?',
      "stack.hosts.worker-2.address: 192.0.2.11 is taken by cp-1.address; every host needs its own",
      "stack.hosts: no host has bootstrap: true; set it on the control plane that runs kubeadm init",
      'stack.release: got 2026.1 without quotes; quote it: "2026.1"',
    ],
  ],
];

describe("a contradiction is named when the operator", () => {
  itNames(mistakes);
});

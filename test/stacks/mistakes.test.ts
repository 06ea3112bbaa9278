import * as assert from "node:assert/strict";
import { parseStack } from "../../stacks/parse";
import {
  controlPlane,
  hostKey,
  libvirtHost,
  localHost,
  stack,
  worker,
  type Fields,
} from "../support/fixtures";

const kubernetes = (overrides: Fields): Fields =>
  stack({ kubernetes: { endpoint: "api.example.net:6443", ...overrides } });
const firstHost = (overrides: Fields): Fields =>
  stack({ hosts: { "cp-1": controlPlane(overrides) } });
const hosts = (declared: Fields): Fields => stack({ hosts: declared });
const without = (fields: Fields, key: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
const hostKeyHelp =
  'expected an ed25519 public host key, "ssh-ed25519 AAAA…" (on the host: cat /etc/ssh/ssh_host_ed25519_key.pub)';

/** What the operator did, the configuration, every line of the message. */
const mistakes: readonly (readonly [string, unknown, readonly string[]])[] = [
  ["wrote nothing", undefined, ["stack: missing; expected a map"]],
  ["left the key empty", null, ["stack: got nothing, expected a map"]],
  ["wrote a list", [], ["stack: got an empty list, expected a map"]],
  [
    "did not quote the release",
    stack({ release: 2026.1 }),
    ['stack.release: got 2026.1 without quotes; quote it: "2026.1"'],
  ],
  [
    "names an unknown release",
    stack({ release: "2025.9" }),
    ['stack.release: got "2025.9", expected "2026.1"'],
  ],
  [
    "forgot the release",
    without(stack(), "release"),
    ['stack.release: missing; expected "2026.1" (release set: pins every version and checksum)'],
  ],
  [
    "misspelled a top-level key",
    { ...without(stack(), "ssh"), shh: {} },
    ['stack.shh: unknown key; did you mean "ssh"?'],
  ],
  [
    "added an unknown key",
    stack({ monitoring: true }),
    ["stack.monitoring: unknown key; allowed are release, artifacts, ssh, kubernetes, hosts"],
  ],
  [
    "misspelled a key of a host",
    hosts({ "cp-1": { ...without(controlPlane(), "address"), adress: "192.0.2.11" } }),
    [
      "stack.hosts.cp-1.address: missing; expected text (IP address or DNS name of the SSH server)",
      'stack.hosts.cp-1.adress: unknown key; did you mean "address"?',
    ],
  ],
  [
    "gave an existing server the fields of a machine",
    firstHost({ memoryMiB: 4096 }),
    [
      "stack.hosts.cp-1.memoryMiB: unknown key; allowed are source, address, sshPort, hostKey, role, bootstrap, nodeAddress, labels, taints, kernel, preflight",
    ],
  ],
  [
    "misspelled the source",
    firstHost({ source: "exiting" }),
    ['stack.hosts.cp-1.source: got "exiting", expected "existing" or "local" or "libvirt"'],
  ],
  [
    "forgot the source",
    hosts({ "cp-1": without(controlPlane(), "source") }),
    ['stack.hosts.cp-1.source: missing; expected "existing" or "local" or "libvirt"'],
  ],
  ["declared no host", hosts({}), ["stack.hosts: got an empty map, expected at least one host"]],
  [
    "put capitals into a name",
    hosts({ CP_1: controlPlane() }),
    ["stack.hosts.CP_1: unusable name, expected a DNS label in lower case"],
  ],
  [
    "wrote a host as text",
    hosts({ "cp-1": "192.0.2.11" }),
    ['stack.hosts.cp-1: got "192.0.2.11", expected a map'],
  ],
  [
    "wrote a port into the address",
    firstHost({ address: "192.0.2.11:22" }),
    [
      'stack.hosts.cp-1.address: got "192.0.2.11:22", expected an IP address or a DNS name, without a port',
    ],
  ],
  [
    "wrote an address that does not exist",
    firstHost({ address: "192.0.2.300" }),
    [
      'stack.hosts.cp-1.address: got "192.0.2.300", expected an IP address or a DNS name, without a port',
    ],
  ],
  [
    "pinned half a host key",
    firstHost({ hostKey: "ssh-ed25519 AAAA" }),
    [`stack.hosts.cp-1.hostKey: got "ssh-ed25519 AAAA", ${hostKeyHelp}`],
  ],
  [
    "pasted a private key",
    firstHost({ hostKey: "-----BEGIN OPENSSH PRIVATE KEY-----" }),
    [`stack.hosts.cp-1.hostKey: got a private key, ${hostKeyHelp}`],
  ],
  [
    "wrote a port as text",
    firstHost({ sshPort: "22" }),
    ['stack.hosts.cp-1.sshPort: got "22", expected a number'],
  ],
  [
    "chose port 0",
    firstHost({ sshPort: 0 }),
    ["stack.hosts.cp-1.sshPort: got 0, expected at least 1"],
  ],
  [
    "chose port 70000",
    firstHost({ sshPort: 70000 }),
    ["stack.hosts.cp-1.sshPort: got 70000, expected at most 65535"],
  ],
  [
    "asked for half a pod",
    kubernetes({ maxPods: 110.5 }),
    ["stack.kubernetes.maxPods: got 110.5, expected a whole number"],
  ],
  [
    "asked for more pods than addresses",
    kubernetes({ maxPods: 500 }),
    ["stack.kubernetes.maxPods: got 500, expected at most 253"],
  ],
  [
    "wrote a number as a label",
    firstHost({ labels: { rack: 7 } }),
    ['stack.hosts.cp-1.labels.rack: got 7 without quotes; quote it: "7"'],
  ],
  [
    "put words into a label",
    firstHost({ labels: { rack: "row 7|b" } }),
    [
      'stack.hosts.cp-1.labels.rack: got "row 7|b", expected a label value: up to 63 of A-Z a-z 0-9 . _ -',
    ],
  ],
  [
    "forgot the effect of a taint",
    firstHost({ taints: ["edge=true"] }),
    [
      'stack.hosts.cp-1.taints[0]: got "edge=true", expected key=value:NoSchedule, :PreferNoSchedule or :NoExecute',
    ],
  ],
  [
    "chose an unknown profile",
    firstHost({ kernel: { profile: "fast" } }),
    ['stack.hosts.cp-1.kernel.profile: got "fast", expected "balanced" or "throughput"'],
  ],
  [
    "wrote a boolean sysctl",
    firstHost({ kernel: { sysctls: { "net.ipv4.ip_forward": true } } }),
    ['stack.hosts.cp-1.kernel.sysctls["net.ipv4.ip_forward"]: got true, expected a number or text'],
  ],
  [
    "wrote a sysctl over two lines",
    firstHost({ kernel: { sysctls: { "vm.swappiness": "1\nkernel.panic = 0" } } }),
    [
      'stack.hosts.cp-1.kernel.sysctls["vm.swappiness"]: got "1\\nkernel.panic = 0", expected one line of plain text',
    ],
  ],
  [
    "allowed no time for a disk sync",
    firstHost({ preflight: { maxFsyncMilliseconds: 0 } }),
    ["stack.hosts.cp-1.preflight.maxFsyncMilliseconds: got 0, expected more than 0"],
  ],
  [
    "set the warning above the refusal",
    firstHost({ preflight: { warnStealPercent: 6 } }),
    [
      "stack.hosts.cp-1.preflight.warnStealPercent: 6 never warns, as 5 refuses; declare less than refuseStealPercent",
    ],
  ],
  [
    "wrote a mirror without its address",
    stack({ artifacts: { source: "mirror", imageRepository: "mirror.example.net/k8s" } }),
    [
      "stack.artifacts.url: missing; expected text (serves each vendor's path below <url>/<vendor host>/)",
    ],
  ],
  [
    "downloads over FTP",
    stack({ artifacts: { source: "mirror", url: "ftp://example.net", imageRepository: "r" } }),
    ['stack.artifacts.url: got "ftp://example.net", expected an http or https URL'],
  ],
  [
    "declares a bundle below a relative path",
    stack({ artifacts: { source: "bundle", path: "bundle" } }),
    ['stack.artifacts.path: got "bundle", expected an absolute path'],
  ],
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

describe("a configuration mistake is named when the operator", () => {
  for (const [title, raw, lines] of mistakes) {
    it(title, () => {
      assert.throws(() => parseStack(raw), { name: "ConfigError", message: lines.join("\n") });
    });
  }
});

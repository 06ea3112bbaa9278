import { controlPlane, stack } from "../support/fixtures";
import { firstHost, hosts, itNames, kubernetes, without, type Mistake } from "../support/mistakes";

const hostKeyHelp =
  'expected an ed25519 public host key, "ssh-ed25519 AAAA…" (on the host: cat /etc/ssh/ssh_host_ed25519_key.pub)';

const mistakes: readonly Mistake[] = [
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
    ['stack.release: missing; expected "2026.1" (release set; it pins every version and checksum)'],
  ],
  [
    "misspelled a top-level key",
    { ...without(stack(), "ssh"), shh: {} },
    ['stack.shh: unknown key; did you mean "ssh"?'],
  ],
  [
    "added an unknown key",
    stack({ monitoring: true }),
    [
      "stack.monitoring: unknown key; allowed are release, guardRails, artifacts, ssh, kubernetes, mesh, addons, loadBalancer, storage, hosts",
    ],
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
      "stack.hosts.cp-1.memoryMiB: unknown key; allowed are source, address, sshPort, hostKey, role, bootstrap, nodeAddress, labels, taints, kernel, preflight, volumes",
    ],
  ],
  [
    "misspelled the source",
    firstHost({ source: "exiting" }),
    [
      'stack.hosts.cp-1.source: got "exiting", expected "existing" or "local" or "container" or "libvirt"',
    ],
  ],
  [
    "forgot the source",
    hosts({ "cp-1": without(controlPlane(), "source") }),
    [
      'stack.hosts.cp-1.source: missing; expected "existing" or "local" or "container" or "libvirt"',
    ],
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
    "a kernel value that pods share with their host",
    kubernetes({ podSysctls: { "kernel.shm_rmid_forced": 1, "net.ipv4.tcp_mem": "1 2 3" } }),
    ["kernel.shm_rmid_forced", "net.ipv4.tcp_mem"].map(
      (name) =>
        `stack.kubernetes.podSysctls["${name}"]: unusable name, expected a value of a network namespace (net.…); any other is the host's: hosts.<name>.kernel.sysctls`,
    ),
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
      "stack.artifacts.url: missing; expected text (base URL of the mirror; it serves each vendor's paths below <url>/<vendor host>/)",
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
];

describe("a mistake in one field is named when the operator", () => {
  itNames(mistakes);
});

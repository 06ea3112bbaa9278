/** What one field alone cannot show: hosts against each other, addresses against ranges. */
import { isIPv4 } from "node:net";
import type { HostConfig } from "../components/host/config";
import { leftInVain } from "../components/host/kernel";
import { brokenSysctls } from "../components/host/sysctl-limits";
import type { KubernetesConfig } from "../components/kubernetes/config";
import {
  cidrAround,
  contains,
  formatCidr,
  overlaps,
  parseCidr,
  parseIpv4,
} from "../components/text/cidr";
import { checkContainer, checkHere, checkKubeletHere } from "./checks-here";
import { atHost as at, formatPath } from "./problem";

export interface NamedHost {
  readonly name: string;
  readonly config: HostConfig;
}

interface HostRole {
  readonly name: string;
  readonly role: HostConfig["role"];
  readonly bootstrap: boolean;
}

/** The parts of a configuration that have the right form. */
export interface ConfigFacts {
  readonly hosts: readonly NamedHost[];
  /** Hosts the operator declared, legible or not. */
  readonly hostCount: number;
  /** Hosts whose role and bootstrap are legible. */
  readonly roles: readonly HostRole[];
  readonly kubernetes: KubernetesConfig | undefined;
}

/** One line a problem, each with its path. */
export function checkConfig(facts: ConfigFacts): readonly string[] {
  const { hosts, kubernetes } = facts;
  return [
    ...(facts.roles.length === facts.hostCount ? checkRoles(facts.roles) : []),
    ...checkDuplicates(hosts),
    ...hosts.flatMap(checkHost),
    ...hosts.flatMap(checkSysctls),
    ...checkHere(hosts),
    ...(kubernetes === undefined
      ? []
      : [...checkKubernetes({ ...facts, kubernetes }), ...checkKubeletHere(hosts, kubernetes)]),
  ];
}

function checkRoles(hosts: readonly HostRole[]): readonly string[] {
  if (hosts.length === 0) return [];
  const problems = hosts
    .filter((host) => host.bootstrap && host.role === "worker")
    .map(({ name }) =>
      at(name, "bootstrap", "true on a worker; only a control plane runs kubeadm init"),
    );
  const bootstrap = hosts.filter((host) => host.bootstrap).map((host) => host.name);
  if (bootstrap.length > 1) {
    problems.push(
      `stack.hosts: ${bootstrap.length} hosts have bootstrap: true (${bootstrap.join(", ")}); leave it on one`,
    );
  }
  const controlPlanes = hosts.filter((host) => host.role === "control-plane");
  const count = controlPlanes.length;
  if (count === 0) {
    problems.push("stack.hosts: no host has role control-plane; declare 1, 3 or 5 of them");
  }
  if (count > 0 && count % 2 === 0) {
    const names = controlPlanes.map((host) => host.name).join(", ");
    problems.push(
      `stack.hosts: ${count} control planes (${names}) survive no more failures than ${count - 1} would; declare 1, 3 or 5`,
    );
  }
  return problems;
}

function checkDuplicates(hosts: readonly NamedHost[]): readonly string[] {
  const servers = hosts.flatMap(({ name, config }) =>
    "address" in config
      ? [{ name, field: "address", value: `${config.address}:${config.sshPort}` }]
      : [],
  );
  const nodes = hosts.flatMap(({ name, config }) => {
    const field = config.nodeAddress === undefined ? "address" : "nodeAddress";
    const value = config.nodeAddress ?? addressOf(config);
    return value === undefined ? [] : [{ name, field, value }];
  });
  const ports = hosts.flatMap(({ name, config }) => {
    if (config.source !== "local") return [];
    return (["sshPort", "apiPort"] as const).map((field) => ({
      name,
      field,
      value: String(config[field]),
    }));
  });
  return [...new Set([servers, nodes, ports].flatMap(duplicates))];
}

function duplicates(
  uses: readonly { readonly name: string; readonly field: string; readonly value: string }[],
): readonly string[] {
  return uses.flatMap((use, index) => {
    const first = uses.slice(0, index).find((earlier) => earlier.value === use.value);
    if (first === undefined) return [];
    const value = use.value.replace(/:22$/, "");
    return [
      at(
        use.name,
        use.field,
        `${value} is taken by ${first.name}.${first.field}; every host needs its own`,
      ),
    ];
  });
}

function checkHost({ name, config }: NamedHost): readonly string[] {
  const problems: string[] = [];
  const { preflight } = config;
  const problem = (field: string, text: string): number => problems.push(at(name, field, text));
  if (preflight.warnStealPercent >= preflight.refuseStealPercent) {
    problem(
      "preflight.warnStealPercent",
      `${preflight.warnStealPercent} never warns, as ${preflight.refuseStealPercent} refuses; declare less than refuseStealPercent`,
    );
  }
  for (const sysctl of leftInVain(config.kernel)) {
    problem(
      `kernel.sysctls.${sysctl}`,
      "left alone already, the profile does not set it; remove the line",
    );
  }
  if (config.source === "existing") {
    if (config.nodeAddress === undefined && !isIPv4(config.address)) {
      problem(
        "nodeAddress",
        `missing; other nodes need an IPv4 address, ${config.address} is none`,
      );
    }
    return problems;
  }
  if (config.source === "container") return [...problems, ...checkContainer({ name, config })];
  const limits = [
    ["minVirtualCpus", preflight.minVirtualCpus, "virtualCpus", config.virtualCpus],
    ["minMemoryMiB", preflight.minMemoryMiB, "memoryMiB", config.memoryMiB],
    ["minDiskFreeMiB", preflight.minDiskFreeMiB, "diskGiB", config.diskGiB * 1024],
  ] as const;
  for (const [minimum, needed, size, given] of limits) {
    if (needed <= given) continue;
    problem(
      `preflight.${minimum}`,
      `${needed} is more than the machine gets; lower it or raise ${size}`,
    );
  }
  if (config.source === "libvirt") {
    const network = cidrAround(config);
    if (!contains(network, config.gateway)) {
      problem(
        "gateway",
        `${config.gateway} is outside the machine's network ${formatCidr(network)}`,
      );
    }
    if (
      [network.first, network.last, parseIpv4(config.gateway)].includes(parseIpv4(config.address))
    ) {
      problem(
        "address",
        `${config.address} is the gateway's or the network's own address; choose a free one`,
      );
    }
  }
  return problems;
}

function checkSysctls({ name, config }: NamedHost): readonly string[] {
  return brokenSysctls(config.kernel.sysctls).map(
    ({ name: sysctl, problem }) =>
      `${formatPath(["hosts", name, "kernel", "sysctls", sysctl])}: ${problem}`,
  );
}

function checkKubernetes(
  facts: ConfigFacts & { readonly kubernetes: KubernetesConfig },
): readonly string[] {
  const { kubernetes, hosts } = facts;
  const problems: string[] = [];
  const problem = (field: string, text: string): number =>
    problems.push(`${formatPath(["kubernetes", field])}: ${text}`);
  for (const field of ["endpoint", "externalEndpoint"] as const) {
    const port = Number(kubernetes[field]?.split(":")[1] ?? 1); // node-local names none
    if (port < 1 || port > 65535)
      problem(field, `port ${port} does not exist; expected 1 to 65535`);
  }
  const pods = parseCidr(kubernetes.podCidr);
  const services = parseCidr(kubernetes.serviceCidr);
  for (const field of ["podCidr", "serviceCidr"] as const) {
    const canonical = formatCidr(parseCidr(kubernetes[field]));
    if (canonical !== kubernetes[field])
      problem(field, `${kubernetes[field]} is an address in ${canonical}; declare the range`);
  }
  if (overlaps(pods, services))
    problem("serviceCidr", `${kubernetes.serviceCidr} overlaps podCidr ${kubernetes.podCidr}`);
  if (services.prefixLength < 12 || services.prefixLength > 28) {
    problem("serviceCidr", `/${services.prefixLength} is refused by kubeadm; expected /12 to /28`);
  }
  const nodeNetworks = 2 ** (nodePrefixLength - pods.prefixLength);
  if (pods.prefixLength < 8 || nodeNetworks < facts.hostCount) {
    const most = nodePrefixLength - Math.ceil(Math.log2(Math.max(1, facts.hostCount)));
    problem(
      "podCidr",
      `/${pods.prefixLength} does not give each of ${facts.hostCount} hosts its /24; expected /8 to /${most}`,
    );
  }
  const ranges = { podCidr: pods, serviceCidr: services };
  problems.push(...hosts.flatMap((host) => checkRanges({ ...host, ranges })));
  return problems;
}

/** kube-controller-manager's default --node-cidr-mask-size, which kubeadm keeps. */
const nodePrefixLength = 24;

function checkRanges(
  args: NamedHost & { readonly ranges: Readonly<Record<string, ReturnType<typeof parseCidr>>> },
): readonly string[] {
  const { name, config, ranges } = args;
  const addresses = [
    ["nodeAddress", config.nodeAddress],
    ["address", addressOf(config)],
  ] as const;
  return addresses.flatMap(([field, address]) => {
    if (address === undefined || !isIPv4(address)) return [];
    return Object.entries(ranges)
      .filter(([, range]) => contains(range, address))
      .map(([range, cidr]) =>
        at(name, field, `${address} is inside kubernetes.${range} ${formatCidr(cidr)}`),
      );
  });
}

function addressOf(config: HostConfig): string | undefined {
  return "address" in config ? config.address : undefined;
}

/** What one field alone cannot show: hosts against each other, addresses against ranges. */
import { isIPv4 } from "node:net";
import { isMap } from "../config/json-schema";
import { atHost as at, formatPath } from "../config/problem";
import { checkHost } from "../host/checks";
import { HostConfig } from "../host/config";
import { sourceOf } from "../host/machines";
import { contains, formatCidr, overlaps, parseCidr } from "../text/cidr";
import { checkHere, checkKubeletHere } from "./checks-here";
import { KubernetesConfig } from "./config";
import { networkNames, networks } from "./networks";

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
interface ConfigFacts {
  readonly hosts: readonly NamedHost[];
  /** Hosts the operator declared, legible or not. */
  readonly hostCount: number;
  /** Hosts whose role and bootstrap are legible. */
  readonly roles: readonly HostRole[];
  readonly kubernetes: KubernetesConfig | undefined;
}

/** One line a problem, each with its path; `raw` has `hosts` and `kubernetes`, of any form. */
export function checkCluster(raw: unknown): readonly string[] {
  const facts = factsOf(raw);
  const { hosts, kubernetes } = facts;
  return [
    ...(facts.roles.length === facts.hostCount ? checkRoles(facts.roles) : []),
    ...checkDuplicates(hosts),
    ...hosts.flatMap(({ name, config }) =>
      checkHost(config).map(({ field, text }) => at(name, field, text)),
    ),
    ...checkHere(hosts),
    ...(kubernetes === undefined
      ? []
      : [...checkKubernetes({ ...facts, kubernetes }), ...checkKubeletHere(hosts, kubernetes)]),
  ];
}

// Parts that have the right form are checked against each other, even if other parts do not.
function factsOf(raw: unknown): ConfigFacts {
  const stack = isMap(raw) ? raw : {};
  const hosts = Object.entries(isMap(stack["hosts"]) ? stack["hosts"] : {});
  const kubernetes = KubernetesConfig.safeParse(stack["kubernetes"] ?? {});
  return {
    hosts: hosts.flatMap(([name, host]) => {
      const parsed = HostConfig.safeParse(host);
      return parsed.success ? [{ name, config: parsed.data }] : [];
    }),
    hostCount: hosts.length,
    roles: hosts.flatMap(([name, host]) => {
      const { role, bootstrap = false } = isMap(host) ? host : {};
      if (role !== "control-plane" && role !== "worker") return [];
      return typeof bootstrap === "boolean" ? [{ name, role, bootstrap }] : [];
    }),
    kubernetes: kubernetes.success ? kubernetes.data : undefined,
  };
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
  const claims = hosts.map(({ name, config }) =>
    sourceOf(config)
      .claims(config)
      .map((claim) => ({ name, ...claim })),
  );
  return [...new Set([claims.flat(), hosts.map(nodeAddressOf)].flatMap(duplicates))];
}

function nodeAddressOf({ name, config }: NamedHost) {
  const { nodeAddress } = sourceOf(config).addresses(config);
  const field = config.nodeAddress === undefined ? "address" : "nodeAddress";
  return { name, field, value: nodeAddress };
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
  if (!kubernetes.kubeProxy && !networks[kubernetes.cni].replacesKubeProxy) {
    const able = networkNames.filter((name) => networks[name].replacesKubeProxy).join(" or ");
    problem(
      "kubeProxy",
      `false, but ${kubernetes.cni} gives Services no addresses; declare cni: ${able}, or leave kubeProxy out`,
    );
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
    ["address", "address" in config ? config.address : undefined],
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

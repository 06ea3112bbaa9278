/** What holds for machines and containers on the computer that runs Pulumi. */
import type { HostConfig } from "../components/host/config";
import { setInContainer } from "../components/host/kernel";
import type { KubernetesConfig } from "../components/kubernetes/config";
import { cidrAround, contains, formatCidr, parseIpv4 } from "../components/text/cidr";
import type { NamedHost } from "./checks";
import { atHost as at } from "./problem";

/** A container has the kernel of its computer: what it cannot set is refused, not pretended. */
export function checkContainer(host: {
  readonly name: string;
  readonly config: Extract<HostConfig, { source: "container" }>;
}): readonly string[] {
  const { name, config } = host;
  const network = cidrAround({ address: config.nodeAddress, prefixLength: 24 });
  const taken = [network.first, network.first + 1, network.last];
  return [
    ...(taken.includes(parseIpv4(config.nodeAddress))
      ? [
          at(
            name,
            "nodeAddress",
            `${config.nodeAddress} is this computer's or the network's own address; choose one from .2 to .254`,
          ),
        ]
      : []),
    ...Object.entries(config.kernel.sysctls)
      .filter(([sysctl, value]) => value !== "leave" && !setInContainer(sysctl))
      .map(([sysctl]) =>
        at(
          name,
          `kernel.sysctls.${sysctl}`,
          "a container cannot set it, it has the kernel of this computer; remove the line and set it here, or take another source",
        ),
      ),
  ];
}

/** Machines and containers on this computer reach those of their own kind, and nobody else. */
export function checkHere(hosts: readonly NamedHost[]): readonly string[] {
  return (["local", "container"] as const).flatMap((source) => checkOneNetwork({ hosts, source }));
}

/** The kubelet would look for values of this computer's kernel that nothing here may set. */
export function checkKubeletHere(
  hosts: readonly NamedHost[],
  { kubelet }: KubernetesConfig,
): readonly string[] {
  const containers = hosts.some(({ config }) => config.source === "container");
  if (!containers || kubelet["protectKernelDefaults"] !== undefined) return [];
  return [
    "stack.kubernetes.kubelet.protectKernelDefaults: missing; container hosts have the kernel of this computer, so declare false (the kubelet sets the values it needs here) or true (they are set already)",
  ];
}

function checkOneNetwork(args: {
  readonly hosts: readonly NamedHost[];
  readonly source: "local" | "container";
}): readonly string[] {
  const { hosts, source } = args;
  const here = hosts.flatMap(({ name, config }) =>
    config.source === source ? [{ name, address: config.nodeAddress }] : [],
  );
  const first = here[0];
  if (first === undefined) return [];
  const network = cidrAround({ address: first.address, prefixLength: 24 });
  const outside = here
    .filter((host) => !contains(network, host.address))
    .map(({ name, address }) =>
      at(
        name,
        "nodeAddress",
        `${address} is outside ${formatCidr(network)} of ${first.name}; ${source} hosts share one /24`,
      ),
    );
  const others = hosts.filter(({ config }) => config.source !== source).map(({ name }) => name);
  if (others.length === 0) return outside;
  return [
    ...outside,
    `stack.hosts: ${source} hosts reach only each other, not ${others.join(", ")}; declare all of them ${source} or none`,
  ];
}

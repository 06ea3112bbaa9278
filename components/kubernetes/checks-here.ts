/** What holds for machines and containers on the computer that runs Pulumi. */
import { atHost as at } from "../config/problem";
import { sourceOf } from "../host/machines";
import { cidrAround, contains, formatCidr } from "../text/cidr";
import type { NamedHost } from "./checks";
import type { KubernetesConfig } from "./config";

/** Machines and containers on this computer reach those of their own kind, and nobody else. */
export function checkHere(hosts: readonly NamedHost[]): readonly string[] {
  const here = hosts.filter(({ config }) => sourceOf(config).here);
  const kinds = [...new Set(here.map(({ config }) => config.source))];
  return kinds
    .sort()
    .reverse()
    .flatMap((source) => checkOneNetwork({ hosts, source }));
}

/** The kubelet would look for values of this computer's kernel that nothing here may set. */
export function checkKubeletHere(
  hosts: readonly NamedHost[],
  { kubelet }: KubernetesConfig,
): readonly string[] {
  const sharing = hosts.some(({ config }) => !sourceOf(config).ownKernel);
  if (!sharing || kubelet["protectKernelDefaults"] !== undefined) return [];
  return [
    "stack.kubernetes.kubelet.protectKernelDefaults: missing; container hosts have the kernel of this computer, so declare false (the kubelet sets the values it needs here) or true (they are set already)",
  ];
}

function checkOneNetwork(args: {
  readonly hosts: readonly NamedHost[];
  readonly source: NamedHost["config"]["source"];
}): readonly string[] {
  const { hosts, source } = args;
  const here = hosts
    .filter(({ config }) => config.source === source)
    .map(({ name, config }) => ({ name, address: sourceOf(config).addresses(config).nodeAddress }));
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

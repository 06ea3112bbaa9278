/** What the preflight steps found out, compared across all hosts. */
import type { CompareStep } from "../steps/step";

/** Nothing on any host changes before it. */
export function planFleet({
  name,
  hosts,
}: {
  readonly name: string;
  /** Names of their resources. */
  readonly hosts: readonly string[];
}): CompareStep {
  return {
    kind: "compare",
    name,
    formerly: "fleet",
    title: "compare the hosts with each other; nothing has changed on any of them so far",
    after: hosts.map(preflightStep),
  };
}

/** Name of the step that checks a host, by the name of the host's resource. */
export function preflightStep(resource: string): string {
  return `${resource}-preflight`;
}

export interface HostFacts {
  readonly machineId: string;
  readonly hostname: string;
  readonly kernel: string;
  readonly warnings: readonly string[];
}

/** Reads the last line a preflight step printed. */
export function parseFacts(stdout: string): HostFacts {
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as HostFacts;
}

/** Problems no single host can see: clones that share a machine id or a hostname. */
export function checkFleet(facts: Readonly<Record<string, HostFacts>>): readonly string[] {
  return [
    ...shared(facts, "machineId").map(
      ({ value, hosts }) =>
        `hosts ${hosts} have the same machine-id ${value}: they were cloned; on all but one run rm /etc/machine-id && systemd-machine-id-setup, then reboot`,
    ),
    ...shared(facts, "hostname").map(
      ({ value, hosts }) =>
        `hosts ${hosts} have the same hostname ${value}: run hostnamectl set-hostname with the host's own name`,
    ),
  ];
}

function shared(
  facts: Readonly<Record<string, HostFacts>>,
  key: "machineId" | "hostname",
): readonly { readonly value: string; readonly hosts: string }[] {
  const names = new Map<string, string[]>();
  for (const [host, fact] of Object.entries(facts)) {
    names.set(fact[key], [...(names.get(fact[key]) ?? []), host]);
  }
  return [...names]
    .filter(([, hosts]) => hosts.length > 1)
    .map(([value, hosts]) => ({ value, hosts: hosts.sort().join(", ") }));
}

/** `name machine-id` rows, sorted by name: who the hosts are now. */
export function machineRows(facts: Readonly<Record<string, HostFacts>>): string {
  return Object.entries(facts)
    .map(([host, { machineId }]) => `${host} ${machineId}`)
    .sort()
    .join("\n");
}

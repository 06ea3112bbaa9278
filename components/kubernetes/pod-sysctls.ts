/** Kernel values of pods: each has a network namespace, into which nothing of its host's reaches. */
import * as z from "zod";
import { setInContainer } from "../host/kernel";

/** Sysctls by full name, as an environment has them. */
export const PodSysctls = z.record(
  z
    .string()
    .regex(/^[a-z0-9_]+(\.[a-z0-9_-]+)+$/i, "expected a dotted sysctl name")
    .refine(
      (name) => setInContainer(name),
      "expected a value of a network namespace (net.…); any other is the host's: hosts.<name>.kernel.sysctls",
    ),
  z.union([
    z.number().int(),
    z.string().regex(/^[\x20-\x7e]+$/, "expected one line of plain text"),
  ]),
);
export type PodSysctls = z.output<typeof PodSysctls>;

/**
 * Two of the five values of the KVM guide, G4 (docs/guides.md), belong to a network namespace. The range is as wide as
 * there, without the ports of Istio's proxies (https://istio.io/latest/docs/ops/deployment/application-requirements/).
 */
export const podSysctlDefaults: PodSysctls = {
  "net.ipv4.ip_local_port_range": "1024 65535",
  "net.ipv4.ip_local_reserved_ports": "15000-15090",
  "net.ipv4.tcp_tw_reuse": "1",
};

/** What every pod gets, sorted by name. */
export function planPodSysctls(declared: PodSysctls): Readonly<Record<string, string>> {
  const all = Object.entries<string | number>({ ...podSysctlDefaults, ...declared });
  return Object.fromEntries(
    all
      .filter(([, value]) => value !== "leave")
      .map(([name, value]) => [name, String(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

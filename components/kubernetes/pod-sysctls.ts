/** Kernel values of pods: each has a network namespace, into which nothing of its host's reaches. */
import * as z from "zod";
import { setInContainer } from "../host/kernel";
import { sysctlValue } from "../host/kernel-config";

/** Sysctls by full name, as an environment has them. */
export const PodSysctls = z.record(
  z
    .string()
    .regex(/^[a-z0-9_]+(\.[a-z0-9_-]+)+$/i, "expected a dotted sysctl name")
    .refine(
      (name) => setInContainer(name),
      "expected a value of a network namespace (net.…); any other is the host's: hosts.<name>.kernel.sysctls",
    ),
  sysctlValue,
);

/**
 * Two of the five values of the KVM guide, G4 (docs/guides.md), belong to a network namespace. The range is as wide as
 * there, without the ports of Istio's proxies (https://istio.io/latest/docs/ops/deployment/application-requirements/).
 */
export const podSysctlDefaults: Readonly<Record<string, string>> = {
  "net.ipv4.ip_local_port_range": "1024 65535",
  "net.ipv4.ip_local_reserved_ports": "15000-15090",
  "net.ipv4.tcp_tw_reuse": "1",
};

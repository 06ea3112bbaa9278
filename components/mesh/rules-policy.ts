/** Findings about who is let in and what gets out. */
import { enforcesPolicies } from "./context";
import type { Rule } from "./finding";
import { egressOpen, plaintextAccepted, strictLocksOut } from "./rules-of-any-mesh";
import { sorted } from "../text/sorted";

const plaintextPorts: Rule = ({ config }) =>
  sorted(config.workloads).flatMap(([key, { plaintextPorts: ports }]) =>
    ports.length === 0
      ? []
      : [
          {
            rule: "plaintext-port",
            at: `workloads.${key}.plaintextPorts`,
            value: ports.join(", "),
            consequence: "lets in whoever reaches the pod, without encryption and an identity",
            safe: "callers in the mesh; metrics are merged into the proxy's own port",
            stage: true,
          },
        ],
  );

const excludedRanges: Rule = ({ config }) => {
  if (config.mode === "ambient") return [];
  return sorted(config.workloads).flatMap(([key, { proxy }]) => {
    const ranges = proxy?.excludeOutboundIPRanges ?? [];
    if (ranges.length === 0) return [];
    return [
      {
        rule: "excluded-range-unprotected",
        at: `workloads.${key}.proxy.excludeOutboundIPRanges`,
        value: ranges.join(", "),
        consequence:
          "goes past the proxy: no mTLS, no egress list, no metrics, and DNS for it is not captured either",
        safe: "a destination under egress.allow (protocol TCP for a database)",
      },
    ];
  });
};

const egressUnenforced: Rule = ({ config, cluster }) => {
  const count = Object.keys(config.egress.allow).length;
  if (count === 0 || config.egress.mode === "any" || enforcesPolicies(cluster)) return [];
  return [
    {
      rule: "egress-unenforced",
      at: "egress.allow",
      value: `an allow-list over ${cluster.cni}`,
      consequence:
        config.mode === "sidecar"
          ? "is hygiene and no boundary: a process that avoids its proxy reaches any address, as this pod network enforces no policies"
          : "is no boundary: ztunnel lets unknown destinations through, and this pod network enforces no policies",
      safe: "a pod network with NetworkPolicy (calico, cilium), or a firewall on the hosts",
    },
  ];
};

export const policyRules: readonly Rule[] = [
  ({ config }) => strictLocksOut(config),
  ({ config }) => plaintextAccepted(config),
  plaintextPorts,
  excludedRanges,
  egressUnenforced,
  ({ config }) => egressOpen(config),
];

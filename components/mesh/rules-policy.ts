/** Findings about who is let in and what gets out. */
import { enforcesPolicies } from "./context";
import type { Rule } from "./finding";
import { sorted } from "../text/sorted";

const strictLocksOut: Rule = ({ config }) =>
  config.plaintextClients.flatMap(({ to, from, until }) => {
    const [namespace = "", workload] = to.split("/");
    const mtls = config.namespaces[namespace]?.mtls ?? config.mtls;
    const open = workload === undefined ? [] : (config.workloads[to]?.plaintextPorts ?? []);
    if (mtls === "permissive" || open.length > 0) return [];
    return [
      {
        rule: "strict-locks-out-client",
        at: `plaintextClients.${to}`,
        value: `strict mTLS for ${from}`,
        consequence: `refuses its connections to ${to}${until === undefined ? "" : `, although it stays until ${until}`}`,
        safe: `namespaces.${namespace}.mtls: permissive until it has moved, or plaintextPorts of the workload`,
      },
    ];
  });

const permissive: Rule = ({ config }) => {
  const places = sorted(config.namespaces).flatMap(([name, { mtls }]) =>
    mtls === "permissive" ? [`namespaces.${name}.mtls`] : [],
  );
  return [...(config.mtls === "permissive" ? ["mtls"] : []), ...places].map((at) => ({
    rule: "plaintext-accepted",
    at,
    value: "permissive",
    consequence: "lets in whoever reaches a pod, without encryption and without an identity",
    safe: "strict, once every caller has joined; plaintextPorts for what cannot",
    stage: true,
  }));
};

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

const egressOpen: Rule = ({ config }) => {
  if (config.egress.mode === "allow-list") return [];
  return [
    {
      rule: "egress-open",
      at: "egress.mode",
      value: "any",
      consequence: "lets workloads reach every address outside, also those nobody answers for",
      safe: "allow-list, with each destination under egress.allow",
    },
  ];
};

export const policyRules: readonly Rule[] = [
  strictLocksOut,
  permissive,
  plaintextPorts,
  excludedRanges,
  egressUnenforced,
  egressOpen,
];

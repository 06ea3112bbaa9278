/** Findings about raw chart values that open what the sections of the file close. */
import { at } from "../text/json";
import type { MeshConfig } from "./config";
import type { Finding, Rule } from "./finding";

interface Opening {
  readonly chart: "base" | "istiod" | "cni" | "ztunnel";
  /** Keys, one below the other. */
  readonly path: readonly string[];
  readonly opens: (value: unknown, config: MeshConfig) => boolean;
  /** What happens, after the value. */
  readonly consequence: string;
}

const isSet = (value: unknown): boolean => value !== "" && value !== null && value !== false;
const isOff = (value: unknown): boolean => value === false;

/** Raw values are merged last, so what stands there is what the chart gets. */
const openings: readonly Opening[] = [
  {
    chart: "istiod",
    path: ["meshConfig", "outboundTrafficPolicy", "mode"],
    opens: (value, { egress }) => egress.mode === "allow-list" && value !== "REGISTRY_ONLY",
    consequence: "lets proxies reach what egress.allow does not name",
  },
  {
    chart: "istiod",
    path: ["meshConfig", "enableAutoMtls"],
    opens: isOff,
    consequence: "lets proxies speak plaintext to each other, which strict mTLS then refuses",
  },
  {
    chart: "istiod",
    path: ["meshConfig", "trustDomainAliases"],
    opens: (value) => Array.isArray(value) && value.length > 0,
    consequence: "takes identities of another mesh for this one's in every policy",
  },
  ...["excludeIPRanges", "excludeOutboundPorts", "excludeInboundPorts"].map((key) => ({
    chart: "istiod" as const,
    path: ["global", "proxy", key],
    opens: isSet,
    consequence: "goes past every proxy of the mesh: no mTLS, no policy, no metrics",
  })),
  ...["includeIPRanges", "includeInboundPorts", "includeOutboundPorts"].map((key) => ({
    chart: "istiod" as const,
    path: ["global", "proxy", key],
    opens: (value: unknown) => isSet(value) && value !== "*",
    consequence: "leaves all other traffic past every proxy: no mTLS, no policy, no metrics",
  })),
  {
    chart: "istiod",
    path: ["global", "proxy", "privileged"],
    opens: (value) => value === true,
    consequence: "lets whoever takes over a proxy take over its node",
  },
  {
    chart: "istiod",
    path: ["global", "configValidation"],
    opens: isOff,
    consequence: "takes policies with mistakes, which proxies then ignore without a word",
  },
  {
    chart: "istiod",
    path: ["base", "validationFailurePolicy"],
    opens: (value) => value !== "Fail",
    consequence: "takes policies unchecked while istiod does not answer",
  },
  {
    chart: "istiod",
    path: ["sidecarInjectorWebhook", "neverInjectSelector"],
    opens: (value) => Array.isArray(value) && value.length > 0,
    consequence: "lets pods choose by a label to have no proxy",
  },
  {
    chart: "cni",
    path: ["repair", "enabled"],
    opens: isOff,
    consequence: "leaves pods that started before the node agent without redirection",
  },
];

const valuesOpen: Rule = ({ config }) =>
  openings.flatMap(({ chart, path, opens, consequence }): readonly Finding[] => {
    const value = at(config.values[chart], ...path);
    if (value === undefined || !opens(value, config)) return [];
    return [
      {
        rule: "values-open-mesh",
        at: ["values", chart, ...path].join("."),
        value: JSON.stringify(value),
        consequence,
        safe: "no such value; the sections of the file have what is meant to be set",
      },
    ];
  });

export const valueRules: readonly Rule[] = [valuesOpen];

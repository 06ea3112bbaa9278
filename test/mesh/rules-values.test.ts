/** Raw values of charts are judged as they are merged: they come last. */
import type { Fields } from "../support/fixtures";
import { sidecar } from "./examples";
import { itNames, type Case } from "./rule-case";

const nested = (path: string, value: unknown): Fields =>
  path.split(".").reduceRight<unknown>((below, key) => ({ [key]: below }), value) as Fields;
const limitOfProxies = (cpu: unknown): Fields => ({
  istiod: nested("global.proxy.resources.limits.cpu", cpu),
});
const four = { cpu: "100m", memory: "128Mi", cpuLimit: "1", memoryLimit: "256Mi" };

const past = "goes past every proxy of the mesh: no mTLS, no policy, no metrics";
/** Chart, path, a value that opens the mesh and the chart's own, and what the first does. */
const opened: readonly (readonly [string, string, { bad: unknown; good: unknown }, string])[] = [
  [
    "istiod",
    "meshConfig.outboundTrafficPolicy.mode",
    { bad: "ALLOW_ANY", good: "REGISTRY_ONLY" },
    "lets proxies reach what egress.allow does not name",
  ],
  [
    "istiod",
    "meshConfig.enableAutoMtls",
    { bad: false, good: true },
    "lets proxies speak plaintext to each other, which strict mTLS then refuses",
  ],
  [
    "istiod",
    "meshConfig.trustDomainAliases",
    { bad: ["old.example"], good: [] },
    "takes identities of another mesh for this one's in every policy",
  ],
  ["istiod", "global.proxy.excludeIPRanges", { bad: "10.0.0.0/8", good: "" }, past],
  ["istiod", "global.proxy.excludeInboundPorts", { bad: "8080", good: "" }, past],
  [
    "istiod",
    "global.proxy.includeIPRanges",
    { bad: "10.96.0.0/16", good: "*" },
    "leaves all other traffic past every proxy: no mTLS, no policy, no metrics",
  ],
  [
    "istiod",
    "global.proxy.privileged",
    { bad: true, good: false },
    "lets whoever takes over a proxy take over its node",
  ],
  [
    "istiod",
    "global.configValidation",
    { bad: false, good: true },
    "takes policies with mistakes, which proxies then ignore without a word",
  ],
  [
    "istiod",
    "base.validationFailurePolicy",
    { bad: "Ignore", good: "Fail" },
    "takes policies unchecked while istiod does not answer",
  ],
  [
    "istiod",
    "sidecarInjectorWebhook.neverInjectSelector",
    { bad: [{ matchLabels: { app: "old" } }], good: [] },
    "lets pods choose by a label to have no proxy",
  ],
  [
    "cni",
    "repair.enabled",
    { bad: false, good: true },
    "leaves pods that started before the node agent without redirection",
  ],
];

const cases: readonly Case[] = [
  {
    rule: "proxy-cpu-limit-low",
    title: "a size of every proxy that raw values set past the section",
    section: sidecar({ proxy: { resources: four }, values: limitOfProxies("100m") }),
    message:
      "mesh.values.istiod.global.proxy.resources.cpuLimit: a CPU limit of 100m halts the proxy for parts of each 100 ms under load, which adds to p99 latency; at least 1 CPU; requests, not limits, reserve capacity",
    safe: sidecar({ proxy: { resources: four }, values: limitOfProxies(2) }),
  },
  ...opened.map(([chart, path, { bad, good }, consequence]): Case => ({
    rule: "values-open-mesh",
    title: path,
    section: sidecar({ values: { [chart]: nested(path, bad) } }),
    message: `mesh.values.${chart}.${path}: ${JSON.stringify(bad)} ${consequence}; no such value; the sections of the file have what is meant to be set`,
    safe: sidecar({ values: { [chart]: nested(path, good) } }),
  })),
];

describe("rules about raw values", () => itNames(cases));

/** Installs Istio: its namespace, charts and gateways, each after what it needs. */
import { locateChart, withoutSlash } from "../steps/chart-source";
import type { ChartStep, ClusterStep, FileStep, JsonObject, StepHead } from "../steps/step";
import { revisionOf, rootNamespace, stepName, versionsOf, type MeshContext } from "./context";
import { gateOf } from "./gate";
import { gatewayValues } from "./gateway-values";
import { inInstallOrder } from "./install-order";
import { sorted } from "../text/sorted";
import { merge } from "./json";
import { ownNamespace } from "./objects";
import { planAuthority, planTrusted } from "./trust";
import { baseValues, cniValues, istiodValues, ztunnelValues } from "./values";
import { gatewayApiUrl, newer } from "./versions";

/** https://istio.io/latest/blog/2026/gcp-hosting-retirement/: the only location that stays. */
const officialCharts = "https://blob.istio.io/istio-release/charts";

type ChartName = "base" | "istiod" | "cni" | "ztunnel" | "gateway";

export function planCharts(context: MeshContext): readonly ClusterStep[] {
  const { config } = context;
  const versions = versionsOf(config);
  const newest = versions.reduce(newer);
  const withGatewayApi = config.mode === "ambient" || config.gatewayApi;
  const authority = planAuthority(context);
  const beforeIstiod = [
    stepName.base,
    ...(withGatewayApi ? [stepName.gatewayApi] : []),
    ...(authority.length > 0 ? [stepName.authority] : []),
  ];
  const namespace = rootNamespace;
  return [
    ownNamespace({
      name: rootNamespace,
      // Node agents of the mesh need host paths and capabilities.
      labels: { "pod-security.kubernetes.io/enforce": "privileged" },
    }),
    chart(context, {
      chart: "base",
      head: {
        name: stepName.base,
        title: "Istio's definitions and validator",
        after: [stepName.rootNamespace],
      },
      release: "istio-base",
      namespace,
      version: newest,
      values: baseValues(context),
    }),
    ...(withGatewayApi ? [gatewayApi(context, newest)] : []),
    ...authority,
    ...versions.flatMap((version) => {
      const revision = revisionOf(version);
      const istiod = chart(context, {
        chart: "istiod",
        head: {
          name: stepName.istiod(revision),
          title: `control plane ${version}`,
          after: beforeIstiod,
        },
        release: `istiod-${revision}`,
        namespace,
        version,
        values: istiodValues(context, version),
      });
      const ordered = { ...istiod, values: inInstallOrder(istiod.values, namespace) };
      return [ordered, gateOf(ordered, { version, revision })];
    }),
    ...planTrusted(context),
    ...nodeAgents(context),
    ...planGateways(context),
  ];
}

function nodeAgents(context: MeshContext): readonly ChartStep[] {
  const { config } = context;
  if (config.mode === "sidecar" && !config.istioCni) return [];
  const common = { namespace: rootNamespace, version: config.version };
  const cni = chart(context, {
    ...common,
    chart: "cni",
    // Agents may be older than the control plane, never newer.
    head: {
      name: stepName.cni,
      title: "node agent that redirects traffic",
      after: versionsOf(config).map((version) => stepName.istiod(revisionOf(version))),
    },
    release: "istio-cni",
    values: cniValues(context),
  });
  if (config.mode === "sidecar") return [cni];
  const ztunnel = chart(context, {
    ...common,
    chart: "ztunnel",
    head: { name: stepName.ztunnel, title: "proxy of each node", after: [stepName.cni] },
    release: "ztunnel",
    values: ztunnelValues(context, config),
  });
  return [cni, ztunnel];
}

function planGateways(context: MeshContext): readonly ClusterStep[] {
  const { config } = context;
  const gateways = sorted(config.gateways);
  const namespaces = new Set(gateways.map(([, { namespace }]) => namespace));
  namespaces.delete(rootNamespace);
  return [
    ...[...namespaces].sort().map((name) => ownNamespace({ name })),
    ...gateways.map(([name, gateway]) =>
      chart(context, {
        chart: "gateway",
        head: {
          name: stepName.gateway(name),
          title: `gateway ${name}`,
          after: [
            // The image of its pods is what the injector puts there.
            stepName.ready(revisionOf(config.version)),
            stepName.namespace(gateway.namespace),
          ],
        },
        release: name,
        namespace: gateway.namespace,
        version: config.version,
        values: gatewayValues(context, { name, gateway }),
      }),
    ),
  ];
}

function chart(
  { config }: MeshContext,
  args: {
    readonly chart: ChartName;
    readonly head: StepHead;
    readonly release: string;
    readonly namespace: string;
    readonly version: string;
    readonly values: JsonObject;
  },
): ChartStep {
  const { head, release, namespace } = args;
  // What YAML and Pulumi's configuration hold is JSON by nature.
  const last = config.values[args.chart] as JsonObject;
  const common = {
    kind: "chart",
    ...head,
    release,
    namespace,
    values: merge(args.values, last),
  } as const;
  const located = locateChart({
    name: args.chart,
    official: officialCharts,
    version: args.version,
    from: config.charts,
  });
  return { ...common, ...located };
}

function gatewayApi({ config }: MeshContext, version: string): FileStep {
  const { charts } = config;
  const ownCopy = charts.source === "mirror" ? charts.gatewayApi : undefined;
  return {
    kind: "file",
    name: stepName.gatewayApi,
    title: "Gateway API definitions",
    after: [],
    file:
      charts.source === "directory"
        ? `${withoutSlash(charts.path)}/gateway-api.yaml`
        : (ownCopy ?? gatewayApiUrl(version)),
  };
}

/** Installs Linkerd: its definitions, node plug-in and control plane, each after what it needs. */
import { locateChart } from "../steps/chart-source";
import type { ChartStep, ClusterStep, JsonObject, ObjectStep, StepHead } from "../steps/step";
import { cniNamespace, rootNamespace, stepName, type LinkerdContext } from "./context";
import { gateOf } from "./gate";
import { planIdentity } from "./trust";
import { cniValues, controlPlaneValues, crdsValues } from "./values";
import { chartVersion } from "./versions";
import { planAuthorities, planCertificates, webhooks } from "./webhooks";

/** https://linkerd.io/releases/: edge releases are the ones the project itself publishes. */
const officialCharts = "https://helm.linkerd.io/edge";

/** Namespaces that the webhooks pass by, as the injector would wait for itself. */
const unwatched = { "config.linkerd.io/admission-webhooks": "disabled" };
const podSecurity = "pod-security.kubernetes.io/enforce";

export function planInstall(context: LinkerdContext): readonly ClusterStep[] {
  const { config } = context;
  const controlPlane = chart(context, {
    chart: "linkerd-control-plane",
    head: {
      name: stepName.controlPlane,
      title: `control plane ${config.version}`,
      after: [
        stepName.crds,
        stepName.issuer,
        ...webhooks.map(({ name }) => stepName.webhookCertificate(name)),
        ...(config.linkerdCni ? [stepName.cni] : []),
      ],
    },
    namespace: rootNamespace,
    values: controlPlaneValues(context),
  });
  const authorities = planAuthorities([controlPlane.name]);
  return [
    ownNamespace({
      name: rootNamespace,
      labels: {
        "linkerd.io/is-control-plane": "true",
        "linkerd.io/control-plane-ns": rootNamespace,
        ...unwatched,
        // Without the plug-in each pod sets up its own redirection, with NET_ADMIN.
        [podSecurity]: config.linkerdCni ? "restricted" : "privileged",
      },
      annotations: { "linkerd.io/inject": "disabled" },
    }),
    chart(context, {
      chart: "linkerd-crds",
      head: {
        name: stepName.crds,
        title: `definitions of Linkerd${config.gatewayApi ? " and of the Gateway API" : ""}`,
        after: [stepName.rootNamespace],
      },
      namespace: rootNamespace,
      values: crdsValues(context),
    }),
    ...(config.linkerdCni ? nodePlugIn(context) : []),
    ...planIdentity(context),
    ...planCertificates([stepName.rootNamespace]),
    controlPlane,
    ...authorities,
    gateOf(controlPlane, {
      version: config.version,
      after: authorities.map(({ name }) => name),
    }),
  ];
}

function nodePlugIn(context: LinkerdContext): readonly ClusterStep[] {
  return [
    ownNamespace({
      name: cniNamespace,
      // It puts a program and a configuration onto each node.
      labels: { "linkerd.io/cni-resource": "true", ...unwatched, [podSecurity]: "privileged" },
    }),
    chart(context, {
      chart: "linkerd2-cni",
      head: {
        name: stepName.cni,
        title: "node plug-in that redirects traffic",
        after: [stepName.cniNamespace],
      },
      namespace: cniNamespace,
      values: cniValues(context),
    }),
  ];
}

function ownNamespace(args: {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}): ObjectStep {
  return {
    kind: "object",
    name: stepName.namespace(args.name),
    title: `namespace ${args.name}`,
    after: [],
    object: { apiVersion: "v1", kind: "Namespace", metadata: args },
  };
}

function chart(
  { config }: LinkerdContext,
  args: {
    readonly chart: "linkerd-crds" | "linkerd-control-plane" | "linkerd2-cni";
    readonly head: StepHead;
    readonly namespace: string;
    readonly values: JsonObject;
  },
): ChartStep {
  const { head, namespace, values } = args;
  const located = locateChart({
    name: args.chart,
    official: officialCharts,
    version: chartVersion(config.version),
    from: config.charts,
  });
  return { kind: "chart", ...head, release: args.chart, namespace, values, ...located };
}

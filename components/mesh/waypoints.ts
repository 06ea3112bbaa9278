/** Layer 7 proxies of ambient namespaces. */
import type { ClusterStep, ObjectStep, ScriptStep } from "../steps/step";
import type { AmbientMesh } from "./config";
import {
  createdNamespace,
  dataPlaneSteps,
  revisionFor,
  stepName,
  waypointName,
  type MeshContext,
} from "./context";
import { sorted } from "../text/sorted";
import { meshObject, namespaceLabels, objectStep } from "./objects";
import { toYaml } from "../text/yaml";
import { waypointOverlay } from "./values";

/** Namespaces that get a waypoint: asked for, or because a service there needs one. */
export function waypointNamespaces(
  config: AmbientMesh,
  needed: ReadonlySet<string>,
): readonly string[] {
  return sorted(config.namespaces).flatMap(([name, { waypoint }]) => {
    const wanted = waypoint === undefined ? needed.has(name) : waypoint !== false;
    return wanted ? [name] : [];
  });
}

export function planWaypoints(
  context: MeshContext,
  namespaces: readonly string[],
): readonly ClusterStep[] {
  const { config } = context;
  if (config.mode === "sidecar") return [];
  return namespaces.flatMap((namespace) => {
    const wish = config.namespaces[namespace]?.waypoint;
    const replicas = typeof wish === "object" ? wish.replicas : undefined;
    const options =
      replicas === undefined
        ? undefined
        : objectStep(
            {
              name: stepName.waypointOptions(namespace),
              title: `size of the waypoint of ${namespace}`,
              after: createdNamespace(config, namespace),
            },
            {
              apiVersion: "v1",
              kind: "ConfigMap",
              metadata: { name: `${waypointName}-options`, namespace },
              data: Object.fromEntries(
                Object.entries(waypointOverlay(replicas)).map(([kind, overlay]) => [
                  kind,
                  toYaml(overlay),
                ]),
              ),
            },
          );
    const revision = revisionFor(context, config.namespaces[namespace]?.revision ?? "stable");
    const [waypoint, ready] = waypointSteps(context, {
      namespace,
      revision,
      options: options?.object.metadata.name,
      after: [
        ...createdNamespace(config, namespace),
        ...(options === undefined ? [] : [options.name]),
      ],
    });
    const attach = namespaceLabels(
      {
        name: stepName.attach(namespace),
        title: `services of ${namespace} use the waypoint`,
        // Without a waypoint that runs behind it, the label would let requests pass unchecked or end.
        after: [ready.name, stepName.labels(namespace)],
      },
      {
        namespace,
        labels: {
          "istio.io/use-waypoint": waypointName,
          // Otherwise gateways go past it and its rules.
          "istio.io/ingress-use-waypoint": "true",
        },
      },
    );
    return [...(options === undefined ? [] : [options]), waypoint, ready, attach];
  });
}

/** A Gateway is accepted although its pods crash, and nothing goes around a waypoint. */
function waypointGate(of: { readonly namespace: string; readonly revision: string }): ScriptStep {
  const { namespace, revision } = of;
  return {
    kind: "script",
    name: stepName.waypointReady(namespace),
    title: `the waypoint of ${namespace} runs`,
    after: [stepName.waypoint(namespace)],
    scripts: ["steps/common", "mesh/waypoint"],
    files: {},
    values: { NAMESPACE: namespace, WAYPOINT: waypointName, REVISION: revision },
    inputs: {},
    removes: false,
    timeoutSeconds: 900,
  };
}

/** A waypoint, and the gate that waits until it runs. */
export function waypointSteps(
  context: MeshContext,
  args: {
    readonly namespace: string;
    readonly revision: string;
    readonly options?: string | undefined;
    readonly after: readonly string[];
  },
): readonly [ObjectStep, ScriptStep] {
  const { namespace, options, revision } = args;
  const waypoint = objectStep(
    {
      name: stepName.waypoint(namespace),
      title: `waypoint of ${namespace}`,
      after: [...dataPlaneSteps(context), stepName.gatewayApi, ...args.after],
    },
    meshObject({
      kind: "Gateway",
      name: waypointName,
      namespace,
      labels: { "istio.io/rev": revision, "istio.io/waypoint-for": "service" },
      spec: {
        gatewayClassName: "istio-waypoint",
        ...(options === undefined
          ? {}
          : {
              infrastructure: { parametersRef: { group: "", kind: "ConfigMap", name: options } },
            }),
        listeners: [{ name: "mesh", port: 15008, protocol: "HBONE" }],
      },
    }),
  );
  return [waypoint, waypointGate({ namespace, revision })];
}

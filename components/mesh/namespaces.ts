/** Which namespaces and workloads are in the mesh, what their proxies see, and who must use mTLS. */
import type { ClusterStep, ObjectStep } from "../steps/step";
import { namespacesInReach } from "./boundary";
import {
  createdNamespace,
  dataPlaneSteps,
  controlPlaneSteps,
  domainOf,
  revisionFor,
  rootNamespace,
  splitKey,
  stepName,
  type MeshContext,
} from "./context";
import { sorted } from "../text/sorted";
import { omitUndefined } from "./json";
import { derivedName } from "./names";
import { meshObject, namespaceLabels, objectStep } from "./objects";

/** What holds for the mesh before any workload joins. */
export function planDefaults(context: MeshContext): readonly ClusterStep[] {
  const { config, tracing } = context;
  const after = controlPlaneSteps(context);
  const steps: ClusterStep[] = [];
  if (config.mode === "sidecar") steps.push(scope(context));
  if (tracing !== undefined) {
    steps.push(
      objectStep(
        { name: stepName.telemetry, title: "tracing of the whole mesh", after },
        meshObject({
          kind: "Telemetry",
          name: "mesh-default",
          namespace: rootNamespace,
          spec: {
            tracing: [
              {
                providers: [{ name: "tracing" }],
                randomSamplingPercentage: tracing.samplingPercent,
              },
            ],
          },
        }),
      ),
    );
  }
  return steps;
}

/**
 * What proxies know. Under REGISTRY_ONLY what is not in here cannot be reached, so every enrolled
 * namespace is, and what pods of any namespace call: the API server and DNS. "./*" would say the same
 * again, and Istio's analyzers warn of it beside istio-system.
 */
function scope(context: MeshContext): ObjectStep {
  const named = namespacesInReach(context).filter((name) => name !== rootNamespace);
  return objectStep(
    {
      name: stepName.scope,
      title: "services that proxies know",
      after: controlPlaneSteps(context),
    },
    meshObject({
      kind: "Sidecar",
      name: "default",
      namespace: rootNamespace,
      spec: {
        egress: [
          {
            hosts: [
              `${rootNamespace}/*`,
              `default/kubernetes.default.svc.${domainOf(context.cluster)}`,
              ...named.map((name) => `${name}/*`),
            ],
          },
        ],
      },
    }),
  );
}

export function planEnrolment(context: MeshContext): readonly ClusterStep[] {
  const { config } = context;
  const ready = [
    ...dataPlaneSteps(context),
    ...(config.mode === "sidecar" ? [stepName.scope] : []),
  ];
  return sorted(config.namespaces).flatMap(([name, namespace]) => {
    const created = objectStep(
      { name: stepName.namespace(name), title: `namespace ${name}`, after: [] },
      { apiVersion: "v1", kind: "Namespace", metadata: { name } },
      { keep: true },
    );
    const after = [...ready, ...(namespace.create ? [created.name] : [])];
    const labels: Readonly<Record<string, string>> =
      config.mode === "ambient"
        ? { "istio.io/dataplane-mode": "ambient" }
        : { "istio.io/rev": revisionFor(context, namespace.revision) };
    return [
      ...(namespace.create ? [created] : []),
      namespaceLabels(
        { name: stepName.labels(name), title: `${name} joins the mesh`, after },
        { namespace: name, labels },
      ),
    ];
  });
}

/** mTLS of the mesh, of namespaces, and ports that stay open. */
export function planMtls(context: MeshContext, before: readonly string[]): readonly ClusterStep[] {
  const { config } = context;
  const controlPlane = controlPlaneSteps(context);
  const namespaces = sorted(config.namespaces).flatMap(([namespace, { mtls }]) => {
    if (mtls === undefined) return [];
    // Loosening comes before the mesh is strict; tightening after everyone has joined.
    const after =
      mtls === "permissive"
        ? [...controlPlane, ...createdNamespace(context.config, namespace)]
        : before;
    return [
      objectStep(
        { name: stepName.namespaceMtls(namespace), title: `${mtls} mTLS in ${namespace}`, after },
        peerAuthentication(namespace, { mtls: { mode: mtls.toUpperCase() } }),
      ),
    ];
  });
  const ports = sorted(config.workloads).flatMap(([key, workload]) => {
    if (workload.plaintextPorts.length === 0) return [];
    const { namespace, name } = splitKey(key);
    const open = workload.plaintextPorts.map((port) => [String(port), { mode: "PERMISSIVE" }]);
    return [
      objectStep(
        {
          name: stepName.plaintext(key),
          title: `ports of ${key} that stay open to plaintext`,
          after: [...controlPlane, ...createdNamespace(context.config, namespace)],
        },
        peerAuthentication(
          namespace,
          omitUndefined({
            selector: { matchLabels: workload.selector },
            // Port settings count only beside a mode for the workload.
            mtls: { mode: (config.namespaces[namespace]?.mtls ?? config.mtls).toUpperCase() },
            portLevelMtls: Object.fromEntries(open) as Record<string, { mode: string }>,
          }),
          // The namespace's own is called default.
          name === "default" ? derivedName({ name, added: "ports-of-workload" }) : name,
        ),
      ),
    ];
  });
  const inside = [...namespaces, ...ports];
  const after = [...before, ...inside.map(({ name }) => name)];
  return [
    ...inside,
    objectStep(
      { name: stepName.mtls, title: `${config.mtls} mTLS in the whole mesh`, after },
      peerAuthentication(rootNamespace, { mtls: { mode: config.mtls.toUpperCase() } }),
    ),
  ];
}

function peerAuthentication(
  namespace: string,
  spec: Parameters<typeof meshObject>[0]["spec"],
  name = "default",
) {
  return meshObject({ kind: "PeerAuthentication", name, namespace, spec });
}

/** Who may call whom: by the identities that proxies show each other, and nobody where that is asked. */
import type { ClusterStep, JsonObject, ObjectStep } from "../steps/step";
import { sorted } from "../text/sorted";
import type { MeshConfig } from "./config";
import { domainOf, splitKey, stepName, waypointName, type MeshContext } from "./context";
import { derivedName } from "./names";
import { meshObject, objectStep } from "./objects";

/** Who may call what has no list of callers in this namespace. */
export function accessOf(config: MeshConfig, namespace: string): "any" | "declared" {
  return config.namespaces[namespace]?.access ?? config.access;
}

/** Where nobody may call what has no list of callers, sorted. */
function closedNamespaces(config: MeshConfig): readonly string[] {
  return Object.keys(config.namespaces)
    .filter((namespace) => accessOf(config, namespace) === "declared")
    .sort();
}

/** Callers are let in, in what has joined and shows an identity, before everybody else is shut out. */
export function planAccess(
  context: MeshContext,
  args: { readonly waypoints: readonly string[]; readonly before: readonly string[] },
): readonly ClusterStep[] {
  const { config } = context;
  const { waypoints, before } = args;
  const allowed = [
    ...sorted(config.services).flatMap(([key, { callers }]) =>
      callers === undefined
        ? []
        : callerSteps(context, {
            key,
            callers,
            waypoint: waypoints.includes(splitKey(key).namespace),
            after: before,
          }),
    ),
    ...openPorts(context, before),
  ];
  const after = [...before, ...allowed.map(({ name }) => name)];
  const denied = closedNamespaces(config).map((namespace) =>
    objectStep(
      { name: stepName.denial(namespace), title: `nobody else calls into ${namespace}`, after },
      policy({ namespace, name: "allow-nothing", spec: {} }),
    ),
  );
  return [...allowed, ...denied];
}

/** A service behind a waypoint is called by that alone, which knows who called it. */
function callerSteps(
  context: MeshContext,
  args: {
    readonly key: string;
    readonly callers: readonly string[];
    readonly waypoint: boolean;
    readonly after: readonly string[];
  },
): readonly ObjectStep[] {
  const { key, callers, waypoint, after } = args;
  const { namespace, name } = splitKey(key);
  const { selector = {}, targetPort } = context.config.services[key] ?? {};
  const title = `who may call ${key}`;
  const ports =
    targetPort === undefined ? {} : { to: [{ operation: { ports: [String(targetPort)] } }] };
  const atPods = waypoint ? [`${namespace}/${waypointName}`] : callers;
  const toPods = objectStep(
    { name: stepName.callers(key, "pods"), title, after },
    policy({
      namespace,
      name: derivedName({ name, added: "callers" }),
      spec: { selector: { matchLabels: selector }, ...rulesFor(atPods, ports) },
    }),
  );
  if (!waypoint) return [toPods];
  const toService = objectStep(
    { name: stepName.callers(key, "service"), title: `${title}, at the waypoint`, after },
    policy({
      namespace,
      name: derivedName({ name, added: "waypoint" }),
      spec: {
        targetRefs: [{ group: "", kind: "Service", name }],
        ...rulesFor(callers),
      },
    }),
  );
  return [toService, { ...toPods, after: [...after, toService.name] }];

  /** Without a rule nobody is let in. */
  function rulesFor(from: readonly string[], to: JsonObject = {}): JsonObject {
    return from.length === 0 ? {} : { rules: [{ from: sourcesOf(context, from), ...to }] };
  }
}

/** Callers outside the mesh show no identity, so a port that is open to them is open to everybody. */
function openPorts(context: MeshContext, after: readonly string[]): readonly ObjectStep[] {
  const { config } = context;
  const guarded = new Set([
    ...closedNamespaces(config),
    ...sorted(config.services).flatMap(([key, { callers }]) =>
      callers === undefined ? [] : [splitKey(key).namespace],
    ),
  ]);
  return sorted(config.workloads).flatMap(([key, { plaintextPorts, selector = {} }]) => {
    const { namespace, name } = splitKey(key);
    if (plaintextPorts.length === 0 || !guarded.has(namespace)) return [];
    const title = `ports of ${key} that anybody may call`;
    return [
      objectStep(
        { name: stepName.callers(key, "ports"), title, after },
        policy({
          namespace,
          name: derivedName({ name, added: "ports" }),
          spec: {
            selector: { matchLabels: selector },
            rules: [{ to: [{ operation: { ports: plaintextPorts.map(String) } }] }],
          },
        }),
      ),
    ];
  });
}

function sourcesOf(context: MeshContext, callers: readonly string[]): readonly JsonObject[] {
  const namespaces = callers.filter((caller) => !caller.includes("/"));
  const principals = callers
    .filter((caller) => caller.includes("/"))
    .map((caller) => {
      const { namespace, name } = splitKey(caller);
      return `${domainOf(context.cluster)}/ns/${namespace}/sa/${name}`;
    });
  return [
    ...(principals.length === 0 ? [] : [{ source: { principals: [...principals].sort() } }]),
    ...(namespaces.length === 0 ? [] : [{ source: { namespaces: [...namespaces].sort() } }]),
  ];
}

function policy(args: {
  readonly namespace: string;
  readonly name: string;
  readonly spec: JsonObject;
}) {
  const { spec, ...place } = args;
  return meshObject({ kind: "AuthorizationPolicy", ...place, spec: { action: "ALLOW", ...spec } });
}

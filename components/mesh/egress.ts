/** What may leave the cluster: declared destinations, and the boundary around all else. */
import type { ClusterStep, ObjectStep } from "../steps/step";
import { planAliases } from "./aliases";
import { planBoundaries } from "./boundary";
import {
  controlPlaneSteps,
  egressNamespace,
  revisionFor,
  rootNamespace,
  stepName,
  waypointName,
  type MeshContext,
} from "./context";
import { sorted } from "../text/sorted";
import { omitUndefined } from "./json";
import { meshObject, objectStep, ownNamespace } from "./objects";
import { ownRanges } from "./egress-checks";
import type { EgressDestination } from "./policy-config";
import { waypointSteps } from "./waypoints";

/** `before` has happened when a boundary closes: nobody is cut off who was about to be allowed. */
export function planEgress(
  context: MeshContext,
  before: readonly string[],
): readonly ClusterStep[] {
  const destinations = sorted(context.config.egress.allow);
  const allowed =
    context.config.mode === "sidecar"
      ? sidecarEgress(context, destinations)
      : ambientEgress(context, destinations);
  const names = allowed.map(({ name }) => name);
  return [...allowed, ...planAliases(context), ...planBoundaries(context, [...before, ...names])];
}

type Destinations = readonly (readonly [string, EgressDestination])[];

function sidecarEgress(context: MeshContext, destinations: Destinations): readonly ObjectStep[] {
  return destinations.map(([name, destination]) =>
    objectStep(
      {
        name: stepName.egress(name),
        title: `destination ${name}`,
        after: [...controlPlaneSteps(context), stepName.scope],
      },
      serviceEntry({
        name,
        namespace: rootNamespace,
        destination,
        wildcardResolution: "NONE",
        addresses: ownRanges(destination),
        exportTo: [...destination.namespaces].sort(),
      }),
    ),
  );
}

/** In ambient mode the way out is a waypoint, which alone can tell who is calling. */
function ambientEgress(context: MeshContext, destinations: Destinations): readonly ClusterStep[] {
  if (destinations.length === 0) return [];
  const namespace = ownNamespace({
    name: egressNamespace,
    labels: { "istio.io/dataplane-mode": "ambient", "istio.io/use-waypoint": waypointName },
  });
  const [waypoint, ready] = waypointSteps(context, {
    namespace: egressNamespace,
    revision: revisionFor(context, "stable"),
    after: [namespace.name],
  });
  return [
    namespace,
    waypoint,
    ready,
    ...destinations.flatMap(([name, destination]) => [
      objectStep(
        {
          name: stepName.egressAccess(name),
          title: `who may reach ${name}`,
          after: [ready.name],
        },
        meshObject({
          kind: "AuthorizationPolicy",
          name,
          namespace: egressNamespace,
          spec: {
            targetRefs: [{ group: "networking.istio.io", kind: "ServiceEntry", name }],
            action: "ALLOW",
            rules: [{ from: [{ source: { namespaces: [...destination.namespaces].sort() } }] }],
          },
        }),
      ),
      objectStep(
        {
          name: stepName.egress(name),
          title: `destination ${name}`,
          // Before the rule is there everyone would be let through.
          after: [ready.name, stepName.egressAccess(name)],
        },
        serviceEntry({
          name,
          namespace: egressNamespace,
          destination,
          wildcardResolution: "DYNAMIC_DNS",
        }),
      ),
    ]),
  ];
}

function serviceEntry(args: {
  readonly name: string;
  readonly namespace: string;
  readonly destination: EgressDestination;
  readonly wildcardResolution: string;
  readonly addresses?: readonly string[];
  readonly exportTo?: readonly string[];
}) {
  const { name, namespace, destination, addresses = [] } = args;
  const wildcard = destination.hosts.some((host) => host.startsWith("*"));
  return meshObject({
    kind: "ServiceEntry",
    name,
    namespace,
    annotations: responsibility(destination),
    spec: omitUndefined({
      hosts: destination.hosts,
      addresses: addresses.length > 0 ? addresses : undefined,
      location: "MESH_EXTERNAL",
      resolution: wildcard ? args.wildcardResolution : "DNS",
      ports: destination.ports.map(({ number, protocol }) => ({
        name: `${protocol.toLowerCase()}-${number}`,
        number,
        protocol,
      })),
      exportTo: args.exportTo,
    }),
  });
}

/** Who answers for a destination, as annotations of its objects. */
export function responsibility(
  one: Pick<EgressDestination, "owner" | "purpose" | "country" | "exception">,
): Readonly<Record<string, string>> {
  return {
    "nordmesh.dev/owner": one.owner,
    "nordmesh.dev/purpose": one.purpose,
    "nordmesh.dev/country": one.country,
    ...(one.exception === undefined ? {} : { "nordmesh.dev/exception": one.exception }),
  };
}

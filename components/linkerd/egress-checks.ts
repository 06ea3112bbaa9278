/** Which declared destinations a proxy of Linkerd cannot tell apart. */
import { destinationProblems, type Problem } from "../mesh/checks-of-any-mesh";
import { overlaps, parseCidr } from "../text/cidr";
import type { LinkerdConfig } from "./config";

export type Destination = LinkerdConfig["egress"]["allow"][string];
export type DestinationPort = Destination["ports"][number];
export type RouteKind = "TLSRoute" | "HTTPRoute" | "GRPCRoute" | "TCPRoute";

/** The kind of route that knows the destination by what the protocol shows. */
export function routeKind({ protocol }: DestinationPort): RouteKind {
  switch (protocol) {
    case "TLS":
    case "HTTPS":
      return "TLSRoute";
    case "HTTP":
    case "HTTP2":
      return "HTTPRoute";
    case "GRPC":
      return "GRPCRoute";
    case "TCP":
      return "TCPRoute";
    default:
      return protocol satisfies never;
  }
}

/** True for one that has a network of its own, as bytes of TCP carry no name. */
export function hasOwnNetwork({ ports }: Destination): boolean {
  return ports.some(({ protocol }) => protocol === "TCP");
}

export function egressProblems({ egress, namespaces }: LinkerdConfig): readonly Problem[] {
  const allowed = Object.entries(egress.allow).sort(([a], [b]) => (a < b ? -1 : 1));
  return allowed.flatMap(([name, destination], index) => {
    const path = ["egress", "allow", name];
    const before = allowed
      .slice(0, index)
      .filter(([, other]) => destination.namespaces.some((one) => other.namespaces.includes(one)));
    return [
      ...destinationProblems(path, destination, namespaces),
      ...rangeProblems(path, destination, before),
      ...kindProblems(path, destination, before),
    ];
  });
}

type Named = readonly (readonly [string, Destination])[];

function rangeProblems(
  path: readonly string[],
  destination: Destination,
  before: Named,
): readonly Problem[] {
  const port = destination.ports.find(({ protocol }) => protocol === "TCP");
  const { ranges } = destination;
  if (port === undefined) return [];
  if (ranges.length === 0) {
    return [
      {
        path: [...path, "ranges"],
        message: `expected the address ranges of the destination: TCP on ${port.number} carries no name`,
      },
    ];
  }
  const clash = before.find(
    ([, other]) =>
      hasOwnNetwork(other) &&
      other.ranges.some((a) => ranges.some((b) => overlaps(parseCidr(a), parseCidr(b)))),
  );
  if (clash === undefined) return [];
  return [
    {
      path: [...path, "ranges"],
      message: `expected ranges that do not overlap ${clash[0]}'s: a proxy knows the destination of TCP by its address alone`,
    },
  ];
}

/** Of several kinds of routes on one port Linkerd follows the first of GRPCRoute, HTTPRoute, TLSRoute, TCPRoute: policy-controller, to_proto. */
function kindProblems(
  path: readonly string[],
  destination: Destination,
  before: Named,
): readonly Problem[] {
  const own = hasOwnNetwork(destination);
  const shared = own ? [] : before.filter(([, other]) => !hasOwnNetwork(other));
  return destination.ports.flatMap((port, index) => {
    const others = [
      ...destination.ports.slice(0, index).map((one) => ["its own", one] as const),
      ...shared.flatMap(([name, { ports }]) => ports.map((one) => [`${name}'s`, one] as const)),
    ];
    const clash = others.find(
      ([, one]) => one.number === port.number && routeKind(one) !== routeKind(port),
    );
    if (clash === undefined) return [];
    const [whose, { protocol }] = clash;
    return [
      {
        path: [...path, "ports", index],
        message: `expected another port, or the protocol of ${whose} ${port.number}, ${protocol}: Linkerd looks for one kind of destination on a port`,
      },
    ];
  });
}

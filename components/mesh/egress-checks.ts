/** Which declared destinations a proxy cannot tell apart, or not keep from others. */
import type { Problem } from "./checks-of-any-mesh";
import { overlaps, parseCidr } from "../text/cidr";

export interface CheckedDestination {
  readonly hosts: readonly string[];
  readonly ports: readonly { readonly number: number; readonly protocol: string }[];
  readonly ranges: readonly string[];
  readonly namespaces: readonly string[];
}

type Allowed = readonly (readonly [string, CheckedDestination])[];

/**
 * Bytes of TCP carry no name, so a sidecar knows their destination by address and port alone. In
 * ambient mode every host gets an address of its own.
 */
export function plainTcpProblems(args: {
  readonly mode: "sidecar" | "ambient";
  readonly allow: Readonly<Record<string, CheckedDestination>>;
}): readonly Problem[] {
  const allowed = Object.entries(args.allow).sort(([a], [b]) => (a < b ? -1 : 1));
  return allowed.flatMap(([name, destination], index) => [
    ...wildcardProblems(name, destination, args.mode),
    ...(args.mode === "sidecar"
      ? [...hostProblems(name, destination), ...portProblems(allowed, index)]
      : []),
  ]);
}

/** Addresses by which a sidecar knows it; none where names are enough. */
export function ownRanges({ ports, ranges }: CheckedDestination): readonly string[] {
  return ports.some(isPlainTcp) ? ranges : [];
}

function wildcardProblems(
  name: string,
  destination: CheckedDestination,
  mode: "sidecar" | "ambient",
): readonly Problem[] {
  const port = destination.ports.find(isPlainTcp);
  if (port === undefined || (mode === "sidecar" && destination.ranges.length > 0)) return [];
  return destination.hosts.flatMap((host, index) => {
    if (!host.startsWith("*")) return [];
    const ways = mode === "sidecar" ? "a full name, or ranges beside it" : "a full name";
    const message = `expected ${ways}: TCP on ${port.number} carries no name, so ${host} would let every address pass`;
    return [{ path: ["egress", "allow", name, "hosts", index], message }];
  });
}

function hostProblems(name: string, { hosts, ports }: CheckedDestination): readonly Problem[] {
  const port = ports.find(isPlainTcp);
  if (port === undefined || hosts.length === 1) return [];
  return [
    {
      path: ["egress", "allow", name, "hosts"],
      message: `expected one host: TCP on ${port.number} carries no name, and a sidecar would send the bytes for all of them to the first; declare each host under a name of its own with its ranges`,
    },
  ];
}

/** Problems of a destination with those before it. */
function portProblems(allowed: Allowed, index: number): readonly Problem[] {
  const [name, destination] = allowed[index] ?? [];
  if (name === undefined || destination === undefined) return [];
  return allowed.slice(0, index).flatMap(([otherName, other]) => {
    if (!meet(destination, other)) return [];
    return destination.ports.flatMap((port, at) => {
      const clash = other.ports.find((one) => one.number === port.number && !told(one, port));
      if (clash === undefined || (bytes(port) && bytes(clash) && apart(destination, other))) {
        return [];
      }
      const ranges = bytes(port) && bytes(clash) ? ", or ranges for both that do not overlap" : "";
      return [
        {
          path: ["egress", "allow", name, "ports", at],
          message: `expected another port than ${otherName}'s${ranges}: TCP on ${port.number} carries no name, and a sidecar would send the bytes for both to one of them`,
        },
      ];
    });
  });
}

function meet(one: CheckedDestination, other: CheckedDestination): boolean {
  return one.namespaces.some((namespace) => other.namespaces.includes(namespace));
}

function apart({ ranges: left }: CheckedDestination, { ranges: right }: CheckedDestination) {
  if (left.length === 0 || right.length === 0) return false;
  return !left.some((a) => right.some((b) => overlaps(parseCidr(a), parseCidr(b))));
}

type Port = CheckedDestination["ports"][number];

/** Names in requests or handshakes tell the two apart. */
function told(one: Port, other: Port): boolean {
  return !isPlainTcp(one) && !isPlainTcp(other);
}

/** What a listener can lead on by its address; one for requests takes the whole port. */
function bytes({ protocol }: Port): boolean {
  return ["TCP", "TLS", "HTTPS"].includes(protocol);
}

function isPlainTcp({ protocol }: Port): boolean {
  return protocol === "TCP";
}

/** What leaves the cluster: nothing but what is declared, as far as proxies see it. */
import type { ClusterStep, JsonObject, ObjectStep } from "../steps/step";
import { sorted } from "../text/sorted";
import { responsibility } from "../mesh/egress";
import { objectStep } from "../mesh/objects";
import { stepName, type LinkerdContext } from "./context";
import { hasOwnNetwork, routeKind, type Destination, type DestinationPort } from "./egress-checks";

/** Linkerd looks for networks in the namespace of the caller, and only where there is none elsewhere. */
const networkName = "egress";
const group = "policy.linkerd.io";

/** Versions that the definitions of Linkerd's own charts serve. */
const versions = {
  HTTPRoute: "v1",
  GRPCRoute: "v1",
  TLSRoute: "v1alpha2",
  TCPRoute: "v1alpha2",
} as const;

export function planEgress({ config }: LinkerdContext): readonly ClusterStep[] {
  if (config.egress.mode === "any") return [];
  const allowed = sorted(config.egress.allow);
  return Object.keys(config.namespaces)
    .sort()
    .flatMap((namespace) => {
      const after = [stepName.inject(namespace)];
      const own = allowed.filter(([, one]) => one.namespaces.includes(namespace));
      const routes = own.flatMap(([name, destination]) =>
        destination.ports.map((port) => route({ namespace, name, destination, port, after })),
      );
      // What is declared gets its way out before the rest loses it.
      const shut = [...after, ...routes.map((step) => step.name)];
      return [
        ...routes,
        ...own.flatMap(([name, { ranges, ...rest }]) =>
          hasOwnNetwork({ ranges, ...rest })
            ? [
                network({
                  name: stepName.egress(namespace, name, "network"),
                  title: `addresses of ${name}, from ${namespace}`,
                  after: shut,
                  place: { namespace, name: networkOf(name) },
                  ranges,
                }),
              ]
            : [],
        ),
        network({
          name: stepName.network(namespace),
          title: `nothing else leaves from ${namespace}`,
          after: shut,
          place: { namespace, name: networkName },
        }),
      ];
    });
}

function route(args: {
  readonly namespace: string;
  readonly name: string;
  readonly destination: Destination;
  readonly port: DestinationPort;
  readonly after: readonly string[];
}): ObjectStep {
  const { namespace, name, destination, port, after } = args;
  const kind = routeKind(port);
  const part = `${port.protocol.toLowerCase()}-${port.number}`;
  const target = {
    group,
    kind: "EgressNetwork",
    name: hasOwnNetwork(destination) ? networkOf(name) : networkName,
  };
  return objectStep(
    {
      name: stepName.egress(namespace, name, part),
      title: `destination ${name} by ${port.protocol} ${port.number}, from ${namespace}`,
      after,
    },
    {
      apiVersion: `gateway.networking.k8s.io/${versions[kind]}`,
      kind,
      metadata: { name: `${name}.${part}`, namespace, annotations: responsibility(destination) },
      spec: {
        ...(kind !== "TCPRoute" && { hostnames: destination.hosts }),
        parentRefs: [{ ...target, port: port.number }],
        rules: [{ backendRefs: [{ ...target, port: port.number }] }],
      },
    },
  );
}

function network(args: {
  readonly name: string;
  readonly title: string;
  readonly after: readonly string[];
  readonly place: { readonly namespace: string; readonly name: string };
  /** By default, everything outside of the cluster's own networks. */
  readonly ranges?: readonly string[];
}): ObjectStep {
  const { place, ranges, ...head } = args;
  const networks: readonly JsonObject[] | undefined = ranges?.map((cidr) => ({ cidr }));
  return objectStep(head, {
    apiVersion: `${group}/v1alpha1`,
    kind: "EgressNetwork",
    metadata: place,
    spec: { trafficPolicy: "Deny", ...(networks !== undefined && { networks }) },
  });
}

/** A dot parts it from the network of all others, as a declared name has none. */
function networkOf(name: string): string {
  return `${name}.ranges`;
}

/** Default deny beyond the cluster for each enrolled namespace, where the pod network enforces it. */
import type { JsonObject, KubernetesObject, ObjectStep } from "../steps/step";
import { sorted } from "../text/sorted";
import {
  domainOf,
  egressNamespace,
  enforcesPolicies,
  rootNamespace,
  stepName,
  type MeshContext,
} from "./context";
import { meshObject, objectStep } from "./objects";
import type { EgressDestination } from "./policy-config";

/** What pods of the mesh may reach, and sidecars know: all but the API server is named by its namespace. */
export function namespacesInReach({ config, tracing }: MeshContext): readonly string[] {
  const names = [
    rootNamespace,
    "kube-system",
    ...(config.mode === "ambient" && Object.keys(config.egress.allow).length > 0
      ? [egressNamespace]
      : []),
    ...Object.keys(config.namespaces),
    ...Object.values(config.gateways).map(({ namespace }) => namespace),
    ...config.visibleNamespaces,
    ...(tracing === undefined ? [] : [tracing.namespace]),
  ];
  return [...new Set(names)].sort();
}

/** A namespace and what it may reach. */
interface Boundary {
  readonly namespace: string;
  /** Namespaces of the cluster. */
  readonly inReach: readonly string[];
  /** Steps without which it would cut off who was about to be allowed. */
  readonly after: readonly string[];
  readonly destinations: readonly EgressDestination[];
}

type Render = (boundary: Boundary, dnsDomain: string) => KubernetesObject;

const name = "nordmesh-egress";

/** What the pod network tells destinations apart by; undefined where nothing is closed. */
export function boundaryKind({ config, cluster }: MeshContext): "names" | "addresses" | undefined {
  if (config.egress.mode === "any" || !enforcesPolicies(cluster)) return undefined;
  return cluster.cni === "cilium" ? "names" : "addresses";
}

/** What is declared to a namespace, in the order of the names. */
export function destinationsOf(
  { config }: MeshContext,
  namespace: string,
): readonly EgressDestination[] {
  return sorted(config.egress.allow)
    .map(([, destination]) => destination)
    .filter(({ namespaces }) => namespaces.includes(namespace));
}

/** Ambient pods leave through the waypoint of istio-egress, which alone may reach the outside. */
export function planBoundaries(
  context: MeshContext,
  before: readonly string[],
): readonly ObjectStep[] {
  const { config, cluster } = context;
  const kind = boundaryKind(context);
  if (kind === undefined) return [];
  const render: Render = kind === "names" ? byName : byAddress;
  const inReach = namespacesInReach(context);
  const declared = sorted(config.egress.allow).map(([, destination]) => destination);
  const enrolled = sorted(config.namespaces).map(([namespace]) => ({
    namespace,
    inReach,
    after: [...before, stepName.labels(namespace)],
    destinations: config.mode === "sidecar" ? destinationsOf(context, namespace) : [],
  }));
  const wayOut =
    config.mode === "ambient" && declared.length > 0
      ? [{ namespace: egressNamespace, inReach, after: [...before], destinations: declared }]
      : [];
  return [...enrolled, ...wayOut].map((boundary) =>
    objectStep(
      {
        name: stepName.network(boundary.namespace),
        title: `boundary around ${boundary.namespace}`,
        after: boundary.after,
      },
      render(boundary, domainOf(cluster)),
    ),
  );
}

/** NetworkPolicy knows addresses only: a destination without `ranges` opens its ports to every address. */
function byAddress({ namespace, inReach, destinations }: Boundary): KubernetesObject {
  return meshObject({
    kind: "NetworkPolicy",
    name,
    namespace,
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        { to: [{ namespaceSelector: among(nameLabel, inReach) }] },
        ...destinations.map(({ ranges, ports }) => ({
          to: (ranges.length > 0 ? ranges : ["0.0.0.0/0"]).map((cidr) => ({ ipBlock: { cidr } })),
          ports: ports.map(({ number }) => ({ port: number, protocol: "TCP" })),
        })),
      ],
    },
  });
}

const nameLabel = "kubernetes.io/metadata.name";
const namespaceLabel = "k8s:io.kubernetes.pod.namespace";
const appLabel = "k8s:k8s-app";
const dns = "kube-dns";

/**
 * Cilium knows names: pods may ask the cluster's DNS for its own and for declared names alone, and reach what the
 * answers to these said (https://docs.cilium.io/en/stable/security/policy/language/#dns-based).
 */
function byName(
  { namespace, inReach, destinations }: Boundary,
  dnsDomain: string,
): KubernetesObject {
  return meshObject({
    kind: "CiliumNetworkPolicy",
    name,
    namespace,
    spec: {
      endpointSelector: {},
      egress: [
        {
          // A second way to the DNS pods would lift the rule for names.
          toEndpoints: [
            {
              matchExpressions: [
                { key: namespaceLabel, operator: "In", values: inReach },
                { key: appLabel, operator: "NotIn", values: [dns] },
              ],
            },
          ],
        },
        { toEntities: ["kube-apiserver"] },
        {
          toEndpoints: [{ matchLabels: { [namespaceLabel]: "kube-system", [appLabel]: dns } }],
          toPorts: [
            {
              ports: [{ port: "53", protocol: "ANY" }],
              rules: {
                dns: [{ matchPattern: `**.${dnsDomain}` }, ...hostsOf(destinations).map(toName)],
              },
            },
          ],
        },
        ...destinations.map(toDestination),
      ],
    },
  });
}

function among(key: string, values: readonly string[]): JsonObject {
  return { matchExpressions: [{ key, operator: "In", values }] };
}

function toDestination({ hosts, ranges, ports }: EgressDestination): JsonObject {
  return {
    ...(ranges.length > 0 ? { toCIDR: ranges } : { toFQDNs: hosts.map(toName) }),
    toPorts: [{ ports: ports.map(({ number }) => ({ port: String(number), protocol: "TCP" })) }],
  };
}

/** A wildcard has any number of labels, as in a ServiceEntry. */
function toName(host: string): JsonObject {
  return host.startsWith("*.") ? { matchPattern: `*${host}` } : { matchName: host };
}

/** Names of destinations, each once, sorted. */
export function hostsOf(destinations: readonly EgressDestination[]): readonly string[] {
  return [...new Set(destinations.flatMap(({ hosts }) => hosts))].sort();
}

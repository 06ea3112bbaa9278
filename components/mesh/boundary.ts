/** Default deny beyond the cluster for each enrolled namespace, where the pod network enforces it. */
import type { JsonObject, KubernetesObject, ObjectStep } from "../steps/step";
import { sorted } from "../text/sorted";
import { domainOf, egressNamespace, enforcesPolicies, stepName, type MeshContext } from "./context";
import { meshObject, objectStep } from "./objects";
import type { EgressDestination } from "./policy-config";

/** A namespace and what of the outside it may reach. */
interface Boundary {
  readonly namespace: string;
  /** Steps without which it would cut off who was about to be allowed. */
  readonly after: readonly string[];
  readonly destinations: readonly EgressDestination[];
}

type Render = (boundary: Boundary, dnsDomain: string) => KubernetesObject;

const name = "nordmesh-egress";

/** Ambient pods leave through the waypoint of istio-egress, which alone may reach the outside. */
export function planBoundaries(
  context: MeshContext,
  before: readonly string[],
): readonly ObjectStep[] {
  const { config, cluster } = context;
  if (config.egress.mode === "any" || !enforcesPolicies(cluster)) return [];
  const render: Render = cluster.cni === "cilium" ? byName : byAddress;
  const declared = sorted(config.egress.allow).map(([, destination]) => destination);
  const enrolled = sorted(config.namespaces).map(([namespace]) => ({
    namespace,
    after: [...before, stepName.labels(namespace)],
    destinations:
      config.mode === "sidecar"
        ? declared.filter(({ namespaces }) => namespaces.includes(namespace))
        : [],
  }));
  const wayOut =
    config.mode === "ambient" && declared.length > 0
      ? [{ namespace: egressNamespace, after: [...before], destinations: declared }]
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
function byAddress({ namespace, destinations }: Boundary): KubernetesObject {
  return meshObject({
    kind: "NetworkPolicy",
    name,
    namespace,
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        { to: [{ namespaceSelector: {} }] },
        ...destinations.map(({ ranges, ports }) => ({
          to: (ranges.length > 0 ? ranges : ["0.0.0.0/0"]).map((cidr) => ({ ipBlock: { cidr } })),
          ports: ports.map(({ number }) => ({ port: number, protocol: "TCP" })),
        })),
      ],
    },
  });
}

const namespaceLabel = "k8s:io.kubernetes.pod.namespace";
const appLabel = "k8s:k8s-app";
const dns = "kube-dns";

/**
 * Cilium knows names: pods may ask the cluster's DNS for its own and for declared names alone, and reach what the
 * answers to these said (https://docs.cilium.io/en/stable/security/policy/language/#dns-based).
 */
function byName({ namespace, destinations }: Boundary, dnsDomain: string): KubernetesObject {
  const hosts = destinations.flatMap((destination) => destination.hosts);
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
                { key: namespaceLabel, operator: "Exists" },
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
              rules: { dns: [{ matchPattern: `**.${dnsDomain}` }, ...unique(hosts).map(toName)] },
            },
          ],
        },
        ...destinations.map(toDestination),
      ],
    },
  });
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

function unique(hosts: readonly string[]): readonly string[] {
  return [...new Set(hosts)].sort();
}

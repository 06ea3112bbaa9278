/** Services that are other names: the cluster's DNS asks for what they name, whatever a pod itself may ask for. */
import type { KubernetesObject, ObjectStep } from "../steps/step";
import { sorted } from "../text/sorted";
import { domainOf, enforcesPolicies, stepName, type MeshContext } from "./context";
import { objectStep } from "./objects";

const name = "nordmesh-aliases";
const group = "admissionregistration.k8s.io/v1";

/** Where pods may only ask for declared names, no Service of type ExternalName stands for another. */
export function planAliases(context: MeshContext): readonly ObjectStep[] {
  const { config, cluster } = context;
  const asksByName = cluster.cni === "cilium" && enforcesPolicies(cluster);
  if (config.egress.mode === "any" || !asksByName) return [];
  if (Object.keys(config.namespaces).length === 0) return [];
  return [
    objectStep(
      { name: stepName.aliases, title: "names that Services may stand for", after: [] },
      policy(context),
    ),
    objectStep(
      { name: stepName.aliasesRefused, title: "refusal of the others", after: [stepName.aliases] },
      {
        apiVersion: group,
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name },
        spec: { policyName: name, validationActions: ["Deny"] },
      },
    ),
  ];
}

function policy({ config, cluster }: MeshContext): KubernetesObject {
  const declared = sorted(config.egress.allow).map(([, destination]) => destination);
  const namespaces = Object.keys(config.namespaces).sort();
  const allowed = namespaces.flatMap((namespace) => {
    const hosts = declared
      .filter((destination) => destination.namespaces.includes(namespace))
      .flatMap((destination) => destination.hosts);
    const any = [...new Set(hosts)].sort().map(isNamed);
    return any.length === 0 ? [] : [`request.namespace == '${namespace}' && (${any.join(" || ")})`];
  });
  return {
    apiVersion: group,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        namespaceSelector: {
          matchExpressions: [
            { key: "kubernetes.io/metadata.name", operator: "In", values: namespaces },
          ],
        },
        resourceRules: [
          {
            apiGroups: [""],
            apiVersions: ["v1"],
            operations: ["CREATE", "UPDATE"],
            resources: ["services"],
          },
        ],
      },
      matchConditions: [{ name: "alias", expression: "object.spec.type == 'ExternalName'" }],
      validations: [
        {
          expression: [isNamed(`*.svc.${domainOf(cluster)}`), ...allowed].join(" || "),
          message:
            "externalName must be a service of the cluster, or a host that mesh.egress.allow declares for this namespace",
        },
      ],
    },
  };
}

function isNamed(host: string): string {
  return host.startsWith("*.")
    ? `object.spec.externalName.endsWith('${host.slice(1)}')`
    : `object.spec.externalName == '${host}'`;
}

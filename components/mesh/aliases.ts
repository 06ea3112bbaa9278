/** Services that are other names: the cluster's DNS asks for what they name, whatever a pod itself may ask for. */
import type { KubernetesObject, ObjectStep } from "../steps/step";
import { boundaryKind, destinationsOf, hostsOf } from "./boundary";
import { domainOf, stepName, type MeshContext } from "./context";
import { objectStep } from "./objects";

const name = "nordmesh-aliases";
const group = "admissionregistration.k8s.io/v1";

/** Where pods may only ask for declared names, no Service of type ExternalName stands for another. */
export function planAliases(context: MeshContext): readonly ObjectStep[] {
  const { namespaces } = context.config;
  if (boundaryKind(context) !== "names" || Object.keys(namespaces).length === 0) return [];
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

function policy(context: MeshContext): KubernetesObject {
  const { config, cluster } = context;
  const namespaces = Object.keys(config.namespaces).sort();
  const allowed = namespaces.flatMap((namespace) => {
    const any = hostsOf(destinationsOf(context, namespace)).map(isNamed);
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

/** Roots that proxies trust and the issuer that signs for workloads, as Linkerd's identity finds them. */
import type { ClusterStep } from "../steps/step";
import { planTrust, trustSecrets, type TrustPlan } from "../trust/plan";
import { domainOf } from "../mesh/context";
import { rootNamespace, stepName, type LinkerdContext } from "./context";

export function trustOf({ config, cluster }: LinkerdContext): TrustPlan {
  return planTrust(config.trust, {
    prefix: "linkerd",
    organization: cluster.name,
    // What `linkerd install` calls it.
    issuer: `identity.${rootNamespace}.${domainOf(cluster)}`,
  });
}

/** A new root is known to every proxy before anything is signed below it. */
export function planIdentity(context: LinkerdContext): readonly ClusterStep[] {
  const { roots, signedBy } = trustOf(context);
  return [
    {
      kind: "object",
      name: stepName.roots,
      title: `roots that proxies trust: ${roots.join(", ")}`,
      after: [stepName.rootNamespace],
      object: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "linkerd-identity-trust-roots", namespace: rootNamespace },
        data: { "ca-bundle.crt": `@${trustSecrets.roots}@` },
      },
      late: [trustSecrets.roots],
    },
    {
      kind: "script",
      name: stepName.rootsKnown,
      title: `every proxy trusts ${signedBy}, the root that is to sign`,
      after: [stepName.roots],
      scripts: ["steps/common", "linkerd/roots"],
      files: {},
      values: { SIGNED_BY: signedBy },
      inputs: {},
      removes: false,
      timeoutSeconds: 600,
    },
    {
      kind: "object",
      name: stepName.issuer,
      title: "certificate that signs those of workloads",
      after: [stepName.rootsKnown],
      object: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: {
          name: "linkerd-identity-issuer",
          namespace: rootNamespace,
          annotations: { "nordmesh.dev/signed-by": signedBy },
        },
        type: "kubernetes.io/tls",
      },
      secretData: {
        "ca.crt": trustSecrets.roots,
        "tls.crt": trustSecrets.issuerCertificate,
        "tls.key": trustSecrets.issuerKey,
      },
    },
  ];
}

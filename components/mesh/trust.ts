/** Certificates that istiod signs with: its Secret, and the proofs around an edit of it. */
import type { ObjectStep, ScriptStep } from "../steps/step";
import { planTrust, trustSecrets, type TrustPlan } from "../trust/plan";
import { controlPlaneSteps, rootNamespace, stepName, type MeshContext } from "./context";

/** Undefined where istiod signs itself. */
export function trustOf({ config, cluster }: MeshContext): TrustPlan | undefined {
  if (config.mode !== "sidecar" || config.trust === undefined) return undefined;
  return planTrust(config.trust, {
    prefix: "mesh",
    organization: cluster.environment,
    issuer: "istiod",
  });
}

/** What comes before the control plane; istiod looks for the Secret when it starts. */
export function planAuthority(context: MeshContext): readonly (ObjectStep | ScriptStep)[] {
  if (trustOf(context) === undefined) return [];
  return [
    proof({
      name: stepName.rootsKnown,
      title: "every proxy knows the root that is to sign",
      after: [stepName.rootNamespace],
      when: "before",
    }),
    {
      kind: "object",
      name: stepName.authority,
      title: "certificates istiod signs with",
      after: [stepName.rootsKnown],
      object: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "cacerts", namespace: rootNamespace },
        type: "Opaque",
      },
      secretData: {
        "ca-cert.pem": trustSecrets.issuerCertificate,
        "ca-key.pem": trustSecrets.issuerKey,
        "cert-chain.pem": trustSecrets.issuerCertificate,
        "root-cert.pem": trustSecrets.roots,
      },
      keep: true,
    },
  ];
}

/** What comes after it. */
export function planTrusted(context: MeshContext): readonly ScriptStep[] {
  if (trustOf(context) === undefined) return [];
  return [
    proof({
      name: stepName.rootsTrusted,
      title: "every proxy trusts every root, and istiod signs by the declared one",
      after: [stepName.authority, ...controlPlaneSteps(context)],
      when: "after",
    }),
  ];
}

function proof(args: {
  readonly name: string;
  readonly title: string;
  readonly after: readonly string[];
  readonly when: "before" | "after";
}): ScriptStep {
  const { when, ...head } = args;
  return {
    kind: "script",
    ...head,
    scripts: ["steps/common", "mesh/roots"],
    files: {},
    values: { WHEN: when },
    inputs: { ROOTS: "plain", SIGNER: "plain" },
    removes: false,
    timeoutSeconds: 1800,
  };
}

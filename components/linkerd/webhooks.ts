/** Linkerd's webhooks: where the API server finds them, and by which certificate it knows them. */
import type { JsonObject, ObjectStep } from "../steps/step";
import { rootNamespace, stepName } from "./context";

interface Webhook {
  readonly name: string;
  /** Its section in the values of the chart. */
  readonly value: string;
  /** Service whose pods answer. */
  readonly service: string;
  readonly secret: string;
  readonly kind: "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration";
}

/** charts/linkerd-control-plane/templates/proxy-injector-rbac.yaml and destination-rbac.yaml. */
export const webhooks = [
  webhook("proxy-injector", "proxyInjector", "MutatingWebhookConfiguration"),
  webhook("sp-validator", "profileValidator", "ValidatingWebhookConfiguration"),
  webhook("policy-validator", "policyValidator", "ValidatingWebhookConfiguration"),
] as const;

/** Names by which steps ask for what a run makes for the webhooks. */
export const webhookSecrets = {
  /** Of the server, PEM. */
  certificate: "webhookCertificate",
  /** Its key, PEM. */
  key: "webhookKey",
  /** Of the authority, PEM in base64, as the API server takes it. */
  authority: "webhookAuthority",
} as const;

/** DNS names by which the API server calls them. */
export const webhookHosts = webhooks.map(({ service }) => `${service}.${rootNamespace}.svc`);

export function planCertificates(after: readonly string[]): readonly ObjectStep[] {
  return webhooks.map(({ name, secret }) => ({
    kind: "object",
    name: stepName.webhookCertificate(name),
    title: `certificate of the webhook ${name}`,
    after,
    object: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: secret, namespace: rootNamespace },
      type: "kubernetes.io/tls",
    },
    secretData: { "tls.crt": webhookSecrets.certificate, "tls.key": webhookSecrets.key },
  }));
}

/** The chart leaves the field to others. */
export function planAuthorities(after: readonly string[]): readonly ObjectStep[] {
  return webhooks.map(({ name, service, kind }) => {
    const authority: JsonObject = { caBundle: `@${webhookSecrets.authority}@` };
    return {
      kind: "object",
      name: stepName.webhookAuthority(name),
      title: `how the API server knows the webhook ${name}`,
      after,
      object: {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind,
        metadata: { name: `${service}-webhook-config` },
        webhooks: [{ name: `${service}.linkerd.io`, clientConfig: authority }],
      },
      patch: true,
      late: [webhookSecrets.authority],
    };
  });
}

function webhook(name: string, value: string, kind: Webhook["kind"]): Webhook {
  const service = `linkerd-${name}`;
  return { name, value, service, secret: `${service}-k8s-tls`, kind };
}

/** Kiali: the map of the mesh, behind a login. */
import * as z from "zod";
import type { ClusterStep, JsonObject } from "../steps/step";
import type { Addon } from "./addon";
import { chartStep } from "./charts";
import type { AddonsConfig } from "./config";
import { kialiNamespace, services, step } from "./names";
import { grafanaKeys, grafanaLogin, secretStep } from "./secrets";

/** Name of the secret that only an operator knows. */
const clientSecret = "kialiClientSecret";

const KialiAuth = z.discriminatedUnion(
  "strategy",
  [
    z.strictObject({
      strategy: z.literal("token").describe("Users log in with the token of a service account."),
    }),
    z.strictObject({
      strategy: z.literal("openid").describe("Users log in at an OpenID Connect issuer."),
      issuer: z.url({ protocol: /^https$/ }).describe("HTTPS URL of the OpenID Connect issuer."),
      clientId: z.string().min(1).describe("Client ID under which Kiali is registered."),
      usernameClaim: z
        .string()
        .min(1)
        .default("sub")
        .describe("Claim of the ID token that contains the user name."),
      clientSecret: z
        .boolean()
        .default(false)
        .describe(
          `True: Kiali authenticates to the issuer with the secret \`${clientSecret}\` of the stack.`,
        ),
    }),
  ],
  { error: "expected strategy token or openid; anonymous would show the mesh to everybody" },
);

const KialiConfig = z.strictObject({
  auth: KialiAuth.default({ strategy: "token" }).describe("How users log in."),
  viewOnly: z.boolean().default(true).describe("True: Kiali is read-only."),
});
type KialiConfig = z.output<typeof KialiConfig>;

export const kiali: Addon<KialiConfig, typeof KialiConfig> = {
  summary: "Kiali, the graph of the mesh's traffic; needs `prometheus`.",
  schema: KialiConfig,
  reached: { tool: "kiali", url: services.kiali },
  withoutIstio:
    "Kiali reads Istio's configuration and metrics; leave it out beside Linkerd, whose numbers are in prometheus",
  needs: { addon: "prometheus", because: "shows what Prometheus keeps" },
  steps: ({ config, own, mesh }) => planKiali({ config, kiali: own, mesh: mesh.steps }),
  secrets: (own) => [
    // Kiali takes 16, 24 or 32 characters.
    { name: "kialiSigningKey", from: "generated", length: 32 },
    ...(sendsSecret(own)
      ? [{ name: clientSecret, from: "configured", field: "auth.clientSecret" } as const]
      : []),
  ],
  configured: {
    [clientSecret]: "Client secret with which Kiali authenticates to its OpenID Connect issuer",
  },
  claims: () => [],
  findings: () => [],
};

const signing = { name: "kiali-signing-key", key: "signing-key" } as const;
/** Kiali mounts the Secret of this name and takes this key of it. */
const client = { name: "kiali", key: "oidc-secret" } as const;
/** Kiali reads Secrets of its own namespace only. */
const grafanaCopy = "kiali-grafana";

function planKiali(args: {
  readonly config: AddonsConfig;
  readonly kiali: KialiConfig;
  /** Steps of the mesh that must be done: the control plane and its namespace. */
  readonly mesh: readonly string[];
}): readonly ClusterStep[] {
  const { config, kiali, mesh } = args;
  const namespace = kialiNamespace;
  const secrets = [
    secretStep(
      { name: step.kialiSigningKey, title: "key that signs Kiali's sessions", after: mesh },
      { name: signing.name, namespace, from: { [signing.key]: "kialiSigningKey" } },
    ),
    ...(sendsSecret(kiali)
      ? [
          secretStep(
            { name: step.kialiClient, title: "Kiali's secret at the OpenID issuer", after: mesh },
            { name: client.name, namespace, from: { [client.key]: clientSecret } },
          ),
        ]
      : []),
    ...(config.grafana === undefined
      ? []
      : [
          grafanaLogin(
            { name: step.kialiGrafana, title: "login of Kiali at Grafana", after: mesh },
            { name: grafanaCopy, namespace },
          ),
        ]),
  ];
  return [
    ...secrets,
    chartStep({
      source: config.charts,
      chart: "kiali-server",
      name: step.kiali,
      title: "Kiali",
      after: [...mesh, ...secrets.map(({ name }) => name), step.prometheus],
      release: "kiali",
      namespace: kialiNamespace,
      values: kialiValues(config, kiali),
    }),
  ];
}

function sendsSecret({ auth }: KialiConfig): boolean {
  return auth.strategy === "openid" && auth.clientSecret;
}

function kialiValues(config: AddonsConfig, kiali: KialiConfig): JsonObject {
  return {
    istio_namespace: kialiNamespace,
    auth: authValues(kiali),
    login_token: { signing_key: `secret:${signing.name}:${signing.key}` },
    deployment: {
      instance_name: "kiali",
      secret_name: client.name,
      // The control plane's namespace has no sidecars, and Kiali needs none.
      pod_labels: { "sidecar.istio.io/inject": "false", "istio.io/dataplane-mode": "none" },
      image_pull_policy: "IfNotPresent",
      view_only_mode: kiali.viewOnly,
      cluster_wide_access: true,
      resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "1Gi" } },
    },
    external_services: {
      prometheus: { url: services.prometheus },
      grafana:
        config.grafana === undefined
          ? { enabled: false }
          : {
              enabled: true,
              internal_url: services.grafana,
              auth: {
                type: "basic",
                username: `secret:${grafanaCopy}:${grafanaKeys.user}`,
                password: `secret:${grafanaCopy}:${grafanaKeys.password}`,
              },
            },
      tracing:
        config.tracing === undefined
          ? { enabled: false }
          : { enabled: true, provider: "tempo", internal_url: services.tempo, use_grpc: false },
    },
  };
}

function authValues({ auth }: KialiConfig): JsonObject {
  switch (auth.strategy) {
    case "token":
      return { strategy: "token" };
    case "openid":
      return {
        strategy: "openid",
        openid: {
          issuer_uri: auth.issuer,
          client_id: auth.clientId,
          username_claim: auth.usernameClaim,
          // Without this every user of the issuer would see what Kiali's own account sees.
          disable_rbac: false,
        },
      };
    default:
      return auth satisfies never;
  }
}

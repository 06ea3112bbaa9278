/** Files the API server reads: audit policy, admission, authentication, encryption at rest. */
import type { KubernetesConfig } from "./config";
import { networks } from "./networks";

/** Stands where the encryption key is put in on the host. */
const encryptionKeyPlaceholder = "@ENCRYPTION_KEY@";

const noisyGroups = [{ group: "" }, { group: "metrics.k8s.io" }];

/**
 * Who did what, without bodies of secrets and without the noise of health checks. After the
 * policy of kube-up (https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/).
 */
export const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    {
      level: "None",
      nonResourceURLs: ["/healthz*", "/livez*", "/readyz*", "/version", "/metrics"],
    },
    {
      level: "None",
      users: ["system:kube-proxy"],
      verbs: ["watch"],
      resources: [{ group: "", resources: ["endpoints", "services", "services/status"] }],
    },
    { level: "None", resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
    { level: "None", resources: [{ group: "", resources: ["events"] }] },
    {
      level: "Metadata",
      resources: [
        {
          group: "",
          resources: ["secrets", "configmaps", "serviceaccounts/token"],
        },
        { group: "authentication.k8s.io", resources: ["tokenreviews"] },
      ],
    },
    { level: "Metadata", verbs: ["get", "list", "watch"], resources: noisyGroups },
    { level: "Request" },
  ],
};

/** Pod Security where a namespace says nothing; system namespaces run what needs privileges. */
export function admissionConfiguration(
  config: Pick<KubernetesConfig, "podSecurity" | "cni">,
): object {
  return {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AdmissionConfiguration",
    plugins: [
      {
        name: "PodSecurity",
        configuration: {
          apiVersion: "pod-security.admission.config.k8s.io/v1",
          kind: "PodSecurityConfiguration",
          defaults: {
            enforce: config.podSecurity,
            "enforce-version": "latest",
            audit: "restricted",
            "audit-version": "latest",
            warn: "restricted",
            "warn-version": "latest",
          },
          exemptions: {
            namespaces: [...new Set(["kube-system", networks[config.cni].namespace])],
          },
        },
      },
      {
        name: "EventRateLimit",
        configuration: {
          apiVersion: "eventratelimit.admission.k8s.io/v1alpha1",
          kind: "Configuration",
          limits: [{ type: "Server", qps: 500, burst: 5000 }],
        },
      },
    ],
  };
}

/** Without a credential only the health endpoints answer (KEP-4633). */
export const authenticationConfiguration = {
  apiVersion: "apiserver.config.k8s.io/v1",
  kind: "AuthenticationConfiguration",
  anonymous: {
    enabled: true,
    conditions: [{ path: "/livez" }, { path: "/readyz" }, { path: "/healthz" }],
  },
};

/** Secrets and config maps are sealed with XSalsa20-Poly1305 before etcd sees them. */
export const encryptionConfiguration = {
  apiVersion: "apiserver.config.k8s.io/v1",
  kind: "EncryptionConfiguration",
  resources: [
    {
      resources: ["secrets"],
      providers: [
        { secretbox: { keys: [{ name: "key1", secret: encryptionKeyPlaceholder }] } },
        { identity: {} },
      ],
    },
  ],
};

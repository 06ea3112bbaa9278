/** kubeadm v1beta4, kubelet and kube-proxy documents, typed. */
import { shutdownGraceSeconds } from "../host/services";
import type { KubernetesConfig } from "./config";
import type { HostPlan } from "../host/plan";
import type { EndpointPlan } from "./endpoint";

const apiVersion = "kubeadm.k8s.io/v1beta4";
const policyDirectory = "/etc/kubernetes/policy";
const auditDirectory = "/var/log/kubernetes/audit";

/** TLS 1.2 suites with forward secrecy and authenticated encryption; TLS 1.3 chooses its own. */
const cipherSuites = [
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
];

/** Waits are long because a slow machine is no broken machine. */
const timeouts = {
  controlPlaneComponentHealthCheck: "15m0s",
  discovery: "10m0s",
  etcdAPICall: "5m0s",
  kubeletHealthCheck: "10m0s",
  kubernetesAPICall: "10m0s",
  tlsBootstrap: "10m0s",
};

/** settings.sh writes the digest of all settings there, so that each static pod shows which it runs with. */
const patches = { directory: "/etc/kubernetes/patches" };

export interface KubeadmArgs {
  readonly host: HostPlan;
  readonly taints: readonly string[];
  readonly config: KubernetesConfig;
  readonly endpoint: EndpointPlan;
  readonly clusterName: string;
  readonly kubernetesVersion: string;
  readonly imageRepository: string;
}

interface Argument {
  readonly name: string;
  readonly value: string;
}

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** InitConfiguration, also of members, whose settings its phases apply. The token it makes lives a minute. */
export function initConfiguration(args: KubeadmArgs): object {
  return {
    apiVersion,
    kind: "InitConfiguration",
    bootstrapTokens: [{ ttl: "1m0s", usages: ["signing", "authentication"] }],
    nodeRegistration: nodeRegistration(args),
    localAPIEndpoint: { advertiseAddress: args.host.nodeAddress, bindPort: 6443 },
    patches,
    timeouts,
  };
}

/** JoinConfiguration with placeholders for the token and the certificate key. */
export function joinConfiguration(args: KubeadmArgs & { readonly discoveryFile: string }): object {
  return {
    apiVersion,
    kind: "JoinConfiguration",
    nodeRegistration: nodeRegistration(args),
    discovery: {
      file: { kubeConfigPath: args.discoveryFile },
      tlsBootstrapToken: "@TOKEN@",
    },
    ...(args.host.role === "control-plane" && {
      controlPlane: {
        localAPIEndpoint: { advertiseAddress: args.host.nodeAddress, bindPort: 6443 },
        certificateKey: "@CERTIFICATE_KEY@",
      },
      patches,
    }),
    timeouts,
  };
}

/** Kubeconfig a joining node trusts: the cluster's own authority and its token, nothing anonymous. */
export function discoveryKubeconfig(endpoint: EndpointPlan): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "cluster",
        cluster: {
          server: `https://${endpoint.nodes}`,
          "certificate-authority-data": "@AUTHORITY@",
        },
      },
    ],
    users: [{ name: "joining", user: { token: "@TOKEN@" } }],
    contexts: [{ name: "joining", context: { cluster: "cluster", user: "joining" } }],
    "current-context": "joining",
  };
}

/** ClusterConfiguration with the settings of CIS Kubernetes Benchmark sections 1.2 to 1.4. */
export function clusterConfiguration(args: KubeadmArgs): object {
  const { config } = args;
  return {
    apiVersion,
    kind: "ClusterConfiguration",
    kubernetesVersion: `v${args.kubernetesVersion}`,
    networking: {
      podSubnet: config.podCidr,
      serviceSubnet: config.serviceCidr,
      dnsDomain: config.dnsDomain,
    },
    clusterName: args.clusterName,
    imageRepository: args.imageRepository,
    controlPlaneEndpoint: args.endpoint.nodes,
    ...(!config.kubeProxy && { proxy: { disabled: true } }),
    apiServer: {
      certSANs: args.endpoint.certificateNames,
      extraArgs: apiServerArguments(config),
      extraVolumes: [
        {
          name: "policy",
          hostPath: policyDirectory,
          mountPath: policyDirectory,
          readOnly: true,
          pathType: "Directory",
        },
        {
          name: "audit",
          hostPath: auditDirectory,
          mountPath: auditDirectory,
          readOnly: false,
          pathType: "DirectoryOrCreate",
        },
      ],
    },
    controllerManager: {
      extraArgs: sorted({
        ...leaderElection(config),
        profiling: "false",
        "terminated-pod-gc-threshold": "1000",
        "tls-cipher-suites": cipherSuites.join(","),
      }),
    },
    scheduler: {
      extraArgs: sorted({
        ...leaderElection(config),
        profiling: "false",
        "tls-cipher-suites": cipherSuites.join(","),
      }),
    },
  };
}

/** Keeps the proportions 15 : 10 : 2 of Kubernetes' defaults (kube-controller-manager's reference, --leader-elect-*). */
function leaderElection({
  leaderElectionLeaseSeconds: lease,
}: KubernetesConfig): Record<string, string> {
  return {
    "leader-elect-lease-duration": `${lease}s`,
    "leader-elect-renew-deadline": `${Math.floor((lease * 2) / 3)}s`,
    "leader-elect-retry-period": `${Math.floor((lease * 2) / 15)}s`,
  };
}

function apiServerArguments(config: KubernetesConfig): readonly Argument[] {
  return sorted({
    "admission-control-config-file": `${policyDirectory}/admission.yaml`,
    "audit-log-maxage": String(config.audit.maxAgeDays),
    "audit-log-maxbackup": String(config.audit.maxBackups),
    "audit-log-maxsize": String(config.audit.maxSizeMiB),
    "audit-log-path": `${auditDirectory}/audit.log`,
    "audit-policy-file": `${policyDirectory}/audit.yaml`,
    "authentication-config": `${policyDirectory}/authentication.yaml`,
    "enable-admission-plugins": "NodeRestriction,DenyServiceExternalIPs,EventRateLimit",
    "encryption-provider-config": `${policyDirectory}/encryption.yaml`,
    "kubelet-certificate-authority": "/etc/kubernetes/pki/ca.crt",
    profiling: "false",
    "request-timeout": "300s",
    "service-account-extend-token-expiration": "false",
    // Without it a restart waits for watches until the kubelet kills it, 30 s later (kubernetes/kubernetes#131052).
    "shutdown-send-retry-after": "true",
    "tls-cipher-suites": cipherSuites.join(","),
    "tls-min-version": "VersionTLS12",
  });
}

/** KubeletConfiguration for every node, with the settings of CIS section 4.2. */
export function kubeletConfiguration(config: KubernetesConfig): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" },
    },
    authorization: { mode: "Webhook" },
    allowedUnsafeSysctls: ["net.core.somaxconn", "net.ipv4.tcp_tw_reuse"],
    cgroupDriver: "systemd",
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    eventRecordQPS: 50,
    maxParallelImagePulls: 8,
    maxPods: config.maxPods,
    podPidsLimit: config.podPidsLimit,
    protectKernelDefaults: true,
    readOnlyPort: 0,
    rotateCertificates: true,
    seccompDefault: true,
    serializeImagePulls: false,
    serverTLSBootstrap: true,
    shutdownGracePeriod: `${shutdownGraceSeconds}s`,
    shutdownGracePeriodCriticalPods: "20s",
    streamingConnectionIdleTimeout: "5m0s",
    systemReserved: { memory: `${config.systemReservedMiB}Mi` },
    tlsCipherSuites: cipherSuites,
    tlsMinVersion: "VersionTLS12",
    ...config.kubelet,
  };
}

/** kube-proxy with nftables; zeros leave the conntrack values that the host declares. */
export function kubeProxyConfiguration(config: KubernetesConfig): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    clusterCIDR: config.podCidr,
    conntrack: { maxPerCore: 0, min: 0 },
  };
}

function nodeRegistration(args: KubeadmArgs): object {
  return {
    name: args.host.name,
    criSocket: "unix:///run/containerd/containerd.sock",
    imagePullPolicy: "IfNotPresent",
    imagePullSerial: false,
    // It looks for the kernel's own configuration and its modules: a container has the computer's.
    ...(!args.host.ownKernel && { ignorePreflightErrors: ["SystemVerification"] }),
    taints: args.taints.map(parseTaint),
    kubeletExtraArgs: sorted({ "node-ip": args.host.nodeAddress }),
  };
}

/** Reads `key=value:Effect` or `key:Effect`. */
function parseTaint(text: string): Taint {
  const [head = "", effect = ""] = text.split(":");
  const [key = "", value] = head.split("=");
  return { key, effect, ...(value !== undefined && value !== "" && { value }) };
}

function sorted(args: Readonly<Record<string, string>>): readonly Argument[] {
  return Object.keys(args)
    .sort()
    .map((name) => ({ name, value: args[name] ?? "" }));
}

/** Decides how hosts become a cluster: documents, order of the steps, who joins where. */
import { readScripts } from "../text/asset";
import { renderUnit } from "../text/systemd";
import { toYaml, toYamlStream } from "../text/yaml";
import {
  planArtifacts,
  renderArtifactRows,
  type ArtifactSource,
  type ReleaseSet,
} from "../host/artifacts";
import type { HostPlan } from "../host/plan";
import type { StepPlan } from "../remote/step";
import type { KubernetesConfig } from "./config";
import {
  clusterConfiguration,
  discoveryKubeconfig,
  initConfiguration,
  joinConfiguration,
  kubeletConfiguration,
  kubeProxyConfiguration,
} from "./kubeadm";
import {
  admissionConfiguration,
  auditPolicy,
  authenticationConfiguration,
  encryptionConfiguration,
} from "./policies";

export interface KubernetesPlan {
  readonly clusterName: string;
  /** host:port of the API server for nodes and for operators. */
  readonly endpoint: string;
  readonly externalEndpoint: string;
  readonly bootstrapHost: string;
  readonly init: StepPlan;
  readonly credentials: StepPlan;
  /** Absent where no further host joins. */
  readonly admission: StepPlan | undefined;
  /** Control planes join one after the other, as etcd admits one learner at a time. */
  readonly controlPlaneJoins: readonly StepPlan[];
  /** Workers join side by side. */
  readonly workerJoins: readonly StepPlan[];
  readonly nodes: StepPlan;
}

export interface KubernetesPlanArgs {
  readonly config: KubernetesConfig;
  readonly clusterName: string;
  readonly clusterId: string;
  readonly release: ReleaseSet;
  readonly artifacts: ArtifactSource;
  readonly imageRepository: string;
  readonly hosts: readonly HostPlan[];
}

const controlPlaneTaint = "node-role.kubernetes.io/control-plane:NoSchedule";
const discoveryFile = "/run/nordmesh-join/discovery.yaml";

export function planKubernetes(args: KubernetesPlanArgs): KubernetesPlan {
  const bootstrap = args.hosts.find((host) => host.bootstrap);
  if (bootstrap === undefined) throw new Error("no bootstrap host; checkConfig must run first");
  const joining = args.hosts.filter((host) => !host.bootstrap);
  const controlPlanes = joining.filter((host) => host.role === "control-plane");
  const workers = joining.filter((host) => host.role === "worker");
  return {
    clusterName: args.clusterName,
    endpoint: args.config.endpoint,
    externalEndpoint: args.config.externalEndpoint ?? args.config.endpoint,
    bootstrapHost: bootstrap.name,
    init: planInit({ ...args, host: bootstrap }),
    credentials: {
      name: "cluster-credentials",
      host: bootstrap.name,
      title: "read the authority and the kubeconfig",
      scripts: ["remote/common", "kubernetes/credentials"],
      variables: {
        HOST: bootstrap.name,
        EXTERNAL_ENDPOINT: args.config.externalEndpoint ?? args.config.endpoint,
      },
      secrets: [],
      removes: false,
      timeoutSeconds: 120,
    },
    admission:
      joining.length === 0
        ? undefined
        : planAdmission({ bootstrap, joining, controlPlanes: controlPlanes.length > 0 }),
    controlPlaneJoins: controlPlanes.map((host) => planJoin({ ...args, host })),
    workerJoins: workers.map((host) => planJoin({ ...args, host })),
    nodes: planNodes({ bootstrap, hosts: args.hosts }),
  };
}

/** Taints of a node: control planes keep pods away as soon as there is a worker to take them. */
export function nodeTaints(host: HostPlan, hosts: readonly HostPlan[]): readonly string[] {
  const reserved = host.role === "control-plane" && hosts.some((other) => other.role === "worker");
  return [...new Set([...(reserved ? [controlPlaneTaint] : []), ...host.taints])];
}

function planInit(args: KubernetesPlanArgs & { readonly host: HostPlan }): StepPlan {
  const { host, config } = args;
  const kubeadm = kubeadmArgs(args);
  return {
    name: `${host.name}-init`,
    host: host.name,
    title: "kubeadm init",
    scripts: clusterScripts("init"),
    variables: {
      ...commonVariables(args),
      ...policyVariables(config),
      KUBEADM_CONFIG: toYamlStream([
        initConfiguration(kubeadm),
        clusterConfiguration(kubeadm),
        kubeletConfiguration(config),
        kubeProxyConfiguration(config),
      ]),
      APPROVE_SCRIPT: readScripts(`${__dirname}/scripts`, ["approve-serving"]),
      APPROVE_SERVICE: renderUnit({
        Unit: { Description: "Approve serving certificates of known nodes" },
        Service: { Type: "oneshot", ExecStart: "/usr/local/sbin/nordmesh-approve-serving" },
      }),
      APPROVE_TIMER: renderUnit({
        Unit: { Description: "Approve serving certificates of known nodes" },
        Timer: { OnBootSec: "3min", OnUnitActiveSec: "5min" },
        Install: { WantedBy: "timers.target" },
      }),
    },
    secrets: ["ENCRYPTION_KEY"],
    removes: true,
    timeoutSeconds: 2400,
  };
}

function planJoin(args: KubernetesPlanArgs & { readonly host: HostPlan }): StepPlan {
  const { host, config } = args;
  const controlPlane = host.role === "control-plane";
  return {
    name: `${host.name}-join`,
    host: host.name,
    title: `kubeadm join as ${host.role}`,
    scripts: clusterScripts("join"),
    variables: {
      ...commonVariables(args),
      ...(controlPlane ? policyVariables(config) : {}),
      ROLE: host.role,
      KUBEADM_CONFIG: toYaml(joinConfiguration({ ...kubeadmArgs(args), discoveryFile })),
      DISCOVERY: toYaml(discoveryKubeconfig(config)),
    },
    secrets: [
      "TOKEN",
      "CREDENTIALS",
      ...(controlPlane ? ["CERTIFICATE_KEY", "ENCRYPTION_KEY"] : []),
    ],
    removes: true,
    timeoutSeconds: 2400,
  };
}

function planAdmission(args: {
  readonly bootstrap: HostPlan;
  readonly joining: readonly HostPlan[];
  readonly controlPlanes: boolean;
}): StepPlan {
  return {
    name: "cluster-admission",
    host: args.bootstrap.name,
    title: "let the declared hosts join",
    scripts: ["remote/common", "kubernetes/admission"],
    variables: {
      HOST: args.bootstrap.name,
      JOINING: args.joining.map((host) => host.name).join(" "),
      CONTROL_PLANES: args.controlPlanes ? "yes" : "no",
    },
    secrets: ["TOKEN", "CERTIFICATE_KEY"],
    removes: false,
    timeoutSeconds: 600,
  };
}

function planNodes(args: {
  readonly bootstrap: HostPlan;
  readonly hosts: readonly HostPlan[];
}): StepPlan {
  const rows = args.hosts.map((host) =>
    [
      host.name,
      host.role,
      Object.entries(host.labels)
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join(" "),
      nodeTaints(host, args.hosts).join(" "),
    ].join("|"),
  );
  return {
    name: "cluster-nodes",
    host: args.bootstrap.name,
    title: "wait until every node is Ready, set labels and taints",
    scripts: ["remote/common", "kubernetes/nodes"],
    variables: { HOST: args.bootstrap.name, NODES: rows.join("\n") },
    secrets: ["TOKEN"],
    removes: false,
    timeoutSeconds: 2400,
  };
}

function clusterScripts(last: string): readonly string[] {
  return [
    "remote/common",
    "host/artifacts",
    "kubernetes/control-plane",
    "kubernetes/network",
    `kubernetes/${last}`,
  ];
}

function kubeadmArgs(args: KubernetesPlanArgs & { readonly host: HostPlan }) {
  return {
    host: args.host,
    taints: nodeTaints(args.host, args.hosts),
    config: args.config,
    clusterName: args.clusterName,
    kubernetesVersion: args.release.kubernetes,
    imageRepository: args.imageRepository,
  };
}

function commonVariables(
  args: KubernetesPlanArgs & { readonly host: HostPlan },
): Readonly<Record<string, string>> {
  const artifacts = planArtifacts({ files: [args.release.flannel], from: args.artifacts });
  return {
    HOST: args.host.name,
    CLUSTER_ID: args.clusterId,
    CNI: args.config.cni,
    CNI_CONFIG: args.config.cni === "bridge" ? bridgeConfiguration : "",
    POD_CIDR: args.config.podCidr,
    SOURCE: artifacts.source,
    ARTIFACTS: renderArtifactRows(artifacts.files),
    BUNDLE: artifacts.bundlePath,
    BUNDLE_SHA256: artifacts.bundleManifestSha256,
    RELEASE: args.release.name,
  };
}

function policyVariables(config: KubernetesConfig): Readonly<Record<string, string>> {
  return {
    AUDIT_POLICY: toYaml(auditPolicy),
    ADMISSION_CONFIG: toYaml(admissionConfiguration(config)),
    AUTHENTICATION_CONFIG: toYaml(authenticationConfiguration),
    ENCRYPTION_CONFIG: toYaml(encryptionConfiguration),
  };
}

/** conflist of the reference plug-ins; the host puts its own pod range in. */
const bridgeConfiguration = `${JSON.stringify(
  {
    cniVersion: "1.0.0",
    name: "bridge",
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isGateway: true,
        ipMasq: true,
        ipMasqBackend: "nftables",
        hairpinMode: true,
        ipam: {
          type: "host-local",
          ranges: [[{ subnet: "@POD_CIDR@" }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", backend: "nftables", capabilities: { portMappings: true } },
    ],
  },
  null,
  2,
)}\n`;

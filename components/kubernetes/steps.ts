/** The steps of a cluster: scripts, and the variables and secrets they get. */
import type { HostPlan } from "../host/plan";
import type { StepPlan } from "../remote/step";
import { readScripts } from "../text/asset";
import { renderUnit } from "../text/systemd";
import { toYaml } from "../text/yaml";
import type { KubernetesConfig } from "./config";
import { renderFlannel } from "./networks/flannel";
import {
  clusterConfiguration,
  discoveryKubeconfig,
  initConfiguration,
  joinConfiguration,
  kubeletConfiguration,
  kubeProxyConfiguration,
} from "./kubeadm";
import { clusterSteps, memberStep, nodeTaints, type KubernetesPlanArgs } from "./members";
import {
  admissionConfiguration,
  auditPolicy,
  authenticationConfiguration,
  encryptionConfiguration,
} from "./policies";

type ClusterArgs = KubernetesPlanArgs & { readonly first: HostPlan };
type MemberArgs = ClusterArgs & { readonly host: HostPlan };

const discoveryFile = "/run/nordmesh-join/discovery.yaml";

/** Begins the cluster on its first control plane, joins it elsewhere, applies changed settings later. */
export function planMember(args: MemberArgs): StepPlan {
  const { host, first, endpoint } = args;
  const controlPlane = host.role === "control-plane";
  const begins = host === first;
  return {
    name: memberStep(host.name),
    host: host.name,
    title: begins ? "kubeadm init, or settings" : `kubeadm join as ${host.role}, or settings`,
    scripts: [
      "remote/common",
      ...(begins ? ["kubernetes/network"] : []),
      "kubernetes/membership",
      "kubernetes/etcd",
      "kubernetes/control-plane",
      "kubernetes/settings",
      `kubernetes/${controlPlane ? "control-plane-join" : "worker-join"}`,
    ],
    variables: {
      HOST: host.name,
      CLUSTER_ID: args.clusterId,
      NODE_ADDRESS: host.nodeAddress,
      ENDPOINT: endpoint.nodes,
      KUBELET_CONFIG: toYaml(kubeletConfiguration(args.config)),
      ...(!begins && joinVariables(args)),
      ...(controlPlane && controlPlaneVariables(args)),
      ...(begins && {
        FLANNEL_MANIFEST: renderFlannel({ ...args, podCidr: args.config.podCidr }),
      }),
    },
    inputs: ["CLUSTER_UID"],
    secrets: [
      ...(begins ? [] : ["AUTHORITY", "TOKEN"]),
      ...(controlPlane ? ["ENCRYPTION_KEY"] : []),
      ...(controlPlane && !begins ? ["CERTIFICATE_KEY"] : []),
    ],
    removes: true,
    timeoutSeconds: 2400,
  };
}

/** Prints the cluster's authority and an administrator's kubeconfig; its output is secret. */
export function planCredentials({ first }: ClusterArgs): StepPlan {
  return {
    name: clusterSteps.credentials,
    host: first.name,
    title: "read the authority and the kubeconfig",
    scripts: ["remote/common", "kubernetes/credentials"],
    variables: { HOST: first.name },
    inputs: [],
    secrets: [],
    removes: false,
    timeoutSeconds: 120,
  };
}

/** Declares the nodes to the cluster, forgets machines that were replaced, and lets the new ones in. */
export function planAdmission({ first, hosts }: ClusterArgs): StepPlan {
  return {
    name: clusterSteps.admission,
    host: first.name,
    title: "declare the nodes and let those join that have not",
    scripts: ["remote/common", "kubernetes/etcd", "kubernetes/admission"],
    variables: {
      HOST: first.name,
      NODES: hosts
        .map(({ name, role, nodeAddress }) => `${name} ${role} ${nodeAddress}`)
        .join("\n"),
    },
    inputs: ["MACHINES"],
    secrets: ["TOKEN", "CERTIFICATE_KEY"],
    removes: false,
    timeoutSeconds: 900,
  };
}

export function planNodes(args: ClusterArgs): StepPlan {
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
    name: clusterSteps.nodes,
    host: args.first.name,
    title: "wait until every node is Ready with its settings, set labels and taints",
    scripts: ["remote/common", "kubernetes/dns", "kubernetes/nodes"],
    variables: {
      HOST: args.first.name,
      NODES: rows.join("\n"),
      KUBELET_FIELDS: scalarFields(kubeletConfiguration(args.config)).join("\n"),
    },
    inputs: ["MACHINES"],
    secrets: ["TOKEN"],
    removes: false,
    timeoutSeconds: 2400,
  };
}

/** `"name":value` of each simple field, as a kubelet prints it on /configz. */
function scalarFields(document: object): readonly string[] {
  const documentHead = ["apiVersion", "kind"];
  return Object.entries(document)
    .filter(([name, value]) => !documentHead.includes(name) && isScalar(value))
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
}

// A kubelet prints durations and empty values in a form of its own.
function isScalar(value: unknown): boolean {
  return typeof value === "number" ? value !== 0 : value === true;
}

function joinVariables(args: MemberArgs): Readonly<Record<string, string>> {
  const join = { ...kubeadmArgs(args), discoveryFile };
  return {
    JOIN_CONFIG: toYaml(joinConfiguration(join)),
    DISCOVERY: toYaml(discoveryKubeconfig(args.endpoint)),
  };
}

function controlPlaneVariables(args: MemberArgs): Readonly<Record<string, string>> {
  const { host, first, config, endpoint } = args;
  const kubeadm = kubeadmArgs(args);
  const peers = args.hosts.filter(
    (other) => other.role === "control-plane" && other.name !== host.name,
  );
  return {
    BOOTSTRAP: host === first ? "yes" : "no",
    PEERS: peers.map(({ name, nodeAddress }) => `${name}=${nodeAddress}`).join(" "),
    ENDPOINT_KIND: endpoint.kind,
    CERTIFICATE_NAMES: endpoint.certificateNames.join(" "),
    INIT_CONFIG: toYaml(initConfiguration(kubeadm)),
    CLUSTER_CONFIG: toYaml(clusterConfiguration(kubeadm)),
    PROXY_CONFIG: toYaml(kubeProxyConfiguration(config)),
    ...policyVariables(config),
    APPROVE_SCRIPT: readScripts(`${__dirname}/scripts`, ["approve-serving"]),
    APPROVE_SERVICE: renderUnit({
      Unit: { Description: "Approve serving certificates of declared nodes" },
      Service: { Type: "oneshot", ExecStart: "/usr/local/sbin/nordmesh-approve-serving" },
    }),
    APPROVE_TIMER: renderUnit({
      Unit: { Description: "Approve serving certificates of declared nodes" },
      Timer: { OnBootSec: "3min", OnUnitActiveSec: "5min" },
      Install: { WantedBy: "timers.target" },
    }),
  };
}

function kubeadmArgs(args: MemberArgs) {
  return {
    host: args.host,
    taints: nodeTaints(args.host, args.hosts),
    config: args.config,
    endpoint: args.endpoint,
    clusterName: args.clusterName,
    kubernetesVersion: args.release.kubernetes,
    imageRepository: args.imageRepository,
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

/** The steps of a cluster: scripts, and the variables and secrets they get. */
import { settleSysctls } from "../host/kernel";
import type { HostPlan } from "../host/plan";
import type { RenderedFile, ScriptStep } from "../steps/step";
import { readScripts } from "../text/asset";
import { renderUnit } from "../text/systemd";
import { toYaml } from "../text/yaml";
import { networks } from "./networks";
import type { PodNetwork } from "./networks/network";
import {
  clusterConfiguration,
  discoveryKubeconfig,
  initConfiguration,
  joinConfiguration,
  kubeletConfiguration,
  kubeProxyConfiguration,
} from "./kubeadm";
import { clusterSteps, memberStep, nodeTaints, type KubernetesPlanArgs } from "./members";
import { podSysctlDefaults } from "./pod-sysctls";
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
export function planMember(args: MemberArgs): Omit<ScriptStep, "after"> {
  const { host, first, endpoint } = args;
  const controlPlane = host.role === "control-plane";
  const begins = host === first;
  return {
    kind: "script",
    name: memberStep(host),
    host: host.name,
    title: begins ? "kubeadm init, or settings" : `kubeadm join as ${host.role}, or settings`,
    scripts: [
      "steps/common",
      ...(begins ? ["kubernetes/network"] : []),
      "kubernetes/membership",
      "kubernetes/etcd",
      "kubernetes/control-plane",
      "kubernetes/settings",
      `kubernetes/${controlPlane ? "control-plane-join" : "worker-join"}`,
    ],
    files: {
      ...(controlPlane && controlPlaneFiles(args)),
      ...(!begins && joinFiles(args)),
      ...(begins && {
        // What the script calls the objects of any network: a new name would run this step again everywhere.
        FLANNEL_MANIFEST: networks[args.config.cni].manifest({
          ...args,
          podCidr: args.config.podCidr,
          nodes: args.hosts.length,
          kubeProxy: args.config.kubeProxy,
          podSysctls: settleSysctls(podSysctlDefaults, args.config.podSysctls),
        }),
      }),
      KUBELET_CONFIG: { name: "kubelet.yaml", content: toYaml(kubeletConfiguration(args.config)) },
    },
    values: {
      HOST: host.name,
      CLUSTER_ID: args.clusterId,
      NODE_ADDRESS: host.nodeAddress,
      ENDPOINT: endpoint.nodes,
      ...networkValues(networks[args.config.cni]),
      ...(controlPlane && controlPlaneValues(args)),
    },
    inputs: {
      CLUSTER_UID: "plain",
      ...(!begins && { AUTHORITY: "secret", TOKEN: "secret" }),
      ...(controlPlane && { ENCRYPTION_KEY: "secret" }),
      ...(controlPlane && !begins && { CERTIFICATE_KEY: "secret" }),
    },
    removes: true,
    timeoutSeconds: 2400,
  };
}

function networkValues({ leaves }: PodNetwork): Readonly<Record<string, string>> {
  const [config = ""] = leaves.cniFiles;
  return {
    NETWORK_CONFIG: config,
    NETWORK_PATHS: leaves.paths.join(" "),
    NETWORK_MOUNTS: leaves.mounts.join(" "),
    NETWORK_LINKS: leaves.links.join(" "),
  };
}

/** Prints the cluster's authority and an administrator's kubeconfig; its output is secret. */
export function planCredentials({ first, resourceName }: ClusterArgs): Omit<ScriptStep, "after"> {
  return {
    kind: "script",
    name: clusterSteps(resourceName).credentials,
    host: first.name,
    title: "read the authority and the kubeconfig",
    scripts: ["steps/common", "kubernetes/credentials"],
    files: {},
    values: { HOST: first.name },
    inputs: {},
    secretOutput: true,
    removes: false,
    timeoutSeconds: 120,
  };
}

/** Declares the nodes to the cluster, forgets machines that were replaced, and lets the new ones in. */
export function planJoinToken({
  first,
  hosts,
  resourceName,
}: ClusterArgs): Omit<ScriptStep, "after"> {
  const rows = hosts.map(({ name, role, nodeAddress }) => `${name} ${role} ${nodeAddress}`);
  return {
    kind: "script",
    name: clusterSteps(resourceName).joinToken,
    formerly: `${resourceName}-admission`,
    host: first.name,
    title: "declare the nodes and let those join that have not",
    scripts: ["steps/common", "kubernetes/etcd", "kubernetes/join-token"],
    files: { NODES: { name: "nodes.txt", content: rows.join("\n") } },
    values: { HOST: first.name },
    inputs: { MACHINES: "plain", TOKEN: "secret", CERTIFICATE_KEY: "secret" },
    removes: false,
    timeoutSeconds: 900,
  };
}

export function planNodes(args: ClusterArgs): Omit<ScriptStep, "after"> {
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
    kind: "script",
    name: clusterSteps(args.resourceName).nodes,
    host: args.first.name,
    title: "wait until every node is Ready with its settings, set labels and taints",
    scripts: ["steps/common", "kubernetes/dns", "kubernetes/nodes"],
    files: {
      KUBELET_FIELDS: {
        name: "kubelet-fields.txt",
        content: scalarFields(kubeletConfiguration(args.config)).join("\n"),
      },
      NODES: { name: "nodes.txt", content: rows.join("\n") },
    },
    values: { HOST: args.first.name },
    inputs: { MACHINES: "plain", TOKEN: "secret" },
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

type Files = Readonly<Record<string, RenderedFile>>;

function joinFiles(args: MemberArgs): Files {
  const join = { ...kubeadmArgs(args), discoveryFile };
  return {
    DISCOVERY: { name: "discovery.yaml", content: toYaml(discoveryKubeconfig(args.endpoint)) },
    JOIN_CONFIG: { name: "kubeadm-join.yaml", content: toYaml(joinConfiguration(join)) },
  };
}

function controlPlaneFiles(args: MemberArgs): Files {
  const { config } = args;
  const kubeadm = kubeadmArgs(args);
  const description = "Approve serving certificates of declared nodes";
  return {
    ADMISSION_CONFIG: { name: "admission.yaml", content: toYaml(admissionConfiguration(config)) },
    APPROVE_SERVICE: {
      name: "approve-serving.service",
      content: renderUnit({
        Unit: { Description: description },
        Service: { Type: "oneshot", ExecStart: "/usr/local/sbin/nordmesh-approve-serving" },
      }),
    },
    APPROVE_TIMER: {
      name: "approve-serving.timer",
      content: renderUnit({
        Unit: { Description: description },
        Timer: { OnBootSec: "3min", OnUnitActiveSec: "5min" },
        Install: { WantedBy: "timers.target" },
      }),
    },
    AUDIT_POLICY: { name: "audit-policy.yaml", content: toYaml(auditPolicy) },
    AUTHENTICATION_CONFIG: {
      name: "authentication.yaml",
      content: toYaml(authenticationConfiguration),
    },
    CLUSTER_CONFIG: {
      name: "kubeadm-cluster.yaml",
      content: toYaml(clusterConfiguration(kubeadm)),
    },
    ENCRYPTION_CONFIG: { name: "encryption.yaml", content: toYaml(encryptionConfiguration) },
    INIT_CONFIG: { name: "kubeadm-init.yaml", content: toYaml(initConfiguration(kubeadm)) },
    PROXY_CONFIG: { name: "kube-proxy.yaml", content: toYaml(kubeProxyConfiguration(config)) },
  };
}

function controlPlaneValues({ host, first, hosts, endpoint }: MemberArgs) {
  const peers = hosts.filter((other) => other.role === "control-plane" && other.name !== host.name);
  return {
    BOOTSTRAP: host === first ? "yes" : "no",
    PEERS: peers.map(({ name, nodeAddress }) => `${name}=${nodeAddress}`).join(" "),
    ENDPOINT_KIND: endpoint.kind,
    CERTIFICATE_NAMES: endpoint.certificateNames.join(" "),
    APPROVE_SCRIPT: readScripts(`${__dirname}/scripts`, ["approve-serving"]),
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

/** The files and documents a plan puts on hosts, by name and host. */
import { renderUserData } from "../components/host/cloud-init";
import type { HostPlan } from "../components/host/plan";
import type { StepPlan } from "../components/remote/step";
import type { StackPlan } from "./plan";

export interface PlannedText {
  /** Short file name, as the golden files have it. */
  readonly file: string;
  readonly host: string;
  readonly content: string;
}

/** Variables that hold a text, and what it is called. */
const fileOfVariable: Readonly<Record<string, string>> = {
  ADMISSION_CONFIG: "admission.yaml",
  API_BALANCER: "api-balancer.cfg",
  API_BALANCER_UNIT: "api-balancer.service",
  APPROVE_SERVICE: "approve-serving.service",
  APPROVE_TIMER: "approve-serving.timer",
  AUDIT_POLICY: "audit-policy.yaml",
  AUTHENTICATION_CONFIG: "authentication.yaml",
  CLUSTER_CONFIG: "kubeadm-cluster.yaml",
  CONTAINERD_CONFIG: "containerd.toml",
  CONTAINERD_UNIT: "containerd.service",
  CRICTL_CONFIG: "crictl.yaml",
  DISCOVERY: "discovery.yaml",
  DOMAIN_XML: "domain.xml",
  ENCRYPTION_CONFIG: "encryption.yaml",
  FLANNEL_MANIFEST: "kube-flannel.yaml",
  INIT_CONFIG: "kubeadm-init.yaml",
  JOIN_CONFIG: "kubeadm-join.yaml",
  KUBELET_CONFIG: "kubelet.yaml",
  KUBELET_DROPIN: "kubelet-10-kubeadm.conf",
  KUBELET_FIELDS: "kubelet-fields.txt",
  KUBELET_UNIT: "kubelet.service",
  LIMITS_CONF: "limits.conf",
  LOGIND_CONF: "logind.conf",
  MODULES_CONF: "modules.conf",
  NODES: "nodes.txt",
  PROXY_CONFIG: "kube-proxy.yaml",
  SSHD_CONF: "sshd.conf",
  SYSCTL_CONF: "sysctl.conf",
};

/** Stand where a key is put in at run time. */
const placeholders = {
  hostKey: { privateKey: "@HOST_PRIVATE_KEY@", publicKey: "@HOST_PUBLIC_KEY@" },
  operatorKey: "@OPERATOR_PUBLIC_KEY@",
};

/** Every text of the plan, in the order of the steps; one entry a host. */
export function planTexts(plan: StackPlan): readonly PlannedText[] {
  const { kubernetes, hosts } = plan;
  return [
    ...hosts.flatMap(machineTexts),
    ...hosts.flatMap((host) => stepTexts(host.node)),
    ...kubernetes.steps.flatMap(stepTexts),
  ];
}

function machineTexts(host: HostPlan): readonly PlannedText[] {
  const { machine, name } = host;
  if (machine.source === "existing" || machine.source === "container") return [];
  const userData = renderUserData({
    hostname: name,
    user: machine.user,
    authorizedKeys: [...machine.authorizedKeys, placeholders.operatorKey],
    hostKey: placeholders.hostKey,
    kernel: host.kernel,
    bundleMount: machine.bundleMount,
  });
  return [
    { file: "cloud-config.yaml", host: name, content: userData },
    { file: "network-config.yaml", host: name, content: machine.networkConfig },
    ...(machine.source === "libvirt" ? stepTexts(machine.step) : []),
  ];
}

function stepTexts(step: StepPlan): readonly PlannedText[] {
  return Object.entries(fileOfVariable).flatMap(([variable, file]) => {
    const content = step.variables[variable];
    return content === undefined || content === "" ? [] : [{ file, host: step.host, content }];
  });
}

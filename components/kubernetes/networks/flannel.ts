/**
 * Objects of the flannel pod network: those of Documentation/kube-flannel.yml at the release's tag,
 * but for this cluster's range, kernel values of pods, nftables, the declared address of each node, the way to the API
 * server and the mode of the CNI configuration.
 */
import { createHash } from "node:crypto";
import { imageFrom } from "../../host/artifacts";
import { toYamlStream } from "../../text/yaml";
import type { NetworkArgs, PodNetwork } from "./network";

const name = "flannel";
const namespaceName = "kube-flannel";
const configName = "kube-flannel-cfg";
const labels = { "k8s-app": name };
const podLabels = { app: name, tier: "node" };
const configFolder = "/etc/kube-flannel/";

export const flannel: PodNetwork = {
  summary: "VXLAN between the nodes' declared addresses",
  namespace: namespaceName,
  enforcesPolicies: false,
  replacesKubeProxy: false,
  ports: [8081],
  leaves: {
    cniFiles: ["/etc/cni/net.d/10-flannel.conflist", "/opt/cni/bin/flannel"],
    paths: ["/var/lib/cni/networks/cbr0", "/var/lib/cni/flannel", "/run/flannel"],
    mounts: [],
    links: ["cni0", "flannel.1"],
  },
  images: (args) => {
    const { daemon, cniPlugin } = imagesOf(args);
    return [daemon, cniPlugin];
  },
  manifest: (args) => ({ name: "kube-flannel.yaml", content: toYamlStream(objectsOf(args)) }),
};

function objectsOf(args: NetworkArgs): readonly object[] {
  const cni = cniConfiguration(args.podSysctls);
  return [
    namespace,
    clusterRole,
    clusterRoleBinding,
    serviceAccount,
    configuration(args.podCidr, cni),
    daemonSet(args, cni),
  ];
}

interface FlannelImages {
  readonly daemon: string;
  readonly cniPlugin: string;
}

function imagesOf(args: Pick<NetworkArgs, "release" | "artifacts">): FlannelImages {
  const { daemon, cniPlugin } = args.release.flannel;
  const from = args.artifacts;
  return {
    daemon: imageFrom({ image: daemon, from }),
    cniPlugin: imageFrom({ image: cniPlugin, from }),
  };
}

const namespace = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: namespaceName,
    labels: { ...labels, "pod-security.kubernetes.io/enforce": "privileged" },
  },
};

const clusterRole = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name, labels },
  rules: [
    { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
    { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
    { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
  ],
};

const clusterRoleBinding = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name, labels },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
  subjects: [{ kind: "ServiceAccount", name, namespace: namespaceName }],
};

const serviceAccount = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name, namespace: namespaceName, labels },
};

function configuration(podCidr: string, cni: string): object {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: configName,
      namespace: namespaceName,
      labels: { ...labels, ...podLabels },
    },
    data: {
      "cni-conf.json": cni,
      // kube-proxy uses nftables too: one packet filter a node.
      "net-conf.json": json({
        Network: podCidr,
        EnableNFTables: true,
        Backend: { Type: "vxlan" },
      }),
    },
  };
}

function cniConfiguration(podSysctls: NetworkArgs["podSysctls"]): string {
  const tuning = { type: "tuning", sysctl: podSysctls };
  return json({
    name: "cbr0",
    cniVersion: "1.0.0",
    plugins: [
      { type: "flannel", delegate: { hairpinMode: true, isDefaultGateway: true } },
      { type: "portmap", capabilities: { portMappings: true } },
      ...(Object.keys(podSysctls).length > 0 ? [tuning] : []),
    ],
  });
}

function daemonSet(args: NetworkArgs, cni: string): object {
  const images = imagesOf(args);
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: {
      name: "kube-flannel-ds",
      namespace: namespaceName,
      labels: { ...labels, ...podLabels },
    },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        // It puts the CNI configuration in place when it starts, so another one must start it again.
        metadata: {
          labels: podLabels,
          annotations: {
            "nordmesh.io/cni-configuration": digest(cni),
          },
        },
        spec: {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  {
                    matchExpressions: [
                      { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
                    ],
                  },
                ],
              },
            },
          },
          hostNetwork: true,
          priorityClassName: "system-node-critical",
          tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
          serviceAccountName: name,
          initContainers: initContainers(images),
          containers: [daemon(images, args.endpoint.nodes)],
          volumes: [
            { name: "run", hostPath: { path: "/run/flannel" } },
            { name: "cni-plugin", hostPath: { path: "/opt/cni/bin" } },
            { name: "cni", hostPath: { path: "/etc/cni/net.d" } },
            // install-conf keeps the mode; CIS 1.1.9 wants CNI configurations for root alone.
            { name: "flannel-cfg", configMap: { name: configName, defaultMode: 0o600 } },
            {
              name: "xtables-lock",
              hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" },
            },
          ],
        },
      },
    },
  };
}

function initContainers(images: FlannelImages): readonly object[] {
  return [
    {
      name: "install-cni-plugin",
      image: images.cniPlugin,
      command: ["cp"],
      args: ["-f", "/flannel", "/opt/cni/bin/flannel"],
      volumeMounts: [{ name: "cni-plugin", mountPath: "/opt/cni/bin" }],
    },
    {
      name: "install-cni",
      image: images.daemon,
      command: ["/opt/bin/install-conf"],
      args: [`${configFolder}cni-conf.json`, "/etc/cni/net.d/10-flannel.conflist"],
      volumeMounts: [
        { name: "cni", mountPath: "/etc/cni/net.d" },
        { name: "flannel-cfg", mountPath: configFolder },
      ],
    },
  ];
}

function daemon(images: FlannelImages, endpoint: string): object {
  const [host, port] = endpoint.split(":");
  return {
    name: "kube-flannel",
    image: images.daemon,
    command: ["/opt/bin/flanneld"],
    // The kubelet's --node-ip is the declared address, so status.hostIP is that address too.
    args: ["--ip-masq", "--kube-subnet-mgr", "--healthz-port=8081", "--iface=$(NODE_IP)"],
    ports: [{ name: "healthz", containerPort: 8081, protocol: "TCP" }],
    livenessProbe: {
      httpGet: { path: "/healthz", port: "healthz" },
      initialDelaySeconds: 10,
      periodSeconds: 30,
    },
    readinessProbe: {
      httpGet: { path: "/readyz", port: "healthz" },
      initialDelaySeconds: 5,
      periodSeconds: 10,
    },
    resources: { requests: { cpu: "100m", memory: "50Mi" } },
    securityContext: { privileged: false, capabilities: { add: ["NET_ADMIN", "NET_RAW"] } },
    env: [
      fromPod({ variable: "POD_NAME", field: "metadata.name" }),
      fromPod({ variable: "POD_NAMESPACE", field: "metadata.namespace" }),
      fromPod({ variable: "NODE_IP", field: "status.hostIP" }),
      // Not the Service of the API server: flannel would fail until kube-proxy has made its rules.
      { name: "KUBERNETES_SERVICE_HOST", value: host },
      { name: "KUBERNETES_SERVICE_PORT", value: port },
      { name: "EVENT_QUEUE_DEPTH", value: "5000" },
      { name: "CONT_WHEN_CACHE_NOT_READY", value: "false" },
    ],
    volumeMounts: [
      { name: "run", mountPath: "/run/flannel" },
      { name: "flannel-cfg", mountPath: configFolder },
      { name: "xtables-lock", mountPath: "/run/xtables.lock" },
    ],
  };
}

function fromPod({ variable, field }: { variable: string; field: string }): object {
  return { name: variable, valueFrom: { fieldRef: { fieldPath: field } } };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

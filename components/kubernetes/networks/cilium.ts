/**
 * Objects of the Cilium pod network. `cilium.json` holds what the chart of the release set's version makes of a few
 * values; this cluster's images, addresses and kernel values of pods are put in here.
 */
import { createHash } from "node:crypto";
import { imageFrom } from "../../host/artifacts";
import { toYamlStream } from "../../text/yaml";
import chart from "./cilium.json";
import type { NetworkArgs, PodNetwork } from "./network";

const cniConfigName = "cilium-cni-configuration";

export const cilium: PodNetwork = {
  summary: "VXLAN between the nodes' declared addresses; enforces network policies, also by name",
  namespace: "kube-system",
  enforcesPolicies: true,
  replacesKubeProxy: true,
  imageSet: "cilium",
  // https://docs.cilium.io/en/stable/operations/system_requirements/#firewall-rules
  ports: [4240, 9234, 9878, 9879, 9890, 9891, 9963],
  leaves: {
    cniFiles: ["/etc/cni/net.d/05-cilium.conflist", "/opt/cni/bin/cilium-cni"],
    paths: [
      "/etc/sysctl.d/99-zzz-override_cilium.conf",
      "/run/cilium",
      "/sys/fs/bpf/cilium",
      "/sys/fs/bpf/tc",
    ],
    mounts: ["/run/cilium/cgroupv2"],
    links: ["cilium_vxlan", "cilium_host", "lxc_health"],
  },
  images: (args) => Object.values(imagesOf(args)),
  manifest: (args) => {
    const objects = objectsOf(args);
    return {
      name: "cilium.yaml",
      content: toYamlStream(objects),
      summary: summaryOf(args, objects),
    };
  },
};

/** What is this cluster's own, and the names of all objects. */
function summaryOf(args: NetworkArgs, objects: readonly ChartObject[]): string {
  const { agent, operator } = imagesOf(args);
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return [
    `agent ${agent}`,
    `operator ${operator}`,
    `API server ${args.endpoint.nodes}`,
    ...(args.kubeProxy ? [] : ["does the work of kube-proxy"]),
    ...names,
    cniConfiguration(args.podSysctls),
  ].join("\n");
}

interface ChartObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: object;
  readonly data?: Readonly<Record<string, string>>;
}

function imagesOf({ release, artifacts }: Pick<NetworkArgs, "release" | "artifacts">): {
  readonly agent: string;
  readonly operator: string;
} {
  return {
    agent: imageFrom({ image: release.cilium.agent, from: artifacts }),
    operator: imageFrom({ image: release.cilium.operator, from: artifacts }),
  };
}

function objectsOf(args: NetworkArgs): readonly ChartObject[] {
  const cni = cniConfiguration(args.podSysctls);
  const [host = "", port = ""] = args.endpoint.nodes.split(":");
  const images = imagesOf(args);
  const objects = args.kubeProxy ? chart : withoutKubeProxy(chart);
  const values: Readonly<Record<string, string>> = {
    // Not the Service of the API server: agents would fail until kube-proxy has made its rules.
    API_SERVER_HOST: host,
    API_SERVER_PORT: port,
    AGENT_IMAGE: images.agent,
    OPERATOR_IMAGE: images.operator,
    // The agent reads its settings and the CNI configuration when it starts, so other ones must start it again.
    SETTINGS_DIGEST: digest(cni + JSON.stringify(objects)),
  };
  const filled = JSON.parse(JSON.stringify(objects), (_key, value: unknown) =>
    typeof value === "string" ? (values[value] ?? value) : value,
  ) as ChartObject[];
  return [cniConfigMap(cni), ...filled.map((object) => withReplicas(object, args.nodes))];
}

/** What the chart's value `kubeProxyReplacement` changes; sockets of pods keep a Service's own address for their sidecars. */
export function withoutKubeProxy(objects: readonly ChartObject[]): readonly ChartObject[] {
  return objects.map((object) =>
    object.kind === "ConfigMap" && object.metadata.name === "cilium-config"
      ? {
          ...object,
          data: {
            ...object.data,
            "kube-proxy-replacement": "true",
            "kube-proxy-replacement-healthz-bind-address": "",
          },
        }
      : object,
  );
}

/** Its operators refuse to share a node. */
function withReplicas(object: ChartObject, nodes: number): ChartObject {
  if (object.kind !== "Deployment") return object;
  return { ...object, spec: { ...object.spec, replicas: Math.min(2, nodes) } };
}

function cniConfigMap(cni: string) {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: cniConfigName, namespace: "kube-system" },
    data: { "cni-config": cni },
  };
}

function cniConfiguration(podSysctls: NetworkArgs["podSysctls"]): string {
  const tuning = { type: "tuning", sysctl: podSysctls };
  return `${JSON.stringify(
    {
      name: "cilium",
      cniVersion: "1.0.0",
      plugins: [
        { type: "cilium-cni", "log-file": "/var/run/cilium/cilium-cni.log" },
        { type: "portmap", capabilities: { portMappings: true } },
        ...(Object.keys(podSysctls).length > 0 ? [tuning] : []),
      ],
    },
    null,
    2,
  )}\n`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

import { PAUSE_VERSION, TOOL_GROUPS } from "../toolchain";

/** One image of the release set and the programs it holds. */
export interface ImageSource {
  /** File name below `images/`, without `.tar`. */
  readonly name: string;
  readonly reference: string;
  /** Program to its path in the image. */
  readonly programs: Readonly<Record<string, string>>;
  /** Whether it stands on the Debian tree with packet filter tools. */
  readonly packetFilter: boolean;
  readonly entrypoint: readonly string[];
  readonly user: string;
}

const REGISTRY = "registry.k8s.io";
const NOBODY = "65535:65535";

/** The images `kubeadm config images list` names for this Kubernetes version. */
export const IMAGES: readonly ImageSource[] = [
  kubernetesImage({ name: "kube-apiserver", packetFilter: false }),
  kubernetesImage({ name: "kube-controller-manager", packetFilter: false }),
  kubernetesImage({ name: "kube-scheduler", packetFilter: false }),
  kubernetesImage({ name: "kube-proxy", packetFilter: true }),
  {
    name: "etcd",
    reference: `${REGISTRY}/etcd:${versionOf("etcd").slice(1)}-0`,
    programs: inLocalBin(["etcd", "etcdctl", "etcdutl"]),
    packetFilter: false,
    entrypoint: [],
    user: "",
  },
  {
    name: "coredns",
    reference: `${REGISTRY}/coredns/coredns:${versionOf("coredns")}`,
    programs: { coredns: "coredns" },
    packetFilter: false,
    entrypoint: ["/coredns"],
    user: "",
  },
  {
    name: "pause",
    reference: `${REGISTRY}/pause:${PAUSE_VERSION}`,
    programs: { pause: "pause" },
    packetFilter: false,
    entrypoint: ["/pause"],
    user: NOBODY,
  },
];

function kubernetesImage({
  name,
  packetFilter,
}: {
  name: string;
  packetFilter: boolean;
}): ImageSource {
  return {
    name,
    reference: `${REGISTRY}/${name}:${versionOf("kubernetes")}`,
    programs: inLocalBin([name]),
    packetFilter,
    entrypoint: [],
    user: "",
  };
}

function inLocalBin(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `usr/local/bin/${name}`]));
}

function versionOf(group: string): string {
  const found = TOOL_GROUPS.find(({ name }) => name === group);
  if (found === undefined) throw new Error(`no group ${group} in the toolchain table`);
  return found.version;
}

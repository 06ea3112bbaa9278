import { type ImageSet, imageSets } from "../../components/host/artifacts";
import {
  FLANNEL_CNI_RELEASE,
  ISTIO_HUB,
  ISTIO_RELEASE,
  PAUSE_VERSION,
  TOOL_GROUPS,
} from "../toolchain";

/** One image of the bundle and the programs it holds. */
export interface ImageSource {
  /** File name in the folder of its set, without `.tar`. */
  readonly name: string;
  readonly reference: string;
  /** Program to its path in the image. */
  readonly programs: Readonly<Record<string, string>>;
  /** Whether it stands on the Debian tree with packet filter tools. */
  readonly packetFilter: boolean;
  readonly entrypoint: readonly string[];
  /** Arguments of the entrypoint, or the whole command where there is none. */
  readonly command?: readonly string[];
  readonly user: string;
  readonly workingDirectory?: string;
  /** Files of a Go module: path in the image to what is copied there. */
  readonly files?: Readonly<Record<string, ModuleFile>>;
  /** Accounts besides root and nobody: name to the number of user and group. */
  readonly accounts?: Readonly<Record<string, number>>;
}

/** A file of the module that a toolchain group is known by. */
export interface ModuleFile {
  readonly group: string;
  readonly module: string;
  readonly path: string;
}

const REGISTRY = "registry.k8s.io";
const NOBODY = "65535:65535";
const ISTIO_PROXY = 1337;

/** The images `kubeadm config images list` names for this Kubernetes version. */
export const KUBEADM_IMAGES: readonly ImageSource[] = [
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

/** Images of the pod network, with programs where upstream's Dockerfiles put them. */
export const FLANNEL_IMAGES: readonly ImageSource[] = [
  {
    name: "flannel",
    reference: `ghcr.io/flannel-io/flannel:${versionOf("flannel")}`,
    programs: { flanneld: "opt/bin/flanneld", "install-conf": "opt/bin/install-conf" },
    packetFilter: true,
    entrypoint: ["/opt/bin/flanneld"],
    user: "",
  },
  {
    name: "flannel-cni-plugin",
    reference: `ghcr.io/flannel-io/flannel-cni-plugin:${FLANNEL_CNI_RELEASE}`,
    programs: { flannel: "flannel" },
    packetFilter: true, // for its `cp`
    entrypoint: [],
    user: "",
  },
];

/** Laid out as Istio's and fortio's own Dockerfiles do; the sidecar's Envoy is the plain one. */
export const MESH_IMAGES: readonly ImageSource[] = [
  {
    name: "istio-pilot",
    reference: `${ISTIO_HUB}/pilot:${ISTIO_RELEASE}`,
    programs: inLocalBin(["pilot-discovery"]),
    packetFilter: false,
    entrypoint: ["/usr/local/bin/pilot-discovery"],
    user: `${ISTIO_PROXY}:${ISTIO_PROXY}`,
    accounts: { "istio-proxy": ISTIO_PROXY },
  },
  {
    name: "istio-proxyv2",
    reference: `${ISTIO_HUB}/proxyv2:${ISTIO_RELEASE}`,
    programs: inLocalBin(["pilot-agent", "envoy"]),
    packetFilter: true,
    entrypoint: ["/usr/local/bin/pilot-agent"],
    user: "",
    files: {
      "var/lib/istio/envoy/envoy_bootstrap_tmpl.json": {
        group: "istio",
        module: "istio.io/istio",
        path: "tools/packaging/common/envoy_bootstrap.json",
      },
    },
    accounts: { "istio-proxy": ISTIO_PROXY },
  },
  {
    name: "istio-install-cni",
    reference: `${ISTIO_HUB}/install-cni:${ISTIO_RELEASE}`,
    programs: { ...inLocalBin(["install-cni"]), "istio-cni": "opt/cni/bin/istio-cni" },
    packetFilter: true,
    entrypoint: [],
    command: ["/usr/local/bin/install-cni"],
    user: "",
    workingDirectory: "/opt/cni/bin",
  },
  {
    name: "fortio",
    reference: `docker.io/fortio/fortio:${versionOf("fortio").slice(1)}`,
    programs: { fortio: "usr/bin/fortio" },
    packetFilter: false,
    entrypoint: ["/usr/bin/fortio"],
    command: ["server", "-config-dir", "/etc/fortio"],
    user: "",
    workingDirectory: "/var/lib/fortio",
  },
];

/** Images of every bundle, by the folder below `images/` that holds them. */
const COMMON_SETS = {
  kubernetes: [...KUBEADM_IMAGES, ...FLANNEL_IMAGES],
  mesh: MESH_IMAGES,
} as const satisfies ImageSets;

/** The same of bundles for those who ask for them. */
const OPTIONAL_SETS: ImageSets = {};

/** Every image the lab can make, by its set. */
export const IMAGE_SETS: ImageSets = { ...COMMON_SETS, ...OPTIONAL_SETS };

type ImageSets = Partial<Readonly<Record<ImageSet, readonly ImageSource[]>>>;

/** Those that every bundle holds, then what the lab has of the others, in one order. */
export function setsWith(asked: readonly ImageSet[]): readonly ImageSet[] {
  return imageSets.filter(
    (set) => set in COMMON_SETS || (set in OPTIONAL_SETS && asked.includes(set)),
  );
}

/** Images of these sets, by set. */
export function imagesOf(sets: readonly ImageSet[]): ImageSets {
  return Object.fromEntries(sets.map((set) => [set, IMAGE_SETS[set] ?? []]));
}

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

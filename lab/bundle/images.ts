import { type ImageSet, imageSets } from "../../components/host/artifacts";
import {
  FLANNEL_CNI_RELEASE,
  ISTIO_HUB,
  ISTIO_RELEASE,
  PAUSE_VERSION,
  versionOf,
} from "../toolchain";
import { ambientImages } from "./ambient-images";
import {
  BGP_IMAGES,
  LOAD_BALANCER_IMAGES,
  METRICS_SERVER_IMAGES,
  PROMETHEUS_IMAGES,
} from "./service-images";

/** Debian trees with what programs of an image start, a script of `scripts/` each. */
export type BaseTree = "packet-filter" | "cilium" | "frr";

/** One image of the bundle and the programs it holds. */
export interface ImageSource {
  /** File name in the folder of its set, without `.tar`. */
  readonly name: string;
  readonly reference: string;
  /** Program to its path in the image. */
  readonly programs: Readonly<Record<string, string>>;
  /** Debian tree that it stands on. */
  readonly tree?: BaseTree;
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

/** A file or directory of the module that a toolchain group is known by. */
export interface ModuleFile {
  readonly executable?: true;
  readonly group: string;
  readonly module: string;
  readonly path: string;
}

const REGISTRY = "registry.k8s.io";
const NOBODY = "65535:65535";
const ISTIO_PROXY = 1337;
const ciliumModule = { group: "cilium", module: "github.com/cilium/cilium" };

/** The images `kubeadm config images list` names for this Kubernetes version. */
export const KUBEADM_IMAGES: readonly ImageSource[] = [
  kubernetesImage({ name: "kube-apiserver" }),
  kubernetesImage({ name: "kube-controller-manager" }),
  kubernetesImage({ name: "kube-scheduler" }),
  kubernetesImage({ name: "kube-proxy", tree: "packet-filter" }),
  {
    name: "etcd",
    reference: `${REGISTRY}/etcd:${versionOf("etcd").slice(1)}-0`,
    programs: inLocalBin(["etcd", "etcdctl", "etcdutl"]),
    entrypoint: [],
    user: "",
  },
  {
    name: "coredns",
    reference: `${REGISTRY}/coredns/coredns:${versionOf("coredns")}`,
    programs: { coredns: "coredns" },
    entrypoint: ["/coredns"],
    user: "",
  },
  {
    name: "pause",
    reference: `${REGISTRY}/pause:${PAUSE_VERSION}`,
    programs: { pause: "pause" },
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
    tree: "packet-filter",
    entrypoint: ["/opt/bin/flanneld"],
    user: "",
  },
  {
    name: "flannel-cni-plugin",
    reference: `ghcr.io/flannel-io/flannel-cni-plugin:${FLANNEL_CNI_RELEASE}`,
    programs: { flannel: "flannel" },
    tree: "packet-filter", // for its `cp`
    entrypoint: [],
    user: "",
  },
];

/** Without Envoy: the agent starts it for policies of HTTP, which nothing here declares. */
const CILIUM_IMAGES: readonly ImageSource[] = [
  {
    name: "cilium",
    reference: `quay.io/cilium/cilium:${versionOf("cilium")}`,
    programs: {
      ...inBin([
        "cilium-agent",
        "cilium-dbg",
        "cilium-health-responder",
        "cilium-mount",
        "cilium-sysctlfix",
      ]),
      "cilium-cni": "opt/cni/bin/cilium-cni",
    },
    tree: "cilium",
    entrypoint: [],
    command: ["/usr/bin/cilium-dbg"],
    user: "",
    workingDirectory: "/home/cilium",
    files: {
      "var/lib/cilium/bpf": { ...ciliumModule, path: "bpf" },
      "cni-uninstall.sh": {
        ...ciliumModule,
        path: "plugins/cilium-cni/cni-uninstall.sh",
        executable: true,
      },
      "init-container.sh": {
        ...ciliumModule,
        path: "images/cilium/init-container.sh",
        executable: true,
      },
      "install-plugin.sh": {
        ...ciliumModule,
        path: "plugins/cilium-cni/install-plugin.sh",
        executable: true,
      },
    },
  },
  {
    name: "cilium-operator",
    reference: `quay.io/cilium/operator-generic:${versionOf("cilium")}`,
    programs: inBin(["cilium-operator-generic"]),
    entrypoint: [],
    command: ["/usr/bin/cilium-operator-generic"],
    user: "",
  },
];

/** Laid out as Istio's and fortio's own Dockerfiles do; the sidecar's Envoy is the plain one. */
export const MESH_IMAGES: readonly ImageSource[] = [
  {
    name: "istio-pilot",
    reference: `${ISTIO_HUB}/pilot:${ISTIO_RELEASE}`,
    programs: inLocalBin(["pilot-discovery"]),
    entrypoint: ["/usr/local/bin/pilot-discovery"],
    user: `${ISTIO_PROXY}:${ISTIO_PROXY}`,
    accounts: { "istio-proxy": ISTIO_PROXY },
  },
  {
    name: "istio-proxyv2",
    reference: `${ISTIO_HUB}/proxyv2:${ISTIO_RELEASE}`,
    programs: inLocalBin(["pilot-agent", "envoy"]),
    tree: "packet-filter",
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
    tree: "packet-filter",
    entrypoint: [],
    command: ["/usr/local/bin/install-cni"],
    user: "",
    workingDirectory: "/opt/cni/bin",
  },
  {
    name: "fortio",
    reference: `docker.io/fortio/fortio:${versionOf("fortio").slice(1)}`,
    programs: { fortio: "usr/bin/fortio" },
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
const OPTIONAL_SETS: ImageSets = {
  ambient: ambientImages(MESH_IMAGES),
  "load-balancer": LOAD_BALANCER_IMAGES,
  bgp: BGP_IMAGES,
  "metrics-server": METRICS_SERVER_IMAGES,
  prometheus: PROMETHEUS_IMAGES,
  cilium: CILIUM_IMAGES,
};

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

function kubernetesImage({ name, tree }: { name: string; tree?: BaseTree }): ImageSource {
  return {
    name,
    reference: `${REGISTRY}/${name}:${versionOf("kubernetes")}`,
    programs: inLocalBin([name]),
    ...(tree && { tree }),
    entrypoint: [],
    user: "",
  };
}

function inBin(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `usr/bin/${name}`]));
}

function inLocalBin(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `usr/local/bin/${name}`]));
}

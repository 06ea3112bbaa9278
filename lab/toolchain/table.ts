import { SERVICE_GROUPS } from "./service-groups";
import type { ToolGroup } from "./tool-group";

// renovate: datasource=go depName=k8s.io/kubernetes
const KUBERNETES = "v1.36.4";
// renovate: datasource=go depName=github.com/containerd/containerd/v2
const CONTAINERD = "v2.3.4";
// renovate: datasource=go depName=github.com/opencontainers/runc
const RUNC = "v1.4.3";
// renovate: datasource=go depName=github.com/containernetworking/plugins
const CNI_PLUGINS = "v1.9.1";
// renovate: datasource=go depName=github.com/flannel-io/flannel
const FLANNEL = "v0.28.10";
// renovate: datasource=go depName=github.com/cilium/cilium
const CILIUM = "v1.20.2";
// renovate: datasource=go depName=github.com/pulumi/pulumi/pkg/v3
const PULUMI = "v3.259.0";
// renovate: datasource=go depName=helm.sh/helm/v4
const HELM = "v4.3.1";
/** The module proxy serves no release tags of Istio; this is its newest commit near 1.31. */
const ISTIO_COMMIT = "eed52ebb66ad";

const kubernetesVersion = "k8s.io/component-base/version";
const containerdModule = "github.com/containerd/containerd/v2";
const flannelModule = "github.com/flannel-io/flannel";
const ciliumModule = "github.com/cilium/cilium";
const cniModule = "github.com/containernetworking/plugins";
const istioVersion = "istio.io/istio/pkg/version";

/** The pause image's own version; its source is part of the Kubernetes module. */
export const PAUSE_VERSION = "3.10.2";

/** Istio release that the lab's programs, images and charts of Istio stand for and answer with. */
// renovate: datasource=github-releases depName=istio/istio
export const ISTIO_RELEASE = "1.31.1";

/** Registry and path of Istio's images. */
export const ISTIO_HUB = "docker.io/istio";

/** Release of flannel's CNI plug-in that the lab's image of it stands for. */
// renovate: datasource=docker depName=ghcr.io/flannel-io/flannel-cni-plugin
export const FLANNEL_CNI_RELEASE = "v1.9.1-flannel3";

/** Every program of the lab at its pinned version; `go.sum` of each group pins the sources. */
export const TOOL_GROUPS: readonly ToolGroup[] = [
  {
    name: "pulumi",
    module: "github.com/pulumi/pulumi/pkg/v3",
    version: PULUMI,
    programs: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
    cgo: false,
    tags: [],
    linkerFlags: [`-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${PULUMI}`],
    seconds: 430,
    onPath: { pulumi: { args: ["version"], prints: PULUMI } },
  },
  {
    name: "kubernetes",
    module: "k8s.io/kubernetes",
    version: KUBERNETES,
    programs: packages("k8s.io/kubernetes/cmd", [
      "kubeadm",
      "kubelet",
      "kubectl",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kube-proxy",
    ]),
    cgo: false,
    tags: [],
    linkerFlags: [
      `-X ${kubernetesVersion}.gitVersion=${KUBERNETES}`,
      `-X ${kubernetesVersion}.gitMajor=1`,
      `-X ${kubernetesVersion}.gitMinor=36`,
      `-X ${kubernetesVersion}.gitTreeState=archive`,
      `-X k8s.io/client-go/pkg/version.gitVersion=${KUBERNETES}`,
    ],
    seconds: 460,
  },
  {
    name: "etcd",
    module: "go.etcd.io/etcd/server/v3",
    version: "v3.6.8",
    programs: {
      etcd: "go.etcd.io/etcd/server/v3",
      etcdctl: "go.etcd.io/etcd/etcdctl/v3",
      etcdutl: "go.etcd.io/etcd/etcdutl/v3",
    },
    cgo: false,
    tags: [],
    linkerFlags: [],
    seconds: 60,
  },
  {
    name: "coredns",
    module: "github.com/coredns/coredns",
    version: "v1.14.2",
    programs: { coredns: "github.com/coredns/coredns" },
    cgo: false,
    tags: [],
    linkerFlags: [],
    seconds: 130,
  },
  {
    name: "containerd",
    module: containerdModule,
    version: CONTAINERD,
    programs: packages(`${containerdModule}/cmd`, ["containerd", "containerd-shim-runc-v2", "ctr"]),
    cgo: false,
    tags: ["osusergo", "netgo", "static_build", "no_btrfs", "urfave_cli_no_docs"],
    linkerFlags: [
      `-X ${containerdModule}/version.Version=${CONTAINERD}`,
      `-X ${containerdModule}/version.Package=${containerdModule}`,
    ],
    seconds: 80,
  },
  {
    name: "runc",
    module: "github.com/opencontainers/runc",
    version: RUNC,
    programs: { runc: "github.com/opencontainers/runc" },
    cgo: true,
    tags: ["seccomp", "netgo", "osusergo"],
    linkerFlags: ["-linkmode external", "-extldflags -static"],
    seconds: 25,
  },
  {
    name: "cni",
    module: cniModule,
    version: CNI_PLUGINS,
    programs: {
      ...packages(`${cniModule}/plugins/ipam`, ["dhcp", "host-local", "static"]),
      ...packages(`${cniModule}/plugins/main`, [
        "bridge",
        "dummy",
        "host-device",
        "ipvlan",
        "loopback",
        "macvlan",
        "ptp",
        "tap",
        "vlan",
      ]),
      ...packages(`${cniModule}/plugins/meta`, [
        "bandwidth",
        "firewall",
        "portmap",
        "sbr",
        "tuning",
        "vrf",
      ]),
    },
    cgo: false,
    tags: [],
    linkerFlags: [`-X ${cniModule}/pkg/utils/buildversion.BuildVersion=${CNI_PLUGINS}`],
    seconds: 20,
  },
  {
    name: "flannel",
    module: flannelModule,
    version: FLANNEL,
    programs: { flanneld: flannelModule, "install-conf": `${flannelModule}/cmd/install_conf` },
    cgo: true, // its backend "udp" does not build without
    tags: ["netgo", "osusergo"],
    linkerFlags: [
      "-linkmode external",
      "-extldflags -static",
      `-X ${flannelModule}/pkg/version.Version=${FLANNEL}`,
    ],
    seconds: 120,
  },
  {
    name: "flannel-cni",
    module: cniModule,
    version: "v0.9.1",
    programs: { flannel: `${cniModule}/plugins/meta/flannel` },
    cgo: false,
    tags: [],
    linkerFlags: [`-X ${cniModule}/pkg/utils/buildversion.BuildVersion=v0.9.1`],
    seconds: 5,
  },
  {
    name: "cilium",
    module: ciliumModule,
    version: CILIUM,
    programs: {
      "cilium-agent": `${ciliumModule}/daemon`,
      "cilium-cni": `${ciliumModule}/plugins/cilium-cni`,
      "cilium-dbg": `${ciliumModule}/cilium-dbg`,
      "cilium-health-responder": `${ciliumModule}/cilium-health/responder`,
      "cilium-mount": `${ciliumModule}/tools/mount`,
      "cilium-operator-generic": `${ciliumModule}/operator`,
      "cilium-sysctlfix": `${ciliumModule}/tools/sysctlfix`,
    },
    cgo: false,
    tags: ["ipam_provider_operator"],
    linkerFlags: [`-X ${ciliumModule}/pkg/version.ciliumVersion=${CILIUM.slice(1)}`],
    seconds: 780,
  },
  {
    name: "istio",
    module: "istio.io/istio",
    version: `v0.0.0-20260827124520-${ISTIO_COMMIT}`,
    programs: {
      ...packages("istio.io/istio/cni/cmd", ["install-cni", "istio-cni"]),
      istioctl: "istio.io/istio/istioctl/cmd/istioctl",
      ...packages("istio.io/istio/pilot/cmd", ["pilot-agent", "pilot-discovery"]),
    },
    cgo: false,
    tags: ["vtprotobuf", "disable_pgv"],
    linkerFlags: [
      `-X ${istioVersion}.buildVersion=${ISTIO_RELEASE}`,
      `-X ${istioVersion}.buildTag=${ISTIO_RELEASE}`,
      `-X ${istioVersion}.buildGitRevision=${ISTIO_COMMIT}`,
      `-X ${istioVersion}.buildStatus=Clean`,
      `-X ${istioVersion}.buildHub=${ISTIO_HUB}`,
    ],
    seconds: 300,
  },
  {
    name: "helm",
    module: "helm.sh/helm/v4",
    version: HELM,
    programs: { helm: "helm.sh/helm/v4/cmd/helm" },
    cgo: false,
    tags: [],
    linkerFlags: [`-X helm.sh/helm/v4/internal/version.version=${HELM}`],
    seconds: 200,
    onPath: { helm: { args: ["version", "--template={{.Version}}"], prints: HELM } },
  },
  {
    name: "fortio",
    module: "fortio.org/fortio",
    // renovate: datasource=go depName=fortio.org/fortio
    version: "v1.75.3",
    programs: { fortio: "fortio.org/fortio" },
    cgo: false,
    tags: [],
    linkerFlags: [],
    seconds: 40,
  },
  ...SERVICE_GROUPS,
];

/** Version of a group as the module proxy spells it. */
export function versionOf(group: string): string {
  const found = TOOL_GROUPS.find(({ name }) => name === group);
  if (found === undefined) throw new Error(`no group ${group} in the toolchain table`);
  return found.version;
}

function packages(below: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `${below}/${name}`]));
}

import { releases } from "../../components/releases/releases";
import { ISTIO_RELEASE, TOOL_GROUPS, versionOf } from "./table";

/** A file that a vendor publishes for x86-64 Linux: an archive of programs, or one program. */
export interface VendorFile {
  readonly url: string;
  /**
   * Hex SHA-256, pinned where two independent collections of digests agree or kubespray has it.
   * Else where the vendor publishes it, read over TLS each time: a bare digest, or lines as
   * `sha256sum` writes them.
   */
  readonly sha256: string | { readonly publishedAt: string };
  /** Program to its path in the archive, or to itself where the file is the program. */
  readonly programs: Readonly<Record<string, string>>;
}

const GITHUB = "https://github.com";
const kubernetes = versionOf("kubernetes");
const etcd = versionOf("etcd");
const coredns = versionOf("coredns");
const pulumi = versionOf("pulumi");
const helm = versionOf("helm");

/**
 * What vendors publish of each group of the table. The rest of Istio, fortio and pause are
 * published as images only, which the bundle takes from their registries.
 */
export const VENDOR_FILES: Readonly<Record<string, readonly VendorFile[]>> = {
  pulumi: [
    {
      url: `${GITHUB}/pulumi/pulumi/releases/download/${pulumi}/pulumi-${pulumi}-linux-x64.tar.gz`,
      sha256: {
        publishedAt: `${GITHUB}/pulumi/pulumi/releases/download/${pulumi}/pulumi-${pulumi.slice(1)}-checksums.txt`,
      },
      programs: { pulumi: "pulumi/pulumi" },
    },
  ],
  kubernetes: [
    ...["kubeadm", "kubelet", "kubectl"].map((name) => artifact(name, { [name]: name })),
    ...["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"].map((name) => {
      const url = `https://dl.k8s.io/release/${kubernetes}/bin/linux/amd64/${name}`;
      return { url, sha256: { publishedAt: `${url}.sha256` }, programs: { [name]: name } };
    }),
  ],
  etcd: [
    {
      url: `${GITHUB}/etcd-io/etcd/releases/download/${etcd}/etcd-${etcd}-linux-amd64.tar.gz`,
      sha256: "cf9cfe91a4856cb90eed9c99e6aee4b708db2c7888b88a6f116281f04b0ea693",
      programs: below(`etcd-${etcd}-linux-amd64/`, ["etcd", "etcdctl", "etcdutl"]),
    },
  ],
  coredns: [
    {
      url: `${GITHUB}/coredns/coredns/releases/download/${coredns}/coredns_${coredns.slice(1)}_linux_amd64.tgz`,
      sha256: "2f08896df9d28ea0cd2294037e6d66e82f996b504e4901b791be8a3ae042029b",
      programs: { coredns: "coredns" },
    },
  ],
  containerd: [artifact("containerd.tar.gz", below("bin/", programsOf("containerd")))],
  runc: [artifact("runc", { runc: "runc" })],
  cni: [artifact("cni-plugins.tgz", below("", programsOf("cni")))],
  istio: [istioctl()],
  helm: [
    {
      url: `https://get.helm.sh/helm-${helm}-linux-amd64.tar.gz`,
      sha256: { publishedAt: `https://get.helm.sh/helm-${helm}-linux-amd64.tar.gz.sha256sum` },
      programs: { helm: "linux-amd64/helm" },
    },
  ],
};

function istioctl(): VendorFile {
  const name = `istioctl-${ISTIO_RELEASE}-linux-amd64.tar.gz`;
  const url = `${GITHUB}/istio/istio/releases/download/${ISTIO_RELEASE}/${name}`;
  return {
    url,
    sha256: { publishedAt: `${url}.sha256` },
    programs: { istioctl: "istioctl" },
  };
}

/** A file that the release set of this Kubernetes version names, digest and all. */
function artifact(name: string, programs: Readonly<Record<string, string>>): VendorFile {
  const set = Object.values(releases).find((one) => `v${one.kubernetes}` === kubernetes);
  const file = set?.files.find((one) => one.name === name);
  if (file === undefined)
    throw new Error(`no release set with ${name} of Kubernetes ${kubernetes}`);
  return { url: file.url, sha256: file.sha256, programs };
}

function programsOf(group: string): readonly string[] {
  return Object.keys(groupOf(group).programs);
}

function groupOf(name: string): (typeof TOOL_GROUPS)[number] {
  const group = TOOL_GROUPS.find((candidate) => candidate.name === name);
  if (group === undefined) throw new Error(`no group ${name} in the toolchain table`);
  return group;
}

function below(directory: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `${directory}${name}`]));
}

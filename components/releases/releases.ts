import type { ReleaseFile, ReleaseSet } from "./release-set";

/**
 * Digests: those the vendors publish beside each file, as collected in kubespray's
 * roles/kubespray_defaults/vars/main/checksums.yml. Images go by version, as kubeadm's own do.
 *
 * Read on 2026-11-26: Kubernetes 1.36.6 and containerd 2.3.7, which mends what 2.3.4 lets through,
 * are released, but that collection, as of 2026-08-21, has no digests of them to pin.
 */
const release2026a: ReleaseSet = {
  name: "2026.1",
  kubernetes: "1.36.4",
  publishedUnixSeconds: Date.parse("2026-11-01T00:00:00Z") / 1000,
  pauseImage: "pause:3.10.2",
  files: [
    kubernetes("kubeadm", "10d054585907f2c8bb823c84f6a66b3bd2a474c3d795475f04e9a44f78650fe6"),
    kubernetes("kubelet", "cf2562db46c48ab84cc3791540778ee7fb1a0a008529adbb434723dd02ed8b4b"),
    kubernetes("kubectl", "8b8f088da2dab964f853b38464033b1be15ede2839eca751482357c45abdd05a"),
    {
      name: "containerd.tar.gz",
      version: "2.3.4",
      url: "https://github.com/containerd/containerd/releases/download/v2.3.4/containerd-static-2.3.4-linux-amd64.tar.gz",
      sha256: "1d0eccd52471ab75e8d4645b538f73dc635f905cd2be776366eb1036a0089595",
    },
    {
      name: "runc",
      version: "1.4.3",
      url: "https://github.com/opencontainers/runc/releases/download/v1.4.3/runc.amd64",
      sha256: "f6ae8efc0fa40079e1475e97cbe9d1bd3f106a28d6af78a11d9f1bd565515e60",
    },
    {
      name: "cni-plugins.tgz",
      version: "1.9.1",
      url: "https://github.com/containernetworking/plugins/releases/download/v1.9.1/cni-plugins-linux-amd64-v1.9.1.tgz",
      sha256: "b98f74a0f8522f0a83867178729c1aa70f2158f90c45a2ca8fa791db1c76b303",
    },
  ],
  flannel: {
    daemon: "ghcr.io/flannel-io/flannel:v0.28.10",
    cniPlugin: "ghcr.io/flannel-io/flannel-cni-plugin:v1.9.1-flannel3",
  },
  cilium: {
    agent: "quay.io/cilium/cilium:v1.20.2",
    operator: "quay.io/cilium/operator-generic:v1.20.2",
  },
};

function kubernetes(name: string, sha256: string): ReleaseFile {
  const version = "1.36.4";
  return {
    name,
    version,
    url: `https://dl.k8s.io/release/v${version}/bin/linux/amd64/${name}`,
    sha256,
  };
}

/** Every release set this version of nordmesh knows, newest first. */
export const releases = { "2026.1": release2026a } as const satisfies Readonly<
  Record<string, ReleaseSet>
>;
export type ReleaseName = keyof typeof releases;
export const releaseNames = Object.keys(releases) as [ReleaseName, ...ReleaseName[]];

import { stringify } from "smol-toml";

/**
 * containerd 2.x configuration: systemd cgroups, the sandbox image kubeadm expects, parallel
 * downloads (https://github.com/containerd/containerd/blob/main/docs/cri/config.md).
 */
export function renderContainerd(args: { readonly pauseImage: string }): string {
  return `${stringify({
    version: 3,
    root: "/var/lib/containerd",
    state: "/run/containerd",
    grpc: { address: "/run/containerd/containerd.sock" },
    plugins: {
      "io.containerd.cri.v1.images": {
        max_concurrent_downloads: 8,
        pinned_images: { sandbox: args.pauseImage },
        registry: { config_path: "/etc/containerd/certs.d" },
      },
      "io.containerd.cri.v1.runtime": {
        containerd: {
          default_runtime_name: "runc",
          runtimes: {
            runc: { runtime_type: "io.containerd.runc.v2", options: { SystemdCgroup: true } },
          },
        },
        cni: { bin_dirs: ["/opt/cni/bin"], conf_dir: "/etc/cni/net.d" },
      },
    },
  })}`;
}

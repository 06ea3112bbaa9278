import { stringify } from "smol-toml";

/**
 * containerd 2.3 configuration, version 4: systemd cgroups, the sandbox image kubeadm expects,
 * parallel downloads (https://github.com/containerd/containerd/blob/main/docs/cri/config.md).
 */
export function renderContainerd(args: { readonly pauseImage: string }): string {
  return stringify({
    version: 4,
    root: "/var/lib/containerd",
    state: "/run/containerd",
    plugins: {
      "io.containerd.cri.v1.images": {
        pinned_images: { sandbox: args.pauseImage },
        registry: { config_path: "/etc/containerd/certs.d" },
      },
      "io.containerd.cri.v1.runtime": {
        // The host says true where it cannot lower a score, see scripts/oom-score.sh.
        restrict_oom_score_adj: false,
        containerd: {
          default_runtime_name: "runc",
          runtimes: {
            runc: { runtime_type: "io.containerd.runc.v2", options: { SystemdCgroup: true } },
          },
        },
        cni: { bin_dirs: ["/opt/cni/bin"], conf_dir: "/etc/cni/net.d" },
      },
      // The same setting of the CRI plug-in would turn this service off for all pulls.
      "io.containerd.transfer.v1.local": { max_concurrent_downloads: 8 },
    },
  });
}

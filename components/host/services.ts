/** systemd units and small configuration files of a node. */
import { renderUnit } from "../text/systemd";

/** How long the kubelet delays a shutdown, seconds; logind must be told the same on every host. */
export const shutdownGraceSeconds = 60;

/** containerd's own unit (its containerd.service), with the declared limit of open files. */
export function renderContainerdUnit(args: { readonly openFiles: number }): string {
  return renderUnit({
    Unit: {
      Description: "containerd container runtime",
      Documentation: "https://containerd.io",
      After: "network.target local-fs.target",
    },
    Service: {
      ExecStartPre: "-/sbin/modprobe overlay",
      ExecStart: "/usr/local/bin/containerd",
      Type: "notify",
      Delegate: "yes",
      KillMode: "process",
      Restart: "always",
      RestartSec: "5",
      LimitNPROC: "infinity",
      LimitCORE: "infinity",
      LimitNOFILE: String(args.openFiles),
      TasksMax: "infinity",
      OOMScoreAdjust: "-999",
    },
    Install: { WantedBy: "multi-user.target" },
  });
}

/** kubelet's unit, as in the packages of pkgs.k8s.io. */
export function renderKubeletUnit(): string {
  return renderUnit({
    Unit: {
      Description: "kubelet: The Kubernetes Node Agent",
      Documentation: "https://kubernetes.io/docs/",
      Wants: "network-online.target",
      After: "network-online.target containerd.service",
    },
    Service: {
      ExecStart: "/usr/local/bin/kubelet",
      Restart: "always",
      StartLimitInterval: "0",
      RestartSec: "10",
    },
    Install: { WantedBy: "multi-user.target" },
  });
}

/** kubeadm's drop-in: an assignment with spaces is quoted whole, or systemd drops its rest. */
export function renderKubeletDropIn(args: { readonly openFiles: number }): string {
  return renderUnit({
    Service: {
      Environment: [
        '"KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"',
        '"KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"',
      ],
      EnvironmentFile: "-/var/lib/kubelet/kubeadm-flags.env",
      LimitNOFILE: String(args.openFiles),
      ExecStart: [
        "",
        "/usr/local/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS",
      ],
    },
  });
}

/** sshd drop-in: keys only; enough unauthenticated connections for a stack's parallel steps. */
export function renderSshd(): string {
  return [
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    "X11Forwarding no",
    "MaxStartups 50:30:200",
    "",
  ].join("\n");
}

/** logind drop-in: how long a shutdown waits for whoever asked for time, as the kubelet does. */
export function renderLogind(args: { readonly inhibitSeconds: number }): string {
  return renderUnit({ Login: { InhibitDelayMaxSec: String(args.inhibitSeconds) } });
}

/** crictl's endpoint, for the people who look after the node. */
export function renderCrictl(): string {
  return "runtime-endpoint: unix:///run/containerd/containerd.sock\n";
}

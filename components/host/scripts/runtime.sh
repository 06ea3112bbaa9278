# shellcheck shell=bash
# containerd, runc, CNI plug-ins, kubelet and images of a node.
# @param CONTAINERD_CONFIG CONTAINERD_UNIT KUBELET_UNIT KUBELET_DROPIN CRICTL_CONFIG  file contents
# @param IMAGE_SETS  folders below images/ of a bundle that this node needs; empty without a bundle
: "${CONTAINERD_CONFIG:?}" "${CONTAINERD_UNIT:?}" "${KUBELET_UNIT:?}" "${KUBELET_DROPIN:?}" "${CRICTL_CONFIG:?}" "${IMAGE_SETS?}"
PACKAGES="curl nftables iptables conntrack ethtool socat iproute2 openssl psmisc kmod"

ensure_packages() {
  local tool missing=""
  for tool in curl nft iptables conntrack ethtool socat ip openssl; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
  done
  [ -n "$missing" ] || return 0
  [ "$SOURCE" != bundle ] || fail "missing programs:$missing: install their packages, a bundle holds none"
  log "installing packages for:$missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq -o DPkg::Lock::Timeout=120 update >&2 || fail "apt-get update failed: check the package sources"
  # shellcheck disable=SC2086 # a list of words
  apt-get -qq -o DPkg::Lock::Timeout=120 install --no-install-recommends -y $PACKAGES >&2 ||
    fail "apt-get install failed: check the package sources and whether another apt runs"
}

ensure_runtime() {
  ensure_archive containerd.tar.gz /usr/local containerd
  ensure_archive cni-plugins.tgz /opt/cni/bin ""
  ensure_binary runc /usr/local/sbin/runc containerd
  install_file /etc/containerd/config.toml 600 "$CONTAINERD_CONFIG"
  install_file /etc/systemd/system/containerd.service 600 "$CONTAINERD_UNIT"
  install_file /etc/crictl.yaml 644 "$CRICTL_CONFIG"
  if changed /etc/systemd/system/containerd.service; then
    systemctl daemon-reload
  fi
  if changed /etc/containerd/config.toml || changed /etc/systemd/system/containerd.service || [ -n "${RESTART_containerd:-}" ]; then
    systemctl enable -q containerd
    systemctl restart containerd || fail "containerd does not start: journalctl -u containerd"
  fi
  systemctl is-active -q containerd || systemctl restart containerd || fail "containerd does not start: journalctl -u containerd"
}

# Files of an archive replace running programs by rename, never in place.
ensure_archive() {
  local name=$1 target=$2 service=$3 sha path
  sha=$(digest_of "$name")
  [ -n "$sha" ] || fail "no checksum is declared for $name"
  installed "$name" "$sha" && return
  path=$(artifact "$name")
  log "installing $name"
  mkdir -p "$target"
  tar -xzf "$path" --unlink-first --no-same-owner -C "$target"
  note_installed "$name" "$sha"
  [ -z "$service" ] || printf -v "RESTART_$service" yes
}

ensure_binary() {
  local name=$1 target=$2 service=$3 sha path
  sha=$(digest_of "$name")
  [ -n "$sha" ] || fail "no checksum is declared for $name"
  installed "$name" "$sha" && [ -x "$target" ] && return
  path=$(artifact "$name")
  log "installing $name"
  install -D -m 755 "$path" "$target.new"
  mv -f "$target.new" "$target"
  note_installed "$name" "$sha"
  [ -z "$service" ] || printf -v "RESTART_$service" yes
}

ensure_kubelet() {
  ensure_binary kubeadm /usr/local/bin/kubeadm ""
  ensure_binary kubectl /usr/local/bin/kubectl ""
  ensure_binary kubelet /usr/local/bin/kubelet kubelet
  install_file /etc/systemd/system/kubelet.service 600 "$KUBELET_UNIT"
  install_file /etc/systemd/system/kubelet.service.d/10-kubeadm.conf 600 "$KUBELET_DROPIN"
  if changed /etc/systemd/system/kubelet.service || changed /etc/systemd/system/kubelet.service.d/10-kubeadm.conf; then
    systemctl daemon-reload
    RESTART_kubelet=yes
  fi
  systemctl enable -q kubelet
  # Before kubeadm has written its configuration the kubelet can only fail.
  if [ -n "${RESTART_kubelet:-}" ] && [ -f /var/lib/kubelet/config.yaml ]; then
    systemctl restart kubelet
  fi
}

# Images of a bundle, two at a time; each is verified before containerd sees it.
ensure_images() {
  local name sha set path pids=() pid
  while read -r name sha; do
    case $name in images/*) set=${name#images/} ;; *) continue ;; esac
    case " $IMAGE_SETS " in *" ${set%%/*} "*) ;; *) continue ;; esac
    installed "${name//\//_}" "$sha" && continue
    (
      path=$(artifact "$name")
      log "importing $name"
      ctr -n k8s.io images import "$path" >/dev/null
      note_installed "${name//\//_}" "$sha"
    ) </dev/null &
    pids+=($!)
    if [ ${#pids[@]} -ge 2 ]; then
      wait "${pids[0]}" || fail "importing images failed"
      pids=("${pids[@]:1}")
    fi
  done < <(artifact_rows)
  for pid in ${pids[@]+"${pids[@]}"}; do
    wait "$pid" || fail "importing images failed"
  done
}

remove_runtime() {
  systemctl disable -q --now kubelet 2>/dev/null || true
  if systemctl is-active -q containerd; then
    ctr -n k8s.io tasks ls -q 2>/dev/null | xargs -r -n1 ctr -n k8s.io tasks kill -s SIGKILL 2>/dev/null || true
  fi
  systemctl disable -q --now containerd 2>/dev/null || true
  pkill -f /usr/local/bin/containerd-shim-runc-v2 || true
  awk '$2 ~ "^/(run/containerd|var/lib/(containerd|kubelet)|run/netns/cni-)" { print $2 }' /proc/mounts |
    sort -r | xargs -r -n1 umount -l 2>/dev/null || true
  rm -rf /etc/systemd/system/kubelet.service /etc/systemd/system/kubelet.service.d \
    /etc/systemd/system/containerd.service /etc/containerd /etc/crictl.yaml /opt/cni /etc/cni \
    /var/lib/containerd /run/containerd /var/lib/kubelet /var/lib/cni "$CACHE" \
    /usr/local/bin/kubeadm /usr/local/bin/kubectl /usr/local/bin/kubelet /usr/local/sbin/runc \
    /usr/local/bin/containerd /usr/local/bin/ctr /usr/local/bin/containerd-stress \
    /usr/local/bin/containerd-shim-runc-v2
  systemctl daemon-reload
}

# shellcheck shell=bash
# containerd, runc, CNI plug-ins, kubelet and images of a node.
# @param CONTAINERD_CONFIG CONTAINERD_UNIT KUBELET_UNIT KUBELET_DROPIN CRICTL_CONFIG  file contents
# @param CNI_FILES   what pods of the pod network put beside the plug-ins, in words
# @param PROGRAMS    programs the cluster needs besides, each of a package of its name
# @param IMAGE_SETS  folders below images/ of a bundle that this node needs; empty without a bundle
: "${CONTAINERD_CONFIG:?}" "${CONTAINERD_UNIT:?}" "${KUBELET_UNIT:?}" "${KUBELET_DROPIN:?}" "${CRICTL_CONFIG:?}" "${IMAGE_SETS?}" "${PROGRAMS?}" "${CNI_FILES?}"
CONTAINERD_FILE=/etc/containerd/config.toml
CONTAINERD_SERVICE=/etc/systemd/system/containerd.service
KUBELET_SERVICE=/etc/systemd/system/kubelet.service
KUBELET_DROPIN_FILE=/etc/systemd/system/kubelet.service.d/10-kubeadm.conf
# What pods of the mesh put beside the plug-ins; any other file there is somebody else's.
MESH_FILES=(/etc/cni/net.d/ZZZ-istio-cni-kubeconfig /opt/cni/bin/istio-cni)
PACKAGES="$PROGRAMS curl nftables iptables conntrack ethtool socat iproute2 openssl psmisc kmod"

ensure_packages() {
  local tool missing=""
  for tool in curl nft iptables conntrack ethtool socat ip openssl $PROGRAMS; do
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
  # shellcheck disable=SC2086 # a list of words
  claim runtime "$CONTAINERD_FILE" "$CONTAINERD_SERVICE" /etc/crictl.yaml /usr/local/sbin/runc \
    /var/lib/containerd /run/containerd $CNI_FILES "${MESH_FILES[@]}"
  ensure_archive containerd.tar.gz /usr/local
  ensure_archive cni-plugins.tgz /opt/cni/bin
  ensure_binary runc /usr/local/sbin/runc
  install_file "$CONTAINERD_FILE" 600 "$CONTAINERD_CONFIG"
  install_file "$CONTAINERD_SERVICE" 600 "$CONTAINERD_UNIT"
  install_file /etc/crictl.yaml 644 "$CRICTL_CONFIG"
  ensure_applied containerd restart_containerd "$CONTAINERD_FILE" "$CONTAINERD_SERVICE" \
    "$STATE/installed/containerd.tar.gz" "$STATE/installed/runc"
  systemctl is-active -q containerd || restart_containerd
}

restart_containerd() {
  systemctl daemon-reload
  systemctl enable -q containerd
  systemctl restart containerd || fail "containerd does not start: journalctl -u containerd"
}

# Running programs are unlinked and made anew, never written in place; directories stay as they are.
ensure_archive() {
  local name=$1 target=$2 sha path member files paths=()
  sha=$(digest_of "$name")
  [ -n "$sha" ] || fail "no checksum is declared for $name"
  installed "$name" "$sha" && [ -f "$STATE/claims/$name" ] && return
  path=$(artifact "$name")
  log "installing $name"
  files=$(tar -tvzf "$path" | awk '!/^d/ { print $6 }')
  while read -r member; do
    paths+=("$target/${member#./}")
  done <<<"$files"
  claim "$name" "${paths[@]}"
  mkdir -p "$target"
  tar -xzf "$path" --unlink-first --no-same-owner -C "$target" -T - <<<"$files"
  note_installed "$name" "$sha"
}

ensure_binary() {
  local name=$1 target=$2 sha path
  sha=$(digest_of "$name")
  [ -n "$sha" ] || fail "no checksum is declared for $name"
  installed "$name" "$sha" && [ -x "$target" ] && return
  path=$(artifact "$name")
  log "installing $name"
  install -D -m 755 "$path" "$target.new"
  mv -f "$target.new" "$target"
  note_installed "$name" "$sha"
}

ensure_kubelet() {
  claim kubelet /usr/local/bin/kubeadm /usr/local/bin/kubectl /usr/local/bin/kubelet \
    "$KUBELET_SERVICE" "$KUBELET_DROPIN_FILE" /var/lib/kubelet /var/lib/cni
  ensure_binary kubeadm /usr/local/bin/kubeadm
  ensure_binary kubectl /usr/local/bin/kubectl
  ensure_binary kubelet /usr/local/bin/kubelet
  install_file "$KUBELET_SERVICE" 600 "$KUBELET_UNIT"
  install_file "$KUBELET_DROPIN_FILE" 600 "$KUBELET_DROPIN"
  # It asks logind for time at a shutdown only when it starts, hence the last of these files.
  ensure_applied kubelet restart_kubelet "$KUBELET_SERVICE" "$KUBELET_DROPIN_FILE" \
    "$STATE/installed/kubelet" "$LOGIND_FILE"
}

restart_kubelet() {
  systemctl daemon-reload
  systemctl enable -q kubelet
  # Before kubeadm has written its configuration the kubelet can only fail.
  [ ! -f /var/lib/kubelet/config.yaml ] || systemctl restart kubelet ||
    fail "the kubelet does not start: journalctl -u kubelet"
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
  local path
  if [ -f "$STATE/claims/kubelet" ]; then
    systemctl disable -q --now kubelet 2>/dev/null || true
  fi
  # Another containerd may have taken the socket over since: its tasks are none of ours.
  if [ -f "$STATE/applied/containerd" ] && runs_from "$CONTAINERD_SERVICE"; then
    if systemctl is-active -q containerd; then
      ctr -n k8s.io tasks ls -q 2>/dev/null | xargs -r -n1 ctr -n k8s.io tasks kill -s SIGKILL 2>/dev/null || true
    fi
    systemctl disable -q --now containerd 2>/dev/null || true
    kill_shims
    awk '$2 ~ "^/(run/containerd|var/lib/containerd|var/lib/kubelet)/|^/run/netns/cni-" { print $2 }' /proc/mounts |
      sort -r | xargs -r -n1 umount -l 2>/dev/null || true
  fi
  rm -f "$STATE/applied/containerd" "$STATE/applied/kubelet"
  give_back kubelet
  give_back cni-plugins.tgz
  give_back containerd.tar.gz
  give_back runtime
  remove_tree "$CACHE"
  for path in /etc/systemd/system/kubelet.service.d /etc/containerd /etc/cni/net.d /etc/cni /opt/cni/bin /opt/cni; do
    rmdir "$path" 2>/dev/null || true
  done
  systemctl daemon-reload
}

# Shims outlive containerd; each is known by the program it runs, not by words of its command line.
kill_shims() {
  local process
  for process in /proc/[0-9]*; do
    case $(readlink "$process/exe" 2>/dev/null) in
      /usr/local/bin/containerd-shim-runc-v2 | "/usr/local/bin/containerd-shim-runc-v2 (deleted)")
        kill -KILL "${process#/proc/}" 2>/dev/null || true
        ;;
    esac
  done
}

# shellcheck shell=bash
# Makes a host ready for kubeadm; the other way round it takes everything away again.
# @param CLUSTER_ID CLUSTER_UID  written to the host before anything else, so that no other stack takes it
: "${CLUSTER_ID:?}" "${CLUSTER_UID:?}"

ensure() {
  check_bundle
  mkdir -p "$STATE"
  chmod 700 "$STATE"
  install_file "$STATE/cluster-id" 600 "$CLUSTER_ID"
  install_file "$STATE/cluster-uid" 600 "$CLUSTER_UID"
  begin_claims
  ensure_packages
  ensure_kernel
  ensure_time
  ensure_sshd
  ensure_balancer
  ensure_logind
  ensure_runtime
  ensure_kubelet
  ensure_images
  end_claims
  printf '{"containerd":"%s","kubelet":"%s"}\n' \
    "$(containerd --version | awk '{ print $3 }')" "$(kubelet --version | awk '{ print $2 }')"
}

remove() {
  [ "$(cat "$STATE/cluster-id" 2>/dev/null)" = "$CLUSTER_ID" ] || return 0
  remove_runtime
  remove_balancer
  remove_kernel
  rm -rf "$STATE"
}

run_action "$@" </dev/null

# shellcheck shell=bash
# A control plane: begins the cluster, joins it, or gets changed settings.
# @param BOOTSTRAP      yes on the control plane that begins the cluster
# @param PEERS          `name=address` of the other control planes, in words
# @param ENDPOINT_KIND  node-local or external
# @param APPROVE_SCRIPT APPROVE_SERVICE APPROVE_TIMER  the serving-certificate approver
: "${BOOTSTRAP:?}" "${PEERS?}" "${ENDPOINT_KIND:?}"
: "${APPROVE_SCRIPT:?}" "${APPROVE_SERVICE:?}" "${APPROVE_TIMER:?}"

ensure() {
  require_own_host
  if ! is_member; then
    [ "$BOOTSTRAP" = no ] || refuse_second_cluster
    rollback_incomplete init
    rollback_incomplete join
    ensure_policy
    write_patches "$(control_plane_digest)"
    begin_or_join
    note_settings
  else
    refuse_other_key
    apply_control_plane
    apply_kubelet
  fi
  tighten_modes
  [ "$BOOTSTRAP" = no ] || apply_flannel
  ensure_approver
  printf '{"member":true}\n'
}

begin_or_join() {
  if [ "$BOOTSTRAP" = yes ]; then
    write_kubeadm_file
    start_of init --config "$KUBEADM_FILE" --skip-token-print --skip-certificate-key-print
    forget_init_token
  else
    join_cluster
    write_kubeadm_file
  fi
}

# Nobody joins with the token that init makes, and a new cluster has no other. Where this fails, it ends in a minute.
forget_init_token() {
  kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system delete secrets \
    --field-selector type=bootstrap.kubernetes.io/token >/dev/null || true
}

# kubeadm init beside a living cluster makes a second one with the same names and another authority.
refuse_second_cluster() {
  local peer advice="To replace $HOST, set bootstrap: true on a control plane that runs, and run pulumi up again"
  for peer in $PEERS; do
    ! answers "${peer#*=}:6443" ||
      fail "${peer%%=*} (${peer#*=}) already runs this cluster: kubeadm init on $HOST would make a second one; nothing was changed. $advice"
  done
  [ "$ENDPOINT_KIND" = external ] || return 0
  [ -f "$STATE/init-started" ] || ! answers "$ENDPOINT" ||
    fail "an API server already answers at $ENDPOINT: kubeadm init on $HOST would make a second cluster behind it; nothing was changed. $advice; or correct kubernetes.endpoint"
}

ensure_approver() {
  install_file /usr/local/sbin/nordmesh-approve-serving 700 "$APPROVE_SCRIPT"
  install_file /etc/systemd/system/nordmesh-approve-serving.service 600 "$APPROVE_SERVICE"
  install_file /etc/systemd/system/nordmesh-approve-serving.timer 600 "$APPROVE_TIMER"
  systemctl daemon-reload
  systemctl enable -q --now nordmesh-approve-serving.timer
}

remove() {
  is_own_host || return 0
  systemctl disable -q --now nordmesh-approve-serving.timer 2>/dev/null || true
  rm -f /usr/local/sbin/nordmesh-approve-serving /etc/systemd/system/nordmesh-approve-serving.*
  forget_membership
  rm -rf "$POLICY"
  rmdir /etc/kubernetes 2>/dev/null || true
}

run_action "$@" </dev/null

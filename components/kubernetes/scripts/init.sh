# shellcheck shell=bash
# The first control plane: kubeadm init, once; afterwards only changed settings are applied.
# @param CLUSTER_ID KUBEADM_CONFIG  cluster's name on the host; kubeadm documents
# @param APPROVE_SCRIPT APPROVE_SERVICE APPROVE_TIMER  the serving-certificate approver
: "${CLUSTER_ID:?}" "${KUBEADM_CONFIG:?}"
: "${APPROVE_SCRIPT:?}" "${APPROVE_SERVICE:?}" "${APPROVE_TIMER:?}"
KUBEADM_FILE=/etc/kubernetes/kubeadm.yaml

ensure() {
  [ "$(cat "$STATE/cluster-id" 2>/dev/null)" = "$CLUSTER_ID" ] || fail "this host is not prepared for cluster $CLUSTER_ID: run pulumi up again"
  take_back_unfinished init
  ensure_policy
  if [ -f "$STATE/init-done" ]; then
    apply_settings
  else
    touch "$STATE/init-started"
    sync -f "$STATE"
    install_file "$KUBEADM_FILE" 600 "$KUBEADM_CONFIG"
    log "kubeadm init"
    kubeadm init --config "$KUBEADM_FILE" --skip-token-print --skip-certificate-key-print >&2 ||
      fail "kubeadm init failed: its messages are above; journalctl -u kubelet has more"
    touch "$STATE/init-done"
    sync -f "$STATE"
  fi
  tighten_modes
  ensure_bridge
  apply_flannel
  ensure_approver
  printf '{"initialised":true}\n'
}

# Static pods are written again from the changed documents; certificates and etcd stay.
apply_settings() {
  local policies
  policies=$CHANGED
  install_file "$KUBEADM_FILE" 600 "$KUBEADM_CONFIG"
  [ -n "$CHANGED" ] || return 0
  log "applying changed control-plane settings"
  kubeadm init phase upload-config kubeadm --config "$KUBEADM_FILE" >&2
  kubeadm init phase upload-config kubelet --config "$KUBEADM_FILE" >&2
  kubeadm init phase kubelet-start --config "$KUBEADM_FILE" >&2
  kubeadm init phase control-plane all --config "$KUBEADM_FILE" >&2
  # The API server reads its policy files at start only.
  [ -z "$policies" ] || restart_api_server
  wait_for_api
}

restart_api_server() {
  crictl_pod_stop kube-apiserver
}

crictl_pod_stop() {
  local id
  for id in $(ctr -n k8s.io containers ls 2>/dev/null | awk -v name="/$1:" 'index($2, name) { print $1 }'); do
    ctr -n k8s.io tasks kill -s SIGTERM "$id" 2>/dev/null || true
  done
}

wait_for_api() {
  local tries=0
  sleep 5
  until kubectl --kubeconfig /etc/kubernetes/admin.conf get --raw /readyz >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 150 ] || fail "the API server is not ready 10 minutes after its settings changed: crictl logs of kube-apiserver"
    sleep 4
  done
}

ensure_approver() {
  install_file /usr/local/sbin/nordmesh-approve-serving 700 "$APPROVE_SCRIPT"
  install_file /etc/systemd/system/nordmesh-approve-serving.service 600 "$APPROVE_SERVICE"
  install_file /etc/systemd/system/nordmesh-approve-serving.timer 600 "$APPROVE_TIMER"
  systemctl daemon-reload
  systemctl enable -q --now nordmesh-approve-serving.timer
}

remove() {
  [ "$(cat "$STATE/cluster-id" 2>/dev/null)" = "$CLUSTER_ID" ] || return 0
  systemctl disable -q --now nordmesh-approve-serving.timer 2>/dev/null || true
  rm -f /usr/local/sbin/nordmesh-approve-serving /etc/systemd/system/nordmesh-approve-serving.*
  rm -rf "$POLICY"
  reset_node
  rm -rf "$STATE/init-started" "$STATE/init-done" /var/log/kubernetes /var/log/pods /var/log/containers
}

run_action "$@" </dev/null

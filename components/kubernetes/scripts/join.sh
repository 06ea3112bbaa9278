# shellcheck shell=bash
# A further node: kubeadm join, once.
# @param CLUSTER_ID KUBEADM_CONFIG DISCOVERY  documents with @TOKEN@ in place of the token
# @param ROLE     control-plane or worker
# @param TOKEN CERTIFICATE_KEY CREDENTIALS  secrets; CREDENTIALS is what credentials.sh printed
: "${CLUSTER_ID:?}" "${KUBEADM_CONFIG:?}" "${DISCOVERY:?}" "${ROLE:?}" "${TOKEN:?}"
: "${CREDENTIALS:?}" "${CERTIFICATE_KEY:=}"
PRIVATE=/run/nordmesh-join

ensure() {
  [ "$(cat "$STATE/cluster-id" 2>/dev/null)" = "$CLUSTER_ID" ] || fail "this host is not prepared for cluster $CLUSTER_ID: run pulumi up again"
  take_back_unfinished join
  [ "$ROLE" = worker ] || ensure_policy
  if [ ! -f "$STATE/join-done" ]; then
    touch "$STATE/join-started"
    sync -f "$STATE"
    write_documents
    log "kubeadm join"
    kubeadm join --config "$PRIVATE/kubeadm.yaml" >&2 ||
      fail "kubeadm join failed: its messages are above; journalctl -u kubelet has more"
    touch "$STATE/join-done"
    sync -f "$STATE"
    rm -rf "$PRIVATE"
  fi
  tighten_modes
  ensure_bridge
  printf '{"joined":true}\n'
}

# The token and the certificate key only ever live in memory-backed files of root.
write_documents() {
  local authority discovery config
  rm -rf "$PRIVATE"
  install -d -m 700 "$PRIVATE"
  authority=${CREDENTIALS#*\"authority\":\"}
  authority=${authority%%\"*}
  discovery=${DISCOVERY//@AUTHORITY@/$authority}
  config=${KUBEADM_CONFIG//@TOKEN@/$TOKEN}
  install_file "$PRIVATE/discovery.yaml" 600 "${discovery//@TOKEN@/$TOKEN}"
  install_file "$PRIVATE/kubeadm.yaml" 600 "${config//@CERTIFICATE_KEY@/$CERTIFICATE_KEY}"
}

remove() {
  [ "$(cat "$STATE/cluster-id" 2>/dev/null)" = "$CLUSTER_ID" ] || return 0
  rm -rf "$POLICY"
  reset_node
  rm -rf "$STATE/join-started" "$STATE/join-done" "$PRIVATE" /var/log/kubernetes /var/log/pods /var/log/containers
}

run_action "$@" </dev/null

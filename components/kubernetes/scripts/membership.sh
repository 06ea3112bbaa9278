# shellcheck shell=bash
# Whether this host is a member of the cluster, and what may be done to it then.
# @param CLUSTER_ID CLUSTER_UID  name of the cluster; what tells it from others of that name
# @param NODE_ADDRESS            address other nodes use
# @param ENDPOINT                host:port nodes reach the API servers at
# @param JOIN_CONFIG DISCOVERY   of hosts that join: kubeadm document, kubeconfig with placeholders
# @param AUTHORITY TOKEN CERTIFICATE_KEY  secrets of hosts that join; the last of control planes only
: "${CLUSTER_ID:?}" "${CLUSTER_UID:?}" "${NODE_ADDRESS:?}" "${ENDPOINT:?}"
PRIVATE=/run/nordmesh-join

# A finished start leaves one of these; then this host is never initialised, joined or reset by an edit.
is_member() { [ -f "$STATE/init-done" ] || [ -f "$STATE/join-done" ]; }

is_own_host() { [ "$(cat "$STATE/cluster-id" 2>/dev/null)" = "$CLUSTER_ID" ]; }

require_own_host() {
  is_own_host ||
    fail "this host is not prepared for cluster $CLUSTER_ID: run pulumi up again"
  ! is_member || check_address
}

# The address is in certificates, in etcd's member list and in what other nodes have stored.
check_address() {
  local address
  address=$(cat "$STATE/node-address" 2>/dev/null) || address=$NODE_ADDRESS
  [ "$address" = "$NODE_ADDRESS" ] ||
    fail "hosts.$HOST.nodeAddress is $NODE_ADDRESS, this node joined as $address: certificates and etcd hold the old one; nothing was changed. Put it back, or remove the host, run pulumi up, and add it again"
}

# The HTTP status of an API server's health, 000 where nothing answers.
status_of() { curl -sk --max-time 5 -o /dev/null -w '%{http_code}' "https://$1/readyz" || true; }

is_ready() { [ "$(status_of "$1")" = 200 ]; }

answers() { [ "$(status_of "$1")" != 000 ]; }

wait_endpoint() {
  poll 60 5 is_ready "$ENDPOINT" ||
    fail "no ready API server answers at $ENDPOINT within 5 minutes: look at the control planes and at what leads to them"
}

# start_of PHASE WORDS: kubeadm, between two marks, so that a killed one can be told from a finished one.
start_of() {
  local phase=$1
  shift
  printf '%s' "$NODE_ADDRESS" >"$STATE/node-address"
  touch "$STATE/$phase-started"
  sync -f "$STATE"
  log "kubeadm $phase"
  run_kubeadm "$phase" "$@"
  touch "$STATE/$phase-done"
  sync -f "$STATE"
}

# A node that was taken back a moment ago is Ready to the cluster until it was silent for 50 s
# (kube-controller-manager's reference, --node-monitor-grace-period), and kubeadm refuses its name so long.
run_kubeadm() {
  local tries=0 words=/run/nordmesh-kubeadm.log
  until kubeadm "$@" 2>&1 | tee "$words" >&2; do
    if ! grep -q 'status "Ready" already exists in the cluster' "$words" || [ "$tries" -ge 8 ]; then
      fail "kubeadm $1 failed: its messages are above; journalctl -u kubelet has more"
    fi
    tries=$((tries + 1))
    log "the cluster still takes the node of before for Ready: trying again in 15 s"
    reset_node
    [ -z "${BOOTSTRAP:-}" ] || write_patches "$(control_plane_digest)"
    sleep 15
  done
  rm -f "$words"
}

# The token and the certificate key only ever live in memory-backed files of root.
write_join_documents() {
  local discovery config
  : "${JOIN_CONFIG:?}" "${DISCOVERY:?}" "${AUTHORITY:?}" "${TOKEN:?}" "${CERTIFICATE_KEY:=}"
  rm -rf "$PRIVATE"
  install -d -m 700 "$PRIVATE"
  discovery=${DISCOVERY//@AUTHORITY@/$AUTHORITY}
  config=${JOIN_CONFIG//@TOKEN@/$TOKEN}
  install_file "$PRIVATE/discovery.yaml" 600 "${discovery//@TOKEN@/$TOKEN}"
  install_file "$PRIVATE/kubeadm.yaml" 600 "${config//@CERTIFICATE_KEY@/$CERTIFICATE_KEY}"
}

join_cluster() {
  wait_endpoint
  write_join_documents
  start_of join --config "$PRIVATE/kubeadm.yaml"
  rm -rf "$PRIVATE"
}

forget_membership() {
  is_own_host || return 0
  reset_node
  rm -rf "$PRIVATE" "$STATE/node-address" "$STATE"/{init,join}-{started,done} "$STATE"/applied/{control-plane,kubelet-config}
}

# shellcheck shell=bash
# Applies changed settings to a member: static pods on control planes, the kubelet everywhere.
# @param KUBELET_CONFIG  what the cluster hands every kubelet
# @param INIT_CONFIG CLUSTER_CONFIG PROXY_CONFIG CERTIFICATE_NAMES BOOTSTRAP  control planes only: kubeadm
#                        documents; names in words; yes on the one that hands settings to the cluster
: "${KUBELET_CONFIG:?}" "${INIT_CONFIG:=}" "${CLUSTER_CONFIG:=}" "${PROXY_CONFIG:=}"
: "${CERTIFICATE_NAMES:=}" "${BOOTSTRAP:=}"
KUBEADM_FILE=/etc/kubernetes/kubeadm.yaml
PATCHES=/etc/kubernetes/patches
SETTINGS_KEY=NORDMESH_SETTINGS

write_kubeadm_file() {
  mkdir -p "$PATCHES"
  install_file "$KUBEADM_FILE" 600 "$(printf '%s\n---\n%s\n---\n%s\n---\n%s' "$INIT_CONFIG" "$CLUSTER_CONFIG" "$KUBELET_CONFIG" "$PROXY_CONFIG")"
}

control_plane_digest() {
  printf '%s\n' "$CLUSTER_CONFIG" "$AUDIT_POLICY" "$ADMISSION_CONFIG" "$AUTHENTICATION_CONFIG" \
    "$ENCRYPTION_CONFIG" "$ENCRYPTION_KEY" | digest
}

kubelet_digest() { digest <<<"$KUBELET_CONFIG"; }

# Each static pod carries the digest of what it runs with: a changed policy file restarts it too.
write_patches() {
  local name
  mkdir -p "$PATCHES"
  for name in kube-apiserver kube-controller-manager kube-scheduler; do
    install_file "$PATCHES/$name+strategic.yaml" 600 "spec:
  containers:
    - name: $name
      env:
        - name: $SETTINGS_KEY
          value: \"$1\"
"
  done
}

apply_control_plane() {
  local digest
  digest=$(control_plane_digest)
  if applied control-plane "$digest"; then return; fi
  log "applying changed control-plane settings"
  wait_peers
  ensure_policy
  write_patches "$digest"
  write_kubeadm_file
  if [ "$BOOTSTRAP" = yes ]; then
    kubeadm init phase upload-config kubeadm --config "$KUBEADM_FILE" >&2
  fi
  ensure_certificate_names
  kubeadm init phase control-plane all --config "$KUBEADM_FILE" >&2
  wait_static_pods "$digest"
  note_applied control-plane "$digest"
}

apply_kubelet() {
  local digest
  digest=$(kubelet_digest)
  if applied kubelet-config "$digest"; then return; fi
  log "applying changed kubelet settings"
  if [ "${BOOTSTRAP:-no}" = yes ]; then
    write_kubeadm_file
    kubeadm init phase upload-config kubelet --config "$KUBEADM_FILE" >&2
  fi
  kubeadm upgrade node phase kubelet-config >&2
  systemctl restart kubelet
  wait_kubelet
  note_applied kubelet-config "$digest"
}

note_settings() {
  [ -z "${BOOTSTRAP:-}" ] || note_applied control-plane "$(control_plane_digest)"
  note_applied kubelet-config "$(kubelet_digest)"
}

kubectl_here() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }

# Another API server that is not ready would leave none, or no quorum, while this one restarts.
wait_peers() {
  local address addresses tries=0 silent
  [ -n "$PEERS" ] || return 0
  while :; do
    silent=""
    addresses=$(member_addresses) || exit 1
    for address in $addresses; do
      # A machine that was replaced is declared under another address, or joins later.
      [[ " $PEERS " != *"=$address "* ]] || is_ready "$address:6443" || silent="$silent $address"
    done
    [ -n "$silent" ] || return 0
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || fail "the API server of$silent is not ready: the settings of $HOST were left as they are, as one control plane at a time may be away. Repair or replace it and run pulumi up again"
    sleep 5
  done
}

member_addresses() {
  kubectl_here get nodes -l node-role.kubernetes.io/control-plane \
    -o 'jsonpath={range .items[*]}{.status.addresses[?(@.type=="InternalIP")].address}{"\n"}{end}' ||
    fail "the cluster does not say which control planes it has: settings were left as they are; look at the API server (crictl logs)"
}

# A certificate is made anew where a name is missing; the API server reads the new one by itself.
ensure_certificate_names() {
  local name missing=() directory=/etc/kubernetes/pki
  for name in $CERTIFICATE_NAMES; do
    certificate_holds "$name" || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  log "the API server's certificate gets ${missing[*]}"
  rm -f "$directory/apiserver.crt" "$directory/apiserver.key"
  kubeadm init phase certs apiserver --config "$KUBEADM_FILE" >&2
}

certificate_holds() {
  local option=-checkhost
  [[ ! $1 =~ ^[0-9.]+$ ]] || option=-checkip
  [ -f /etc/kubernetes/pki/apiserver.crt ] || return 1
  openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout "$option" "$1" | grep -q 'does match'
}

# Read back from the processes themselves, as the API shows a restarted static pod minutes later.
wait_static_pods() {
  wait_static_pod kube-apiserver "$1" "$NODE_ADDRESS:6443/readyz"
  wait_static_pod kube-controller-manager "$1" 127.0.0.1:10257/healthz
  wait_static_pod kube-scheduler "$1" 127.0.0.1:10259/healthz
}

wait_static_pod() {
  poll 300 2 static_pod_serves "$@" ||
    fail "$1 does not run with the changed settings after 10 minutes: crictl ps -a, crictl logs"
}

static_pod_serves() { runs_with "$1" "$2" && [ "$(curl -sk --max-time 5 "https://$3")" = ok ]; }

runs_with() {
  local pid
  for pid in $(pgrep -f "^$1 "); do
    ! tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qxF "$SETTINGS_KEY=$2" || return 0
  done
  return 1
}

wait_kubelet() {
  poll 60 2 kubelet_serves ||
    fail "the kubelet does not run with the changed settings: journalctl -u kubelet"
}

kubelet_serves() { [ "$(curl -s --max-time 5 http://127.0.0.1:10248/healthz)" = ok ]; }

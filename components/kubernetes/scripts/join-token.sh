# shellcheck shell=bash
# Declares the nodes to the cluster, forgets machines that were replaced, and lets those join that have not:
# their token, and for control planes the encrypted certificates. Neither expires by itself, so that a run
# that was interrupted for days can go on; nodes.sh deletes both.
# @param NODES     `name role address` rows
# @param MACHINES  `name machine-id` rows, as the hosts say them now
# @param TOKEN CERTIFICATE_KEY  secrets
: "${NODES:?}" "${MACHINES:?}" "${TOKEN:?}" "${CERTIFICATE_KEY:?}"
export KUBECONFIG=/etc/kubernetes/admin.conf

# Serving certificates are approved for these names and addresses and for no others.
declare_nodes() {
  kubectl -n kube-system create configmap nordmesh-nodes --dry-run=client -o yaml \
    --from-literal=nodes="$(awk '{ print $1, $3 }' <<<"$NODES")" |
    kubectl apply --server-side --force-conflicts -f - >/dev/null
}

# `name machine-id ready` of every node of the cluster.
known_nodes() {
  kubectl get nodes -o 'jsonpath={range .items[*]}{.metadata.name} {.status.nodeInfo.machineID} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}'
}

# A node of the same name on another machine is gone for good, once it is silent too.
forget_replaced() {
  local name role address machine
  while read -r name role address; do
    machine=$(awk -v name="$name" '$1 == name { print $2 }' <<<"$MACHINES")
    is_replaced "$name" "$machine" || continue
    wait_silent "$name" "$machine"
    log "$name is another machine now: the cluster forgets the one before"
    [ "$role" = worker ] || forget_etcd_member "$name" "$address"
    kubectl delete node "$name" --ignore-not-found >/dev/null
  done <<<"$NODES"
}

is_replaced() {
  local found
  found=$(known_nodes | awk -v name="$1" '$1 == name { print $2 }')
  [ -n "$found" ] && [ -n "$2" ] && [ "$found" != "$2" ]
}

is_silent() { [ "$(known_nodes | awk -v name="$1" '$1 == name { print $3 }')" != True ]; }

wait_silent() {
  poll 40 3 is_silent "$1" ||
    fail "node $1 is Ready on a machine with another machine-id than hosts.$1 has ($2): two servers use this name. Switch the one off that must go; nothing was changed"
}

# Before the new one is added: with a dead member of three, a fourth would need three votes of four.
forget_etcd_member() {
  local id
  find_members 6 || fail "etcd does not say which members it has: look at the control planes and run again"
  id=$(awk -v name="$1" -v url="https://$2:2380" '$2 == name || $3 == url { print $1 }' <<<"$MEMBERS")
  [ -z "$id" ] || etcd_call member/remove "{\"ID\":\"$id\"}" >/dev/null ||
    fail "etcd does not let its member $1 go: look at the other members and run again"
}

missing_nodes() {
  local known
  known=$(known_nodes)
  awk 'NR == FNR { known[$1] = 1; next } !($1 in known)' <(printf '%s\n' "$known") <(printf '%s\n' "$NODES")
}

token_manifest() {
  printf '%s\n' "apiVersion: v1" "kind: Secret" "type: bootstrap.kubernetes.io/token" "metadata:" \
    "  name: bootstrap-token-${TOKEN%%.*}" "  namespace: kube-system" "stringData:" \
    "  token-id: \"${TOKEN%%.*}\"" "  token-secret: \"${TOKEN#*.}\"" \
    "  usage-bootstrap-authentication: \"true\"" "  usage-bootstrap-signing: \"true\"" \
    "  auth-extra-groups: system:bootstrappers:kubeadm:default-node-token"
}

upload_certificates() {
  local owner directory=/run/nordmesh-certificates
  rm -rf "$directory"
  install -d -m 700 "$directory"
  (umask 077 && printf '%s\n' "apiVersion: kubeadm.k8s.io/v1beta4" "kind: InitConfiguration" \
    "certificateKey: \"$CERTIFICATE_KEY\"" >"$directory/config.yaml")
  kubeadm init phase upload-certs --upload-certs --skip-certificate-key-print --config "$directory/config.yaml" >/dev/null ||
    { rm -rf "$directory"; fail "the certificates for new control planes could not be uploaded: the messages of kubeadm are above"; }
  rm -rf "$directory"
  owner=$(kubectl -n kube-system get secret kubeadm-certs -o 'jsonpath={.metadata.ownerReferences[0].name}')
  kubectl -n kube-system patch secret "$owner" --type json -p '[{"op":"remove","path":"/data/expiration"}]' >/dev/null
}

main() {
  [ "${1:?}" = ensure ] || return 0
  lock
  local missing
  declare_nodes
  forget_replaced
  missing=$(missing_nodes)
  if [ -n "$missing" ]; then
    log "admitting: $(awk '{ print $1 }' <<<"$missing" | xargs)"
    token_manifest | kubectl apply -f - >/dev/null
    ! grep -q ' control-plane ' <<<"$missing" || upload_certificates
  fi
  printf '{"admitted":true}\n'
}

main "$@" </dev/null

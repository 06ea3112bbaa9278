# shellcheck shell=bash
# Waits until every declared node is Ready and keeps its labels and taints as declared.
# @param NODES  `name|role|labels|taints` rows; lists in words
# @param TOKEN  secret; deleted here once every node has joined
: "${NODES:?}" "${TOKEN:?}"
export KUBECONFIG=/etc/kubernetes/admin.conf
LABELS_KEY=nordmesh.io/labels
TAINTS_KEY=nordmesh.io/taints

wait_ready() {
  local name=$1 tries=0 ready
  while :; do
    /usr/local/sbin/nordmesh-approve-serving || true
    ready=$(kubectl get node "$name" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null) || ready=""
    [ "$ready" != True ] || return 0
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "node $name is not Ready after 10 minutes: $(kubectl get node "$name" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].message}' 2>&1)"
    sleep 6
  done
}

annotation() { kubectl get node "$1" -o json | awk -v key="\"$2\":" '$1 == key { sub(/^[^:]*: "/, ""); sub(/",?$/, ""); print }'; }

# What an earlier run set and this one no longer declares is taken away; foreign entries stay.
sync_labels() {
  local name=$1 role=$2 declared=$3 key arguments=() words
  for key in $(annotation "$name" "$LABELS_KEY"); do
    [[ " $declared" == *" $key="* ]] || arguments+=("$key-")
  done
  declared="$declared node-role.kubernetes.io/$role="
  read -ra words <<<"$declared"
  arguments+=("${words[@]}")
  kubectl label node "$name" --overwrite "${arguments[@]}" >/dev/null
  kubectl annotate node "$name" --overwrite "$LABELS_KEY=$(keys_of "$declared")" >/dev/null
}

sync_taints() {
  local name=$1 declared=$2 taint
  for taint in $(annotation "$name" "$TAINTS_KEY") node-role.kubernetes.io/control-plane:NoSchedule; do
    [[ " $(bare_taints "$declared") " == *" $taint "* ]] || kubectl taint node "$name" "$taint-" >/dev/null 2>&1 || true
  done
  for taint in $declared; do
    kubectl taint node "$name" --overwrite "$taint" >/dev/null
  done
  kubectl annotate node "$name" --overwrite "$TAINTS_KEY=$(bare_taints "$declared")" >/dev/null
}

keys_of() { tr ' ' '\n' <<<"$1" | sed -n 's/=.*//p' | xargs; }

# key=value:Effect without its value, as removal wants it.
bare_taints() { tr ' ' '\n' <<<"$1" | sed 's/=[^:]*:/:/' | xargs; }

# Not `rollout status`: it gives up for good where a slow start passed the deployment's progress deadline.
wait_dns() {
  kubectl -n kube-system wait deployment/coredns --for=condition=Available --timeout=20m >&2 ||
    fail "CoreDNS does not run: kubectl -n kube-system describe pods -l k8s-app=kube-dns"
}

forget_admission() {
  kubectl -n kube-system delete secret "bootstrap-token-${TOKEN%%.*}" kubeadm-certs --ignore-not-found >/dev/null
}

main() {
  [ "${1:?}" = ensure ] || return 0
  lock
  local name role labels taints count=0
  while IFS='|' read -r name role labels taints; do
    [ -n "$name" ] || continue
    wait_ready "$name"
    sync_labels "$name" "$role" "$labels"
    sync_taints "$name" "$taints"
    count=$((count + 1))
  done <<<"$NODES"
  wait_dns
  forget_admission
  printf '{"ready":%d}\n' "$count"
}

main "$@" </dev/null

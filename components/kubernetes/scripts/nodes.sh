# shellcheck shell=bash
# Waits until every declared node is Ready, keeps its labels and taints as declared, lets go of nodes that
# are no longer declared, and reads the kubelets' settings back.
# @param NODES           `name|role|labels|taints` rows; lists in words
# @param MACHINES        `name machine-id` rows: another machine is another node
# @param KUBELET_FIELDS  `"name":value` rows every kubelet must show
# @param TOKEN           secret; deleted here once every node has joined
: "${NODES:?}" "${MACHINES:?}" "${KUBELET_FIELDS?}" "${TOKEN:?}"
export KUBECONFIG=/etc/kubernetes/admin.conf
LABELS_KEY=nordmesh.io/labels
TAINTS_KEY=nordmesh.io/taints

# `name|ready|labels|taints|our labels|our taints` of every node of the cluster.
nodes_now() {
  kubectl get nodes -o go-template="{{range .items}}{{.metadata.name}}|{{range .status.conditions}}{{if eq .type \"Ready\"}}{{.status}}{{end}}{{end}}|{{range \$k, \$v := .metadata.labels}}{{\$k}}={{\$v}} {{end}}|{{range .spec.taints}}{{.key}}={{with .value}}{{.}}{{end}}:{{.effect}} {{end}}|{{with .metadata.annotations}}{{with index . \"$LABELS_KEY\"}}{{.}}{{end}}|{{with index . \"$TAINTS_KEY\"}}{{.}}{{end}}{{end}}
{{end}}"
}

declared_names() { awk -F'|' '$1 != "" { print $1 }' <<<"$NODES"; }

wait_ready() {
  local tries=0 missing
  while :; do
    /usr/local/sbin/nordmesh-approve-serving || true
    # The empty row tells the two lists apart where the API server does not answer.
    missing=$(awk -F'|' 'NR == FNR { if ($2 == "True") ready[$1] = 1; next } !($1 in ready)' \
      <(nodes_now || true; echo) <(declared_names) | xargs)
    [ -n "$missing" ] || return 0
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || fail "not Ready after 10 minutes: $missing: kubectl describe node; journalctl -u kubelet there"
    sleep 3
  done
}

# What an earlier run set and this one no longer declares is taken away; foreign entries stay.
sync_labels() {
  local name=$1 declared=$2 current=$3 ours=$4 key word arguments=()
  for key in $ours; do
    [[ " $declared " == *" $key="* ]] || arguments+=("$key-")
  done
  for word in $declared; do
    [[ " $current " == *" $word "* ]] || arguments+=("$word")
  done
  record "$name" "$LABELS_KEY" "$ours" "$(label_keys "$declared")" label "${arguments[@]}"
}

sync_taints() {
  local name=$1 declared=$2 current=$3 ours=$4 taint arguments=() bare
  bare=$(bare_taints "$declared")
  # kubectl fails on a taint that it is to take away twice.
  for taint in $(tr ' ' '\n' <<<"$ours node-role.kubernetes.io/control-plane:NoSchedule" | sort -u); do
    [[ " $bare " == *" $taint "* || " $(bare_taints "$current") " != *" $taint "* ]] || arguments+=("$taint-")
  done
  for taint in $declared; do
    [[ " $current " == *" $taint "* ]] || arguments+=("$taint")
  done
  record "$name" "$TAINTS_KEY" "$ours" "$bare" taint "${arguments[@]}"
}

# record NODE KEY OLD NEW VERB ARGUMENTS: what is set is noted before as well as after, or a run that was
# killed between would leave a label that nobody takes away.
record() {
  local name=$1 key=$2 old=$3 new=$4 verb=$5
  shift 5
  if [ $# -gt 0 ]; then
    kubectl annotate node "$name" --overwrite "$key=$(tr ' ' '\n' <<<"$old $new" | sort -u | words)" >/dev/null
    kubectl "$verb" node "$name" --overwrite "$@" >/dev/null
  elif [ "$old" = "$new" ]; then
    return
  fi
  kubectl annotate node "$name" --overwrite "$key=$new" >/dev/null
}

words() { xargs; }

label_keys() { tr ' ' '\n' <<<"$1" | cut -d= -f1 | words; }

# key=value:Effect without its value, as removal wants it.
bare_taints() { tr ' ' '\n' <<<"$1" | sed 's/=.*:/:/' | words; }

# key:Effect as key=:Effect, as a node's own list is printed.
full_taints() { tr ' ' '\n' <<<"$1" | sed 's/^\([^=:]*\):/\1=:/' | words; }

sync_nodes() {
  local now name role labels taints row current_labels current_taints our_labels our_taints
  now=$(nodes_now)
  while IFS='|' read -r name role labels taints; do
    [ -n "$name" ] || continue
    row=$(awk -F'|' -v name="$name" '$1 == name' <<<"$now")
    IFS='|' read -r _ _ current_labels current_taints our_labels our_taints <<<"$row"
    sync_labels "$name" "$(words <<<"$labels node-role.kubernetes.io/$role=")" "$current_labels" "$our_labels"
    sync_taints "$name" "$(full_taints "$taints")" "$current_taints" "$our_taints"
  done <<<"$NODES"
}

# Nodes of ours that are declared no more: their pods move first, and what runs on them goes afterwards.
retire_undeclared() {
  local name ready labels taints ours our_taints
  while IFS='|' read -r name ready labels taints ours our_taints; do
    [ -n "$ours$our_taints" ] || continue
    ! grep -qxF "$name" < <(declared_names) || continue
    log "$name is declared no more: its pods move"
    [ "$ready" != True ] ||
      kubectl drain "$name" --ignore-daemonsets --delete-emptydir-data --timeout=10m >&2 </dev/null ||
      fail "pods of $name could not move within 10 minutes (messages above): make room or relax their disruption budgets, and run pulumi up again"
    kubectl delete node "$name" --ignore-not-found >/dev/null
  done < <(nodes_now)
}

# A new kubelet is Ready before it has its serving certificate, which somebody has to approve.
settings_of() {
  kubectl get --raw "/api/v1/nodes/$1/proxy/configz" && return
  /usr/local/sbin/nordmesh-approve-serving || true
  return 1
}

check_kubelets() {
  local name field shown wrong=()
  for name in $(declared_names); do
    shown=$(poll 60 3 settings_of "$name") ||
      fail "the kubelet of $name does not show its settings: kubectl get csr, journalctl -u kubelet there"
    while read -r field; do
      [ -z "$field" ] || grep -qF -e "$field," -e "$field}" <<<"$shown" || wrong+=("$name: $field")
    done <<<"$KUBELET_FIELDS"
  done
  [ ${#wrong[@]} -eq 0 ] || fail "kubelets run without declared settings: $(printf '%s; ' "${wrong[@]}")look at /var/lib/kubelet/config.yaml there"
}

# Not `rollout status`: it gives up for good where a slow start passed the deployment's progress deadline.
wait_dns() {
  kubectl -n kube-system wait deployment/coredns --for=condition=Available --timeout=20m >&2 ||
    fail "CoreDNS does not run: kubectl -n kube-system describe pods -l k8s-app=kube-dns"
}

# Each upload of the certificates made a token that owns them, without a right of its own; a killed run leaves its.
forget_admission() {
  local owners
  owners=$(kubectl -n kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token \
    -o go-template='{{range .items}}{{if not (index .data "usage-bootstrap-authentication")}}{{.metadata.name}} {{end}}{{end}}')
  # shellcheck disable=SC2086 # a list of words
  kubectl -n kube-system delete secret "bootstrap-token-${TOKEN%%.*}" $owners kubeadm-certs --ignore-not-found >/dev/null
}

main() {
  [ "${1:?}" = ensure ] || return 0
  lock
  wait_ready
  sync_nodes
  retire_undeclared
  check_kubelets
  spread_dns
  wait_dns
  forget_admission
  printf '{"ready":%d}\n' "$(declared_names | wc -l)"
}

main "$@" </dev/null

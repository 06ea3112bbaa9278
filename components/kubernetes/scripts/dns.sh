# shellcheck shell=bash
# Keeps the replicas of CoreDNS on different nodes: kubeadm starts them while there is but one.

# A drained or silent node does not count, so its replica may go to a node that has one already.
DNS_SPREAD='{"spec":{"template":{"spec":{"topologySpreadConstraints":[{
  "maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"DoNotSchedule",
  "nodeTaintsPolicy":"Honor","matchLabelKeys":["pod-template-hash"],
  "labelSelector":{"matchLabels":{"k8s-app":"kube-dns"}}}]}}}}'

# kubeadm writes its own deployment back when it upgrades the add-on, so each run looks again.
spread_dns() {
  local patched pod
  [ "$(dns_nodes | wc -l)" -gt 1 ] || return 0
  patched=$(kubectl -n kube-system patch deployment coredns --type merge -p "$DNS_SPREAD") ||
    fail "cannot spread the replicas of CoreDNS: kubectl -n kube-system get deployment coredns"
  if [[ "$patched" == *"(no change)"* ]]; then
    pod=$(stacked_dns_pod)
    [ -z "$pod" ] || kubectl -n kube-system delete pod "$pod" >&2
  fi
  await_dns_rollout
}

# Nodes whose taints CoreDNS tolerates.
dns_nodes() {
  kubectl get nodes -o 'jsonpath={range .items[*]}{.metadata.name}|{.spec.unschedulable}|{range .spec.taints[*]}{.key}:{.effect} {end}{"\n"}{end}' |
    awk -F'|' '$1 != "" && $2 != "true" {
      gsub(/(node-role\.kubernetes\.io\/control-plane:NoSchedule|CriticalAddonsOnly:[A-Za-z]+|[^ ]+:PreferNoSchedule) /, "", $3)
      if ($3 == "") print $1
    }'
}

# The last of several replicas where one node has all of them.
stacked_dns_pod() {
  kubectl -n kube-system get pods -l k8s-app=kube-dns --field-selector status.phase=Running \
    -o 'jsonpath={range .items[*]}{.spec.nodeName} {.metadata.name}{"\n"}{end}' |
    awk 'NF == 2 { pods++; name = $2; if (!($1 in seen)) { seen[$1] = 1; nodes++ } } END { if (pods > 1 && nodes == 1) print name }'
}

# DNS answers meanwhile and wait_dns judges it, so replicas that find no room are only told of.
await_dns_rollout() {
  poll 100 3 dns_settled ||
    log "not every replica of CoreDNS found a node of its own within 5 minutes: kubectl -n kube-system describe pods -l k8s-app=kube-dns"
}

dns_settled() {
  kubectl -n kube-system get deployment coredns \
    -o 'jsonpath={.metadata.generation}|{.status.observedGeneration}|{.spec.replicas}|{.status.updatedReplicas}|{.status.replicas}|{.status.readyReplicas}' |
    awk -F'|' '{ exit !($1 == $2 && $3 + 0 == $4 + 0 && $4 + 0 == $5 + 0 && $5 + 0 == $6 + 0) }'
}

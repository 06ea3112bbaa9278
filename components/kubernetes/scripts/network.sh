# shellcheck shell=bash
# Pod network of a node.
# @param CNI          flannel or bridge
# @param CNI_CONFIG   conflist with @POD_CIDR@ in place of the node's own range (bridge)
# @param POD_CIDR     range of the whole cluster
: "${CNI:?}" "${CNI_CONFIG?}" "${POD_CIDR:?}"

# The node's own range comes from the controller manager, shortly after the node registers.
ensure_bridge() {
  [ "$CNI" = bridge ] || return 0
  local range="" tries=0
  while [ -z "$range" ]; do
    range=$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf get node "$HOST" -o 'jsonpath={.spec.podCIDR}' 2>/dev/null) || range=""
    tries=$((tries + 1))
    [ "$tries" -lt 150 ] || fail "the node got no pod range within 5 minutes: look at kube-controller-manager"
    [ -n "$range" ] || sleep 2
  done
  install_file /etc/cni/net.d/10-bridge.conflist 600 "${CNI_CONFIG//@POD_CIDR@/$range}"
}

# The vendor's manifest, checked, with this cluster's range and nftables in place of iptables.
apply_flannel() {
  [ "$CNI" = flannel ] || return 0
  local manifest
  manifest=$(artifact kube-flannel.yml)
  sed -e "s#10\.244\.0\.0/16#$POD_CIDR#" -e 's/"EnableNFTables": false/"EnableNFTables": true/' "$manifest" |
    kubectl --kubeconfig /etc/kubernetes/admin.conf apply --server-side --force-conflicts -f - >&2
}

# shellcheck shell=bash
# Files the API server reads, and the removal of everything kubeadm made on a node.
# @param AUDIT_POLICY ADMISSION_CONFIG AUTHENTICATION_CONFIG  file contents
# @param ENCRYPTION_CONFIG  file content with @ENCRYPTION_KEY@ in place of the key
# @param ENCRYPTION_KEY  secret, 32 bytes in base64
# @param NETWORK_CONFIG  file that the pod network puts into /etc/cni/net.d
# @param NETWORK_PATHS NETWORK_MOUNTS NETWORK_LINKS  what else it leaves on a node, in words
: "${NETWORK_CONFIG:?}" "${NETWORK_PATHS?}" "${NETWORK_MOUNTS?}" "${NETWORK_LINKS?}"
POLICY=/etc/kubernetes/policy

ensure_policy() {
  : "${AUDIT_POLICY:?}" "${ADMISSION_CONFIG:?}" "${AUTHENTICATION_CONFIG:?}"
  : "${ENCRYPTION_CONFIG:?}" "${ENCRYPTION_KEY:?}"
  mkdir -p "$POLICY" /var/log/kubernetes/audit
  chmod 700 "$POLICY" /var/log/kubernetes/audit
  install_file "$POLICY/audit.yaml" 600 "$AUDIT_POLICY"
  install_file "$POLICY/admission.yaml" 600 "$ADMISSION_CONFIG"
  install_file "$POLICY/authentication.yaml" 600 "$AUTHENTICATION_CONFIG"
  install_file "$POLICY/encryption.yaml" 600 "${ENCRYPTION_CONFIG/@ENCRYPTION_KEY@/$ENCRYPTION_KEY}"
}

# The key in use is the only one that opens the cluster's Secrets.
refuse_other_key() {
  [ -f "$POLICY/encryption.yaml" ] || return 0
  [[ "$(cat "$POLICY/encryption.yaml")" == *"$ENCRYPTION_KEY"* ]] ||
    fail "the Secrets of this cluster are sealed with a key that this state does not have: with another one they could never be read again; nothing was changed. Use the state that made the cluster (pulumi stack export there, pulumi stack import here), or give the new cluster other hosts"
}

# CIS 4.1: files kubeadm leaves readable for all.
tighten_modes() {
  local path
  for path in /var/lib/kubelet/config.yaml /etc/kubernetes/*.conf /etc/kubernetes/manifests/*.yaml \
    /etc/kubernetes/pki/*.crt /etc/kubernetes/pki/etcd/*.crt /etc/cni/net.d/*; do
    [ ! -f "$path" ] || chmod 600 "$path"
  done
  [ ! -d /var/lib/etcd ] || chmod 700 /var/lib/etcd
}

# rollback_incomplete init|join: a start that did not end is taken back whole; a finished one is never touched.
rollback_incomplete() {
  local marker=$1
  [ -f "$STATE/$marker-started" ] && [ ! -f "$STATE/$marker-done" ] || return 0
  log "an earlier kubeadm $marker was interrupted: taking it back and starting again"
  reset_node
  rm -f "$STATE/$marker-started"
}

# reset_node: the cluster forgets this node first, then its data goes; logs stay. A killed one is run again.
# $STATE/cluster-gone, made by a person, says that there is no cluster left to leave.
reset_node() {
  local path
  leave_cluster
  # The phase that is skipped deletes etcd's data even where the member could not be removed.
  kubeadm reset -f --cleanup-tmp-dir --skip-phases=remove-etcd-member \
    --cri-socket unix:///run/containerd/containerd.sock >&2 ||
    fail "kubeadm reset failed, its messages are above: the removal stopped there; mend what it names and run again"
  systemctl stop kubelet 2>/dev/null || true
  remove_sandboxes
  awk '$2 ~ "^/var/lib/kubelet/" { print $2 }' /proc/mounts | sort -r | xargs -r -n1 umount -l
  for path in $NETWORK_MOUNTS; do
    ! grep -qF " $path " /proc/mounts || umount -l "$path"
  done
  remove_node_files
  remove_network
  rm -f "$STATE/left-cluster" "$STATE/cluster-gone"
}

# Files of kubeadm, the kubelet and the declared pod network, by name: what lies beside them stays.
remove_node_files() {
  local name path
  for name in admin super-admin kubelet bootstrap-kubelet controller-manager scheduler; do
    rm -f "/etc/kubernetes/$name.conf"
  done
  for path in /etc/kubernetes/manifests /etc/kubernetes/pki /etc/kubernetes/tmp /etc/kubernetes/patches /etc/kubernetes/kubeadm.yaml \
    /var/lib/kubelet/config.yaml /var/lib/kubelet/pki /var/lib/kubelet/instance-config.yaml \
    /var/lib/etcd $NETWORK_PATHS; do
    remove_tree "$path"
  done
  # containerd ends itself when the directory it watches goes away, so only its content goes.
  ! is_ours "$NETWORK_CONFIG" || rm -f "$NETWORK_CONFIG"
  rmdir /etc/kubernetes 2>/dev/null || true
}

# leave_cluster: removes this host's etcd member, then its node object, while the others still answer.
# The last control plane has nobody to leave, an interrupted init had nobody yet; a worker has no member.
leave_cluster() {
  local others
  [ -f /etc/kubernetes/admin.conf ] && [ ! -f "$STATE/left-cluster" ] && [ ! -f "$STATE/cluster-gone" ] || return 0
  MEMBERS=""
  if unfinished_init; then
    find_members 1 || return 0
  else
    find_members 6 ||
      fail "neither etcd nor the API server answers, so $HOST would stay behind as a dead etcd member: nothing was deleted; bring the control planes back and run again, or, if they are gone for good, first touch $STATE/cluster-gone on $HOST"
  fi
  others=$(members other)
  if [ -n "$others" ]; then
    remove_own_member
    delete_node_object "$others"
  fi
  touch "$STATE/left-cluster"
  sync -f "$STATE"
}

unfinished_init() { [ -f "$STATE/init-started" ] && [ ! -f "$STATE/init-done" ]; }

remove_own_member() {
  local row answer=""
  row=$(members own)
  [ -n "$row" ] || return 0
  log "removing this host's etcd member"
  answer=$(etcd_call member/remove "{\"ID\":\"${row%% *}\"}" 2>&1) || true
  find_members 6 ||
    fail "etcd does not answer after it was asked to remove its member $HOST: look at the other control planes and run again; nothing on $HOST was deleted"
  [ -z "$(members own)" ] ||
    fail "etcd keeps its member $HOST (${answer:-no answer}): with other members dead it lets none go, so remove or mend those first and run again; nothing was deleted"
}

# Each other control plane is asked by itself: the endpoint may lead to the API server that just lost its etcd.
delete_node_object() {
  local url
  while read -r _ _ _ url; do
    ! kubectl --kubeconfig /etc/kubernetes/admin.conf --server "${url%:*}:6443" --request-timeout=30s \
      delete node "$HOST" --ignore-not-found >&2 || return 0
  done <<<"$1"
  fail "no other control plane deletes the node object $HOST: run kubectl delete node $HOST, or mend their API servers, and run again; nothing on $HOST was deleted"
}

# Another containerd may have taken the socket over since: its tasks are none of ours.
remove_sandboxes() {
  runs_from /etc/systemd/system/containerd.service || return 0
  systemctl is-active -q containerd || return 0
  ctr -n k8s.io tasks ls -q 2>/dev/null | xargs -r -n1 ctr -n k8s.io tasks kill -s SIGKILL 2>/dev/null || true
  ctr -n k8s.io tasks ls -q 2>/dev/null | xargs -r -n1 ctr -n k8s.io tasks rm -f 2>/dev/null || true
  ctr -n k8s.io containers ls -q 2>/dev/null | xargs -r ctr -n k8s.io containers rm 2>/dev/null || true
}

# Links, rules and namespaces of kube-proxy and the pod network.
remove_network() {
  local link table namespace
  for link in $NETWORK_LINKS kube-ipvs0 nodelocaldns; do
    ip link delete "$link" 2>/dev/null || true
  done
  for namespace in /run/netns/cni-*; do
    [ ! -e "$namespace" ] || ip netns delete "${namespace##*/}" 2>/dev/null || true
  done
  nft list tables 2>/dev/null | awk '$3 ~ /^(kube-proxy|flannel|cni_hostport|cni_plugins)/ { print $2, $3 }' |
    while read -r family table; do nft delete table "$family" "$table"; done
  remove_iptables_chains iptables
  remove_iptables_chains ip6tables
}

# Only chains that Kubernetes and CNI plug-ins own; the operator's own rules stay.
remove_iptables_chains() {
  local command=$1
  command -v "$command-save" >/dev/null || return 0
  "$command-save" 2>/dev/null | grep -qE 'KUBE-|CNI-|FLANNEL-|CILIUM_' || return 0
  "$command-save" | grep -vE 'KUBE-|CNI-|FLANNEL-|CILIUM_' | "$command-restore"
}

# shellcheck shell=bash
# Files the API server reads, and the removal of everything kubeadm made on a node.
# @param AUDIT_POLICY ADMISSION_CONFIG AUTHENTICATION_CONFIG  file contents
# @param ENCRYPTION_CONFIG  file content with @ENCRYPTION_KEY@ in place of the key
# @param ENCRYPTION_KEY  secret, 32 bytes in base64
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

# CIS 4.1: files kubeadm leaves readable for all.
tighten_modes() {
  local path
  for path in /var/lib/kubelet/config.yaml /etc/kubernetes/*.conf /etc/kubernetes/manifests/*.yaml \
    /etc/kubernetes/pki/*.crt /etc/kubernetes/pki/etcd/*.crt /etc/cni/net.d/*; do
    [ ! -f "$path" ] || chmod 600 "$path"
  done
  [ ! -d /var/lib/etcd ] || chmod 700 /var/lib/etcd
}

# A start that did not end is taken back whole; a finished one is never touched.
take_back_unfinished() {
  local marker=$1
  [ -f "$STATE/$marker-started" ] && [ ! -f "$STATE/$marker-done" ] || return 0
  log "an earlier kubeadm $marker was interrupted: taking it back and starting again"
  reset_node
  rm -f "$STATE/$marker-started"
}

reset_node() {
  local kept=""
  if [ -d "$POLICY" ]; then
    kept=$(mktemp -d /run/nordmesh-policy.XXXXXX)
    mv "$POLICY" "$kept/policy"
  fi
  kubeadm reset -f --cleanup-tmp-dir >&2 || log "kubeadm reset reported an error; going on with the removal"
  systemctl stop kubelet 2>/dev/null || true
  remove_sandboxes
  awk '$2 ~ "^/var/lib/kubelet/" { print $2 }' /proc/mounts | sort -r | xargs -r -n1 umount -l
  rm -rf /etc/kubernetes /var/lib/etcd /var/lib/kubelet/config.yaml /var/lib/kubelet/pki \
    /var/lib/kubelet/instance-config.yaml /var/lib/cni
  # containerd ends itself when the directory it watches goes away, so only its content goes.
  rm -rf /etc/cni/net.d/*
  remove_network
  if [ -n "$kept" ]; then
    mkdir -p /etc/kubernetes
    mv "$kept/policy" "$POLICY"
    rmdir "$kept"
  fi
}

remove_sandboxes() {
  systemctl is-active -q containerd || return 0
  ctr -n k8s.io tasks ls -q 2>/dev/null | xargs -r -n1 ctr -n k8s.io tasks kill -s SIGKILL 2>/dev/null || true
  ctr -n k8s.io tasks ls -q 2>/dev/null | xargs -r -n1 ctr -n k8s.io tasks rm -f 2>/dev/null || true
  ctr -n k8s.io containers ls -q 2>/dev/null | xargs -r ctr -n k8s.io containers rm 2>/dev/null || true
}

# Links, rules and namespaces of kube-proxy and the pod network.
remove_network() {
  local link table namespace
  for link in cni0 flannel.1 kube-ipvs0 nodelocaldns; do
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
  "$command-save" 2>/dev/null | grep -qE 'KUBE-|CNI-|FLANNEL-' || return 0
  "$command-save" | grep -vE 'KUBE-|CNI-|FLANNEL-' | "$command-restore"
}

# shellcheck shell=bash
# Pod network of the cluster.
# @param FLANNEL_MANIFEST  objects of flannel
: "${FLANNEL_MANIFEST:?}"

apply_flannel() {
  kubectl --kubeconfig /etc/kubernetes/admin.conf apply --server-side --force-conflicts -f - >&2 <<<"$FLANNEL_MANIFEST"
}

# shellcheck shell=bash
# Lets the declared nodes join: their token, and for control planes the encrypted certificates.
# Neither expires by itself, so that a run that was interrupted for days can go on; nodes.sh deletes both.
# @param JOINING          names of the nodes that join, in words
# @param CONTROL_PLANES   yes when one of them is a control plane
# @param TOKEN CERTIFICATE_KEY  secrets
: "${JOINING:?}" "${CONTROL_PLANES:?}" "${TOKEN:?}" "${CERTIFICATE_KEY:?}"
export KUBECONFIG=/etc/kubernetes/admin.conf

token_manifest() {
  printf '%s\n' "apiVersion: v1" "kind: Secret" "type: bootstrap.kubernetes.io/token" "metadata:" \
    "  name: bootstrap-token-${TOKEN%%.*}" "  namespace: kube-system" "stringData:" \
    "  token-id: \"${TOKEN%%.*}\"" "  token-secret: \"${TOKEN#*.}\"" \
    "  usage-bootstrap-authentication: \"true\"" "  usage-bootstrap-signing: \"true\"" \
    "  auth-extra-groups: system:bootstrappers:kubeadm:default-node-token"
}

upload_certificates() {
  local directory owner
  directory=$(mktemp -d /run/nordmesh-certificates.XXXXXX)
  (umask 077 && printf '%s\n' "apiVersion: kubeadm.k8s.io/v1beta4" "kind: InitConfiguration" \
    "certificateKey: \"$CERTIFICATE_KEY\"" >"$directory/config.yaml")
  kubeadm init phase upload-certs --upload-certs --skip-certificate-key-print --config "$directory/config.yaml" >/dev/null
  rm -rf "$directory"
  owner=$(kubectl -n kube-system get secret kubeadm-certs -o 'jsonpath={.metadata.ownerReferences[0].name}')
  kubectl -n kube-system patch secret "$owner" --type json -p '[{"op":"remove","path":"/data/expiration"}]' >/dev/null
}

main() {
  [ "${1:?}" = ensure ] || return 0
  lock
  log "admitting: $JOINING"
  token_manifest | kubectl apply -f - >/dev/null
  [ "$CONTROL_PLANES" = no ] || upload_certificates
  printf '{"admitted":true}\n'
}

main "$@" </dev/null

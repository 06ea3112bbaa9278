# shellcheck shell=bash
# Proves, before another root signs, that every proxy has started with the roots that are declared: a proxy
# reads them once, and would refuse every workload whose certificate is below one it does not know.
# @param SIGNED_BY  name of the root that is to sign
: "${SIGNED_BY:?}"
export KUBECONFIG=/etc/kubernetes/admin.conf

# Prints what signs now; nothing before the first time.
signer() {
  kubectl -n linkerd get secret linkerd-identity-issuer --ignore-not-found \
    -o 'jsonpath={.metadata.annotations.nordmesh\.dev/signed-by}'
}

# The digest that the injector writes beside the roots it gives to a proxy.
declared() {
  kubectl -n linkerd get configmap linkerd-identity-trust-roots -o 'jsonpath={.data.ca-bundle\.crt}' |
    sha256sum | cut -d' ' -f1
}

# Prints namespace and name of each running pod whose proxy started with other roots. Linkerd's own pods have no digest.
behind() {
  local digest=$1
  kubectl get pods -A -l linkerd.io/control-plane-ns=linkerd,'!linkerd.io/control-plane-component' \
    -o 'jsonpath={range .items[*]}{.metadata.namespace}{"/"}{.metadata.name}{" "}{.status.phase}{" "}{.metadata.annotations.linkerd\.io/trust-root-sha256}{"\n"}{end}' |
    awk -v digest="$digest" '$2 != "Succeeded" && $2 != "Failed" && NF > 1 && $3 != digest { print $1 }'
}

ensure() {
  local now digest pods
  now=$(signer)
  if [ -n "$now" ] && [ "$now" != "$SIGNED_BY" ]; then
    digest=$(declared)
    pods=$(behind "$digest")
    [ -z "$pods" ] ||
      fail "$(wc -l <<<"$pods") proxies started before root $SIGNED_BY was declared and would refuse what it signs: $(head -n 10 <<<"$pods" | xargs). The certificates were not changed. Start them again with kubectl rollout restart, then run pulumi up again"
  fi
  printf '{"signedBy":"%s","before":"%s"}\n' "$SIGNED_BY" "$now"
}

# It changes nothing in the cluster that had to be undone.
remove() { :; }

run_action "$@" </dev/null

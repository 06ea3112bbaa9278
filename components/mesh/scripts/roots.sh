# shellcheck shell=bash
# Proves what proxies trust: before the certificates of the mesh change, that no workload will refuse another;
# afterwards, that each proxy has heard of every root and each istiod signs by the declared one.
# @param WHEN    before or after the change
# @param ROOTS   common names of the roots, parted by blanks
# @param SIGNER  common name of the root that signs
: "${WHEN:?}" "${ROOTS:?}" "${SIGNER:?}"
export KUBECONFIG=/etc/kubernetes/admin.conf
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER" ${CREDENTIALS:+"$CREDENTIALS"}' EXIT

# Prints namespace and name of each ready pod that has a proxy.
proxies() {
  kubectl get pods -A -o 'jsonpath={range .items[*]}{.metadata.namespace}{" "}{.metadata.name}{" ready="}{.status.conditions[?(@.type=="Ready")].status}{" deleted="}{.metadata.deletionTimestamp}{" "}{.spec.initContainers[*].name}{" "}{.spec.containers[*].name}{"\n"}{end}' |
    awk '$3 == "ready=True" && $4 == "deleted=" && / istio-proxy( |$)/ { print $1, $2 }'
}

# dump NAMESPACE POD: prints what the proxy has of certificates and roots.
dump() {
  kubectl -n "$1" exec "$2" -c istio-proxy -- pilot-agent request GET 'config_dump?resource=dynamic_active_secrets' 2>/dev/null
}

# serves NAMESPACE POD: true where the pod is still there and ready, or where nobody can say.
serves() {
  local listed
  listed=$(proxies) || return 0
  grep -qxF "$1 $2" <<<"$listed"
}

# Prints subject and issuer, by their common names, of each certificate in a dump.
certificates() {
  sed -n 's/.*"inline_bytes": *"\([A-Za-z0-9+/=]*\)".*/\1/p' |
    while read -r text; do base64 -d <<<"$text" && echo; done |
    names
}

# Prints subject and issuer, by their common names, of each certificate among other text.
names() {
  awk '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/' |
    openssl crl2pkcs7 -nocrl -certfile /dev/stdin 2>/dev/null |
    openssl pkcs7 -print_certs -noout |
    sed -n -e 's/^\(subject\|issuer\)=.*CN *= *\([^,/]*\).*$/\1 \2/p' -e 's/^\(subject\|issuer\)=.*$/\1 -/p' |
    awk '$1 == "subject" { subject = $2 } $1 == "issuer" { print subject, $2 }'
}

# judge NAMESPACE POD: writes what is wrong with the proxy into a file, one word and what it is about.
judge() {
  local dumped held root problems=""
  dumped=$(dump "$1" "$2") || {
    ! serves "$1" "$2" || echo "$1/$2 unasked answer" >"$FOLDER/$1.$2"
    return 0
  }
  held=$(certificates <<<"$dumped") || held=""
  # One that serves nobody has not asked for its certificates yet.
  [ -n "$held" ] || return 0
  if [ "$WHEN" = before ]; then
    grep -qxF "$SIGNER $SIGNER" <<<"$held" || problems+="lacks $SIGNER"$'\n'
    while read -r root; do
      [[ " $ROOTS " == *" $root "* ]] || problems+="shows $root"$'\n'
    done < <(awk '$1 != $2 && $1 != "-" { print $2 }' <<<"$held" | sort -u)
  else
    for root in $ROOTS; do
      grep -qxF "$root $root" <<<"$held" || problems+="lacks $root"$'\n'
    done
  fi
  printf '%s' "$problems" | sed "s|^|$1/$2 |" >"$FOLDER/$1.$2"
}

# chain POD: what an istiod shows a proxy that connects to it.
chain() {
  local port="" forwarding
  kubectl -n istio-system port-forward "pod/$1" :15012 >"$FOLDER/forward" 2>&1 &
  forwarding=$!
  poll 20 0.5 grep -q '^Forwarding from 127' "$FOLDER/forward" || true
  port=$(sed -n 's/^Forwarding from 127[0-9.]*:\([0-9]*\) .*/\1/p' "$FOLDER/forward")
  [ -z "$port" ] || openssl s_client -connect "127.0.0.1:$port" -showcerts 2>/dev/null </dev/null || true
  kill "$forwarding" 2>/dev/null || true
  wait "$forwarding" 2>/dev/null || true
  rm -f "$FOLDER/forward"
}

# A kubelet brings a changed Secret to a pod within two minutes, and only then does istiod sign by it.
judge_istiods() {
  local pod
  for pod in $(kubectl -n istio-system get pods -l app=istiod --field-selector=status.phase=Running -o 'jsonpath={.items[*].metadata.name}'); do
    chain "$pod" | names | awk -v root="$SIGNER" '$1 != $2 && $2 == root { found = 1 } END { exit !found }' ||
      printf 'istio-system/%s signs-without %s\n' "$pod" "$SIGNER" >"$FOLDER/istio-system.$pod"
  done
}

# look: judges sixteen proxies at a time; false where something is wrong with any.
look() {
  local namespace pod listed number=0
  rm -f "$FOLDER"/*
  listed=$(proxies) || {
    PROBLEMS="all unlisted -"
    return 1
  }
  while read -r namespace pod; do
    [ -n "$pod" ] || continue
    judge "$namespace" "$pod" &
    number=$((number + 1))
    [ $((number % 16)) -ne 0 ] || wait
  done <<<"$listed"
  wait
  [ "$WHEN" = before ] || judge_istiods
  COUNT=$number
  PROBLEMS=$(cat "$FOLDER"/* 2>/dev/null || true)
  [ -z "$PROBLEMS" ]
}

# pods_that WORD: the first ten of them, with the root in question.
pods_that() {
  awk -v word="$1" '$2 == word { print $1 " " $3 }' <<<"$PROBLEMS" | sort | awk '
    { roots[$2] = 1; if (NR <= 10) pods = pods (NR > 1 ? ", " : "") $1 }
    END { for (root in roots) names = names " " root; print names ": " pods (NR > 10 ? " and " NR - 10 " more" : "") }'
}

give_up() {
  [[ $PROBLEMS != *" unlisted "* ]] || log "the API server did not list the pods, so what proxies trust is not known; run pulumi up again"
  if grep -q ' unasked ' <<<"$PROBLEMS"; then
    log "proxies of ready pods do not$(pods_that unasked), so what they trust is not known; see kubectl exec on one of them, and run pulumi up again"
  fi
  if grep -q ' shows ' <<<"$PROBLEMS"; then
    log "proxies show certificates of a root that is no longer declared,$(pods_that shows). They renew within a day; wait, or start them again with kubectl rollout restart"
  fi
  if grep -q ' lacks ' <<<"$PROBLEMS"; then
    log "proxies do not trust a root,$(pods_that lacks). Each hears of a root while its control plane runs; start them again with kubectl rollout restart if this stays"
  fi
  if grep -q ' signs-without ' <<<"$PROBLEMS"; then
    log "istiod does not sign by the declared root,$(pods_that signs-without). Read: kubectl -n istio-system logs -l app=istiod"
  fi
  fail "$1"
}

ensure() {
  command -v openssl >/dev/null || fail "openssl is not installed here, and certificates cannot be read without it"
  if [ "$WHEN" = before ]; then
    look || give_up "the certificates of the mesh were not changed, as workloads would refuse each other"
  else
    poll 60 5 look || give_up "the mesh was given the new certificates, but does not use them everywhere"
  fi
  printf '{"proxies":%s}\n' "$COUNT"
}

# It changes nothing in the cluster that had to be undone.
remove() { :; }

run_action "$@" </dev/null

# shellcheck shell=bash
# Proves what proxies trust: before the certificates of the mesh change, that no workload will refuse another;
# afterwards, that each proxy has heard of every root.
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

# certificates NAMESPACE POD: prints subject and issuer, by their common names, of each certificate the proxy holds.
certificates() {
  kubectl -n "$1" exec "$2" -c istio-proxy -- pilot-agent request GET 'config_dump?resource=dynamic_active_secrets' 2>/dev/null |
    sed -n 's/.*"inline_bytes": *"\([A-Za-z0-9+/=]*\)".*/\1/p' |
    while read -r text; do base64 -d <<<"$text" && echo; done |
    awk '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/' |
    openssl crl2pkcs7 -nocrl -certfile /dev/stdin 2>/dev/null |
    openssl pkcs7 -print_certs -noout |
    sed -n -e 's/^\(subject\|issuer\)=.*CN *= *\([^,/]*\).*$/\1 \2/p' -e 's/^\(subject\|issuer\)=.*$/\1 -/p' |
    awk '$1 == "subject" { subject = $2 } $1 == "issuer" { print subject, $2 }'
}

# judge NAMESPACE POD: writes what is wrong with the proxy into a file, one word and what it is about.
judge() {
  local held root problems=""
  held=$(certificates "$1" "$2") || held=""
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

# look: judges sixteen proxies at a time; false where something is wrong with any.
look() {
  local namespace pod number=0
  rm -f "$FOLDER"/*
  while read -r namespace pod; do
    judge "$namespace" "$pod" &
    number=$((number + 1))
    [ $((number % 16)) -ne 0 ] || wait
  done < <(proxies)
  wait
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
  if grep -q ' shows ' <<<"$PROBLEMS"; then
    log "proxies show certificates of a root that is no longer declared,$(pods_that shows). They renew within a day; wait, or start them again with kubectl rollout restart"
  fi
  if grep -q ' lacks ' <<<"$PROBLEMS"; then
    log "proxies do not trust a root,$(pods_that lacks). Each hears of a root while its control plane runs; start them again with kubectl rollout restart if this stays"
  fi
  fail "$1"
}

ensure() {
  command -v openssl >/dev/null || fail "openssl is not installed here, and certificates cannot be read without it"
  if [ "$WHEN" = before ]; then
    look || give_up "the certificates of the mesh were not changed, as workloads would refuse each other"
  else
    # A kubelet brings a changed Secret to a pod within two minutes.
    poll 60 5 look || give_up "the mesh has the new certificates, but not every proxy knows of them"
  fi
  printf '{"proxies":%s}\n' "$COUNT"
}

# It changes nothing in the cluster that had to be undone.
remove() { :; }

run_action "$@" </dev/null

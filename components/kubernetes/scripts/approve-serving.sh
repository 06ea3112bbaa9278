#!/usr/bin/env bash
# Approves serving certificates that kubelets ask for: only for declared nodes, only for their declared
# name and address. Runs from a timer on every control plane, so that rotation never stalls.
set -euo pipefail
export KUBECONFIG=/etc/kubernetes/admin.conf PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Prints every DNS name and address of a certificate request, one a line; other kinds of names whole.
# Fails where openssl cannot read the request.
names_of() {
  kubectl get csr "$1" -o 'jsonpath={.spec.request}' | base64 -d | openssl req -noout -text 2>/dev/null |
    awk '/Subject Alternative Name/ { getline; print }' | tr ',' '\n' |
    sed -e 's/^ *//' -e 's/^DNS://' -e 's/^IP Address://' -e '/^$/d'
}

approve_one() {
  local request=$1 node=$2 name names
  names=$(names_of "$request") || names=""
  if [ -z "$names" ]; then
    printf 'not approved: %s of %s holds no names that can be read\n' "$request" "$node" >&2
    return 0
  fi
  while read -r name; do
    if ! grep -qxF "$name" <<<"$(declared_names "$node")"; then
      printf 'not approved: %s asks for %s, which is not declared for %s\n' "$request" "$name" "$node" >&2
      return 0
    fi
  done <<<"$names"
  kubectl certificate approve "$request" >&2
}

declared_names() { awk -v node="$1" '$1 == node { print $1; print $2 }' <<<"$DECLARED"; }

main() {
  local request signer user condition
  DECLARED=$(kubectl -n kube-system get configmap nordmesh-nodes -o 'jsonpath={.data.nodes}' --ignore-not-found)
  while read -r request signer user condition; do
    if [ "$signer" = kubernetes.io/kubelet-serving ] && [ -z "$condition" ] && [[ $user == system:node:* ]]; then
      approve_one "$request" "${user#system:node:}"
    fi
  done < <(kubectl get csr -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.signerName} {.spec.username} {.status.conditions[*].type}{"\n"}{end}')
}

main "$@" </dev/null

#!/usr/bin/env bash
# Approves serving certificates that kubelets ask for: only for known nodes, only for their own
# name and addresses. Runs from a timer on control planes, so that rotation never stalls.
set -euo pipefail
export KUBECONFIG=/etc/kubernetes/admin.conf PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Prints every DNS name and address of a certificate request, one a line.
names_of() {
  openssl req -noout -text 2>/dev/null |
    awk '/Subject Alternative Name/ { getline; gsub(/DNS:|IP Address:|IP:|,/, " "); print }' |
    tr -s ' ' '\n' | sed '/^$/d'
}

approve_one() {
  local request=$1 user=$2 node known name
  node=${user#system:node:}
  known=$(kubectl get node "$node" -o 'jsonpath={range .status.addresses[*]}{.address}{"\n"}{end}' 2>/dev/null) || return 0
  while read -r name; do
    if ! grep -qxF "$name" <<<"$known"; then
      printf 'not approved: %s asks for %s, which is not an address of %s\n' "$request" "$name" "$node" >&2
      return 0
    fi
  done < <(kubectl get csr "$request" -o 'jsonpath={.spec.request}' | base64 -d | names_of)
  kubectl certificate approve "$request" >&2
}

main() {
  local request signer user condition
  while read -r request signer user condition; do
    if [ "$signer" = kubernetes.io/kubelet-serving ] && [ -z "$condition" ] && [[ $user == system:node:* ]]; then
      approve_one "$request" "$user"
    fi
  done < <(kubectl get csr -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.signerName} {.spec.username} {.status.conditions[*].type}{"\n"}{end}')
}

main "$@" </dev/null

# shellcheck shell=bash
# Waits until MetalLB judges what is declared to it: its readiness says nothing of its webhook.
# @param CHART  digest of the chart and its values; another one is proved again
: "${CHART:?}"
export KUBECONFIG=/etc/kubernetes/admin.conf
PROBLEM=""

metallb() { kubectl -n metallb-system "$@"; }

# Its definition lets any text pass for addresses, so that only the webhook can refuse it; nothing is made.
judges() {
  local answer
  answer=$(printf '{"apiVersion":"metallb.io/v1beta1","kind":"IPAddressPool","metadata":{"name":"nordmesh-validation"},"spec":{"addresses":["nordmesh"]}}' |
    metallb create --request-timeout=20s --dry-run=server -f - 2>&1) || true
  [[ $answer == *'metallb.io" denied the request'* ]] || {
    PROBLEM=$answer
    return 1
  }
}

ensure() {
  # Its certificate is made at its first start, and the webhook listens once it is there.
  poll 60 5 judges ||
    fail "MetalLB did not judge a pool without addresses within 5 minutes: $PROBLEM. Read: kubectl -n metallb-system logs deployment/metallb-controller; does a firewall or policy keep control planes from port 9443 of its pod? Then run pulumi up again"
  printf '{"judges":true}\n'
}

# It changes nothing in the cluster that had to be undone.
remove() { :; }

run_action "$@" </dev/null

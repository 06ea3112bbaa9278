# shellcheck shell=bash
# Waits until the waypoint of a namespace runs: what its label sends there has no way around it.
# @param NAMESPACE WAYPOINT  its Gateway
# @param REVISION  of its control plane; another one starts other pods
: "${NAMESPACE:?}" "${WAYPOINT:?}" "${REVISION:?}"
export KUBECONFIG=/etc/kubernetes/admin.conf

here() { kubectl -n "$NAMESPACE" "$@"; }

# istiod makes the Deployment once it has seen the Gateway.
is_made() { here get deployment "$WAYPOINT" -o name >/dev/null 2>&1; }

# Why its pods wait or ended, in Kubernetes' words.
reasons() {
  here get pods -l "gateway.networking.k8s.io/gateway-name=$WAYPOINT" \
    -o 'jsonpath={range .items[*]}{.metadata.name} {.status.containerStatuses[*].state.waiting.reason} {.status.conditions[?(@.status=="False")].message}{"\n"}{end}' | xargs
}

ensure() {
  poll 24 5 is_made ||
    fail "istiod made no waypoint in $NAMESPACE within 2 minutes, and its services do without until then. Read: kubectl -n $NAMESPACE describe gateway $WAYPOINT; kubectl -n istio-system logs deployment/istiod-$REVISION"
  here rollout status "deployment/$WAYPOINT" --timeout=5m >&2 ||
    fail "the waypoint of $NAMESPACE does not run ($(reasons)). Services that use it already get no answer. Read: kubectl -n $NAMESPACE logs deployment/$WAYPOINT"
  printf '{"waypoint":"%s/%s"}\n' "$NAMESPACE" "$WAYPOINT"
}

# It changes nothing in the cluster that had to be undone.
remove() { :; }

run_action "$@" </dev/null

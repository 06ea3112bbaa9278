# shellcheck shell=bash
# Waits until Linkerd puts proxies into pods and judges objects.
# @param CHART  digest of the control plane's chart and its values; another one is proved again
: "${CHART:?}"
export KUBECONFIG=/etc/kubernetes/admin.conf
PROBLEM=""

linkerd() { kubectl -n linkerd "$@"; }

# Asks the API server what would become of an object outside of Linkerd's own namespaces; nothing is made.
dry_run() { kubectl -n default create --request-timeout=40s --dry-run=server -f - "$@" 2>&1; }

# completed KIND NAME: the API server knows by which authority to trust each of the webhooks.
completed() {
  local open
  open=$(kubectl get "$1" "$2" -o 'jsonpath={range .webhooks[*]}{.name}={.clientConfig.caBundle}{"\n"}{end}' 2>&1) || {
    PROBLEM="$1 $2 cannot be read: $open"
    return 1
  }
  open=$(awk -F= '$1 != "" && $2 == "" { print $1 }' <<<"$open" | xargs)
  [ -z "$open" ] || {
    PROBLEM="$1 $2 has no caBundle for $open, which pulumi up --refresh puts back"
    return 1
  }
}

# The proxy is a container or, as by default, an init container that goes on running. The pod asks for nothing that a
# cluster of pod security level restricted would refuse.
injects() {
  completed mutatingwebhookconfiguration linkerd-proxy-injector-webhook-config || return 1
  local names
  names=$(printf '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"nordmesh-injection","annotations":{"linkerd.io/inject":"enabled"}},"spec":{"securityContext":{"runAsNonRoot":true,"runAsUser":65534,"seccompProfile":{"type":"RuntimeDefault"}},"containers":[{"name":"probe","image":"probe.invalid/probe:1","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}}' |
    dry_run -o 'jsonpath={.spec.initContainers[*].name} {.spec.containers[*].name}') || {
    # Where pods redirect their own traffic, a strict namespace refuses the container that came with the proxy.
    [[ $names != *PodSecurity*linkerd-init* ]] || return 0
    PROBLEM="a pod is refused that linkerd-proxy-injector should give a proxy: $names"
    return 1
  }
  [[ " ${names//$'\n'/ } " == *" linkerd-proxy "* ]] || {
    PROBLEM="linkerd-proxy-injector leaves a pod without a proxy that asks for one"
    return 1
  }
}

# Its definition lets a network without addresses pass, so that only Linkerd can refuse it.
judges() {
  completed validatingwebhookconfiguration linkerd-policy-validator-webhook-config || return 1
  completed validatingwebhookconfiguration linkerd-sp-validator-webhook-config || return 1
  local answer
  answer=$(printf '{"apiVersion":"policy.linkerd.io/v1alpha1","kind":"EgressNetwork","metadata":{"name":"nordmesh-validation"},"spec":{"trafficPolicy":"Deny","networks":[]}}' |
    dry_run) || true
  [[ $answer == *'linkerd-policy-validator.linkerd.io" denied the request'* ]] || {
    PROBLEM="linkerd-policy-validator did not judge an EgressNetwork without addresses: $answer"
    return 1
  }
}

works() { injects && judges; }

ensure() {
  local name
  for name in linkerd-identity linkerd-destination linkerd-proxy-injector; do
    linkerd wait "deployment/$name" --for=condition=Available --timeout=10m >&2 ||
      fail "$name does not run: kubectl -n linkerd describe pods -l linkerd.io/control-plane-component=${name#linkerd-}; kubectl -n linkerd logs deployment/$name -c linkerd-proxy"
  done
  poll 48 5 works ||
    fail "Linkerd is not ready, $PROBLEM. Read: kubectl -n linkerd logs deployment/linkerd-proxy-injector; does a firewall or policy keep control planes from ports 8443 and 9443 of its pods? Then run pulumi up again"
  printf '{"injects":true,"judges":true}\n'
}

# It changes nothing in the cluster that had to be undone.
remove() { :; }

run_action "$@" </dev/null

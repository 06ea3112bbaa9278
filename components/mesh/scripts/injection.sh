# shellcheck shell=bash
# Waits until a control plane of the mesh puts proxies into pods and judges objects. One that found no
# template at its start leaves injection out for ever and is started again, once.
# @param REVISION   revision of the control plane
# @param INJECTOR   its mutating webhook configuration; empty where injection is switched off
# @param VALIDATOR  its validating webhook configuration; empty where validation is switched off
# @param CHART      digest of the chart and its values; another one is proved again
: "${REVISION:?}" "${INJECTOR?}" "${VALIDATOR?}" "${CHART:?}"
export KUBECONFIG=/etc/kubernetes/admin.conf
ISTIOD=istiod-$REVISION
TEMPLATE=istio-sidecar-injector-$REVISION
PROBLEM=""
RESTARTED=false

mesh() { kubectl -n istio-system "$@"; }

# Asks the API server what would become of an object; nothing is made.
dry_run() { mesh create --request-timeout=40s --dry-run=server -f - "$@" 2>&1; }

# completed KIND NAME: istiod has put its authority into each of the webhooks.
completed() {
  local open
  open=$(mesh get "$1" "$2" -o 'jsonpath={range .webhooks[*]}{.name}={.clientConfig.caBundle}{"\n"}{end}' 2>&1) || {
    PROBLEM="$1 $2 cannot be read: $open"
    return 1
  }
  open=$(awk -F= '$1 != "" && $2 == "" { print $1 }' <<<"$open" | xargs)
  [ -z "$open" ] || {
    PROBLEM="$1 $2 has no caBundle for $open, which istiod writes when it serves them"
    return 1
  }
}

# The second case of the webhook: the pod names the revision, its namespace none.
injects() {
  [ -n "$INJECTOR" ] || return 0
  completed mutatingwebhookconfiguration "$INJECTOR" || return 1
  local names
  names=$(printf '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"nordmesh-injection","labels":{"istio.io/rev":"%s","sidecar.istio.io/inject":"true"}},"spec":{"containers":[{"name":"probe","image":"probe.invalid/probe:1"}]}}' "$REVISION" |
    dry_run -o 'jsonpath={.spec.initContainers[*].name} {.spec.containers[*].name}') || {
    PROBLEM="a pod of revision $REVISION is refused while mutatingwebhookconfiguration $INJECTOR should inject it: $names"
    return 1
  }
  [[ " ${names//$'\n'/ } " == *" istio-proxy "* ]] || {
    PROBLEM="mutatingwebhookconfiguration $INJECTOR leaves a pod of revision $REVISION without a proxy"
    return 1
  }
}

# Its definition lets a VirtualService without routes pass, so that only istiod can refuse it.
validates() {
  [ -n "$VALIDATOR" ] || return 0
  completed validatingwebhookconfiguration "$VALIDATOR" || return 1
  local answer
  answer=$(printf '{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"nordmesh-validation","labels":{"istio.io/rev":"%s"}},"spec":{"hosts":["nordmesh.invalid"]}}' "$REVISION" |
    dry_run) || true
  [[ $answer == *'validation.istio.io" denied the request'* ]] || {
    PROBLEM="validatingwebhookconfiguration $VALIDATOR did not judge a VirtualService without routes: $answer"
    return 1
  }
}

works() { injects && validates; }

# prove TRIES, five seconds apart.
prove() { poll "$1" 5 works; }

# istiod looks for its template only when it starts, and gets ready without it.
left_out() {
  local pod
  for pod in $(mesh get pods -l "app=istiod,istio.io/rev=$REVISION" --field-selector=status.phase=Running -o name); do
    # Read to the end: a program that loses its reader fails, and the pipeline with it.
    if { mesh logs "$pod" --limit-bytes=1000000 2>/dev/null || true; } | grep -F 'Skipping sidecar injector, template not found' >/dev/null; then
      return 0
    fi
  done
  return 1
}

# What is left of a slow rollout is judged by the proof behind it.
restart() {
  mesh get configmap "$TEMPLATE" -o name >/dev/null ||
    fail "configmap $TEMPLATE in istio-system is not there, so $ISTIOD cannot inject; pulumi up --refresh makes it again"
  log "$1; starting $ISTIOD again"
  mesh rollout restart "deployment/$ISTIOD" >&2
  mesh rollout status "deployment/$ISTIOD" --timeout=10m >&2 || true
  RESTARTED=true
}

give_up() {
  fail "the mesh is not ready, $PROBLEM. Read: kubectl -n istio-system logs deployment/$ISTIOD; does a firewall or policy keep control planes from port 15017 of its pods? Then run pulumi up again"
}

ensure() {
  mesh wait "deployment/$ISTIOD" --for=condition=Available --timeout=10m >&2 ||
    fail "$ISTIOD does not run: kubectl -n istio-system describe pods -l app=istiod,istio.io/rev=$REVISION"
  if [ -n "$INJECTOR" ] && left_out; then
    restart "$ISTIOD found no template when it started and left injection out"
  fi
  if ! prove 24; then
    # An istiod that answers but has not completed its webhooks does so after a start at the latest.
    [[ $PROBLEM == *" has no caBundle "* && $RESTARTED == false ]] || give_up
    restart "$PROBLEM"
    prove 24 || give_up
  fi
  printf '{"revision":"%s","restarted":%s}\n' "$REVISION" "$RESTARTED"
}

# It changes nothing in the cluster that had to be undone.
remove() { :; }

run_action "$@" </dev/null

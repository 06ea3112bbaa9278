# shellcheck shell=bash
# The load balancer on this node that leads to the API servers; there before the node joins.
# @param API_BALANCER API_BALANCER_UNIT  HAProxy configuration and unit; empty where the endpoint is external
: "${API_BALANCER?}" "${API_BALANCER_UNIT?}"
BALANCER=nordmesh-api-balancer
BALANCER_FILE=/etc/nordmesh/api-balancer.cfg
BALANCER_UNIT_FILE=/etc/systemd/system/$BALANCER.service

ensure_balancer() {
  local digest
  if [ -z "$API_BALANCER" ]; then
    remove_balancer
    return
  fi
  install_file "$BALANCER_FILE" 644 "$API_BALANCER"
  install_file "$BALANCER_UNIT_FILE" 644 "$API_BALANCER_UNIT"
  digest=$(printf '%s\n' "$API_BALANCER" "$API_BALANCER_UNIT" | digest)
  if applied "$BALANCER" "$digest" && systemctl is-active -q "$BALANCER"; then return; fi
  haproxy -c -q -f "$BALANCER_FILE" >&2 || fail "HAProxy does not take $BALANCER_FILE: see its words above"
  systemctl daemon-reload
  systemctl enable -q "$BALANCER"
  # A reload keeps the connections that the old servers still serve.
  systemctl reload-or-restart "$BALANCER" || fail "the load balancer of the API servers does not start: journalctl -u $BALANCER"
  note_applied "$BALANCER" "$digest"
}

remove_balancer() {
  [ -e "$BALANCER_UNIT_FILE" ] || return 0
  systemctl disable -q --now "$BALANCER" 2>/dev/null || true
  rm -f "$BALANCER_UNIT_FILE" "$BALANCER_FILE" "$STATE/applied/$BALANCER"
  rmdir /etc/nordmesh 2>/dev/null || true
  systemctl daemon-reload
}

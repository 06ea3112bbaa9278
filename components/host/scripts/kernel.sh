# shellcheck shell=bash
# Kernel modules, sysctls, limits, time and SSH of a node.
# @param MODULES_CONF SYSCTL_CONF LIMITS_CONF SSHD_CONF  file contents
# @param SYSCTL_FLOORS  sysctls that are raised and never lowered
: "${MODULES_CONF:?}" "${SYSCTL_CONF:?}" "${LIMITS_CONF:?}" "${SSHD_CONF:?}" "${SYSCTL_FLOORS?}"
MODULES_FILE=/etc/modules-load.d/nordmesh.conf
SYSCTL_FILE=/etc/sysctl.d/99-zz-nordmesh.conf
LIMITS_FILE=/etc/security/limits.d/99-nordmesh.conf
SSHD_FILE=/etc/ssh/sshd_config.d/10-nordmesh.conf
SYSCTL_BEFORE=$STATE/sysctl-before

# Modules come first: nf_conntrack_max and the bridge sysctls only exist once theirs is loaded.
ensure_kernel() {
  local module
  install_file "$MODULES_FILE" 644 "$MODULES_CONF"
  while read -r module; do
    [ -z "$module" ] || modprobe "$module" || fail "kernel module $module cannot be loaded: install the distribution's full kernel package"
  done <<<"$MODULES_CONF"
  remember_sysctls
  install_file "$SYSCTL_FILE" 644 "$(floored_sysctls)"$'\n'
  apply_sysctls
  install_file "$LIMITS_FILE" 644 "$LIMITS_CONF"
}

# The declared file, with each floor replaced by the live value where that is higher.
floored_sysctls() {
  local name value live
  while IFS='=' read -r name value; do
    name=${name% }
    value=${value# }
    if [[ " $SYSCTL_FLOORS " == *" $name "* ]]; then
      live=$(sysctl -n "$name")
      value=$(printf '%s\n%s\n' "$value" "$live" | sort -n | tail -n 1)
    fi
    [ -z "$name" ] || printf '%s = %s\n' "$name" "$value"
  done <<<"$SYSCTL_CONF"
}

# Values from before the first change, so that removal can put them back.
remember_sysctls() {
  local name
  mkdir -p "$STATE"
  touch "$SYSCTL_BEFORE"
  while IFS='=' read -r name _; do
    name=${name% }
    [ -z "$name" ] || grep -q "^$name = " "$SYSCTL_BEFORE" ||
      printf '%s = %s\n' "$name" "$(sysctl -n "$name" 2>/dev/null | tr '\t' ' ')" >>"$SYSCTL_BEFORE"
  done <<<"$SYSCTL_CONF"
}

# Sets each value and reads it back: a value the kernel refuses or rounds is an error here.
apply_sysctls() {
  local name value live bad=()
  while IFS='=' read -r name value; do
    name=${name% }
    value=${value# }
    [ -n "$name" ] || continue
    sysctl -qw "$name=$value" 2>/dev/null || true
    live=$(sysctl -n "$name" 2>/dev/null | tr '\t' ' ')
    [ "$live" = "$value" ] || bad+=("$name is ${live:-absent}, declared $value")
  done <"$SYSCTL_FILE"
  [ ${#bad[@]} -eq 0 ] || fail "the kernel does not take: $(printf '%s; ' "${bad[@]}")correct kernel.sysctls"
}

ensure_time() {
  local unit
  for unit in chrony chronyd systemd-timesyncd; do
    if systemctl cat "$unit.service" >/dev/null 2>&1; then
      systemctl enable --now "$unit.service" >/dev/null 2>&1 && return
    fi
  done
  fail "no time synchronisation service: install chrony or systemd-timesyncd"
}

ensure_sshd() {
  install_file "$SSHD_FILE" 600 "$SSHD_CONF"
  changed "$SSHD_FILE" || return 0
  if ! sshd -t; then
    rm -f "$SSHD_FILE"
    fail "the SSH server refuses $SSHD_FILE; it was taken back"
  fi
  systemctl reload ssh 2>/dev/null || systemctl reload sshd
}

remove_kernel() {
  rm -f "$MODULES_FILE" "$SYSCTL_FILE" "$LIMITS_FILE"
  if [ -f "$SYSCTL_BEFORE" ]; then
    local name value
    while IFS='=' read -r name value; do
      sysctl -qw "${name% }=${value# }" 2>/dev/null || true
    done <"$SYSCTL_BEFORE"
  fi
  if [ -f "$SSHD_FILE" ]; then
    rm -f "$SSHD_FILE"
    systemctl reload ssh 2>/dev/null || systemctl reload sshd || true
  fi
}

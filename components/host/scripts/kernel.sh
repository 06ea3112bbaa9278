# shellcheck shell=bash
# Kernel modules, sysctls, limits, time, SSH and logind of a node.
# @param MODULES_CONF SYSCTL_CONF LIMITS_CONF SSHD_CONF LOGIND_CONF  file contents
# @param SHUTDOWN_SECONDS  how long logind must let the kubelet delay a shutdown
# @param SYSCTL_FLOORS  sysctls that are raised and never lowered
# @param CLOCK  own, or shared with the computer that keeps it for a container
: "${CLOCK:?}" "${MODULES_CONF?}" "${SYSCTL_CONF:?}" "${LIMITS_CONF:?}" "${SSHD_CONF:?}" "${SYSCTL_FLOORS?}"
: "${LOGIND_CONF:?}" "${SHUTDOWN_SECONDS:?}"
MODULES_FILE=/etc/modules-load.d/nordmesh.conf
SYSCTL_FILE=/etc/sysctl.d/99-zz-nordmesh.conf
LIMITS_FILE=/etc/security/limits.d/99-nordmesh.conf
SSHD_FILE=/etc/ssh/sshd_config.d/10-nordmesh.conf
# The last name wins: the kubelet's own 99-kubelet.conf yields to the 30 s of unattended-upgrades.
LOGIND_FILE=/etc/systemd/logind.conf.d/zz-nordmesh.conf
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
    [ -n "$name" ] || continue
    if [[ " $SYSCTL_FLOORS " == *" $name "* ]]; then
      live=$(sysctl -n "$name")
      value=$(printf '%s\n%s\n' "$value" "$live" | sort -n | tail -n 1)
    fi
    printf '%s = %s\n' "$name" "$value"
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
  [ "$CLOCK" = own ] || return 0
  for unit in chrony chronyd systemd-timesyncd; do
    if systemctl cat "$unit.service" >/dev/null 2>&1; then
      systemctl enable --now "$unit.service" >/dev/null 2>&1 && return
    fi
  done
  fail "no time synchronisation service: install chrony or systemd-timesyncd"
}

ensure_sshd() {
  install_file "$SSHD_FILE" 600 "$SSHD_CONF"
  ensure_applied sshd reload_sshd "$SSHD_FILE"
}

reload_sshd() {
  if ! sshd -t; then
    rm -f "$SSHD_FILE"
    fail "the SSH server refuses $SSHD_FILE; it was taken back"
  fi
  systemctl reload ssh 2>/dev/null || systemctl reload sshd || fail "the SSH server does not reload: systemctl status ssh"
}

# Pods end in order at a shutdown only if logind waits for the kubelet as long as it was promised.
ensure_logind() {
  install_file "$LOGIND_FILE" 644 "$LOGIND_CONF"
  if ! systemctl is-active -q systemd-logind; then
    log "systemd-logind does not run here: a shutdown gives pods no time to end"
    return
  fi
  ensure_applied logind reload_logind "$LOGIND_FILE"
  inhibit_delay_suffices || reload_logind
}

# logind has no reload verb before systemd 254; the signal is what the kubelet sends too.
reload_logind() {
  systemctl kill -s HUP systemd-logind
  poll 20 0.5 inhibit_delay_suffices ||
    fail "logind lets a shutdown wait $(inhibit_delay) us, the kubelet needs $SHUTDOWN_SECONDS s (InhibitDelayMaxSec): look for a file that sorts after $LOGIND_FILE: systemd-analyze cat-config systemd/logind.conf"
}

inhibit_delay() {
  busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager \
    InhibitDelayMaxUSec 2>/dev/null | awk '{ print $2 }'
}

inhibit_delay_suffices() {
  local delay
  delay=$(inhibit_delay) || return 1
  [ "${delay:-0}" -ge $((SHUTDOWN_SECONDS * 1000000)) ]
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
  if [ -f "$LOGIND_FILE" ]; then
    # The kubelet's own file was made for the kubelet that goes now.
    rm -f "$LOGIND_FILE" /etc/systemd/logind.conf.d/99-kubelet.conf
    systemctl kill -s HUP systemd-logind 2>/dev/null || true
  fi
  rm -f "$STATE/applied/sshd" "$STATE/applied/logind"
}

#!/usr/bin/env bash
# Builds the root tree of the lab's containers: Debian without a kernel, without keys, without passwords.
# @param OUTPUT_DIR     existing directory that receives the tree
# @param PACKAGES_FILE  Debian packages to install, one a line
# @param SUITE          Debian release
set -euo pipefail

# shellcheck source=/dev/null # it lies beside this file
. "$(dirname "$(readlink -f "$0")")/debian.sh"

customize() {
  local root=$1
  mask_timers "$root"
  mask "$root" logrotate.timer man-db.timer
  # Whoever runs the container gives it its addresses; networkd would wait for a udev that sees no devices.
  mask "$root" systemd-networkd.service systemd-networkd.socket systemd-networkd-wait-online.service \
    systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket \
    systemd-udev-trigger.service systemd-resolved.service systemd-timesyncd.service
  mask "$root" haproxy.service nftables.service getty.target console-getty.service \
    systemd-modules-load.service systemd-logind-varlink.socket
  # A container loads no modules: what the kernel of its computer lacks stays absent, and shows in use.
  printf '#!/bin/sh\nexit 0\n' >"$root/usr/local/sbin/modprobe"
  chmod 0755 "$root/usr/local/sbin/modprobe"
  ln -sf ../usr/local/sbin/modprobe "$root/usr/sbin/modprobe"
  strip_root "$root"
  rm -f "$root/etc/resolv.conf"
}

copy_out() {
  cp -a --one-file-system "$1/." "$OUTPUT_DIR/"
  chmod 0755 "$OUTPUT_DIR"
}

main() {
  if [[ ${1:-} == customize ]]; then
    customize "$2"
    return
  fi
  with_root tree copy_out
}

main "$@" </dev/null

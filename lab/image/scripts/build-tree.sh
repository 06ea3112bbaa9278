#!/usr/bin/env bash
# Builds the root tree of the lab's containers: Debian without a kernel, without keys, without passwords.
# @param OUTPUT_DIR     existing directory that receives the tree
# @param PACKAGES_FILE  Debian packages to install, one a line
# @param SUITE          Debian release
set -euo pipefail

mask() {
  local root=$1 unit
  shift
  for unit in "$@"; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
}

customize() {
  local root=$1
  mask "$root" apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
    e2scrub_reap.service fstrim.timer logrotate.timer man-db.timer
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
  # What makes a machine itself is made for each, never shipped.
  rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/var/lib/dbus/machine-id" \
    "$root/var/lib/systemd/random-seed" "$root/etc/resolv.conf"
  : >"$root/etc/machine-id"
  chroot "$root" passwd -l root
  rm -rf "$root"/usr/share/{doc,info,locale,man}/* "$root"/var/cache/apt/*.bin \
    "$root"/var/lib/apt/lists/* "$root"/var/log/*.log
}

main() {
  if [[ ${1:-} == customize ]]; then
    customize "$2"
    return
  fi
  local packages root
  packages=$(paste -sd, "$PACKAGES_FILE")
  # Not beside the output: a path below a private home could not be entered by apt's own user.
  root=$(mktemp -d /var/tmp/lab-tree.XXXXXX)
  # shellcheck disable=SC2064 # the directory of this run, decided now
  trap "rm -rf --one-file-system '$root'" EXIT
  chmod 0755 "$root"
  mmdebstrap --mode=root --variant=minbase --components=main --include="$packages" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook="$(printf '%q customize' "$(readlink -f "$0")") \"\$1\"" \
    "$SUITE" "$root"
  cp -a --one-file-system "$root/." "$OUTPUT_DIR/"
  chmod 0755 "$OUTPUT_DIR"
}

main "$@" </dev/null

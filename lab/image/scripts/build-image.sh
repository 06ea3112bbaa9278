#!/usr/bin/env bash
# Builds the guest image of the lab: disk.raw (one ext4 file system), vmlinuz, initrd.img.
# @param OUTPUT_DIR     existing directory that receives the three files
# @param PACKAGES_FILE  Debian packages to install, one a line
# @param FILES_DIR      tree that is laid over the root file system
# @param SUITE          Debian release
# @param DISK_SIZE      size of the (sparse) disk, as mke2fs takes it; the guest grows it to its own disk
set -euo pipefail

customize() {
  local root=$1 unit
  cp -a --no-preserve=ownership "$FILES_DIR"/. "$root"/
  for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
    e2scrub_reap.service fstrim.timer; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  chroot "$root" update-initramfs -u -k all
  ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
  # What makes a machine itself is made on first boot, never shipped.
  rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/var/lib/dbus/machine-id" \
    "$root/var/lib/systemd/random-seed"
  : >"$root/etc/machine-id"
  chroot "$root" passwd -l root
  rm -rf "$root"/usr/share/{doc,info,locale,man}/* "$root"/var/cache/apt/*.bin \
    "$root"/var/lib/apt/lists/* "$root"/var/log/*.log
  cp "$root"/boot/vmlinuz-* "$OUTPUT_DIR/vmlinuz"
  cp "$root"/boot/initrd.img-* "$OUTPUT_DIR/initrd.img"
  chmod 0644 "$OUTPUT_DIR/vmlinuz" "$OUTPUT_DIR/initrd.img"
  rm -f "$root"/boot/initrd.img-*
}

main() {
  if [[ ${1:-} == customize ]]; then
    customize "$2"
    return
  fi
  export OUTPUT_DIR FILES_DIR
  local packages root
  packages=$(paste -sd, "$PACKAGES_FILE")
  # Not beside the output: a path below a private home could not be entered by apt's own user.
  root=$(mktemp -d /var/tmp/lab-image.XXXXXX)
  # shellcheck disable=SC2064 # the directory of this run, decided now
  trap "rm -rf --one-file-system '$root'" EXIT
  chmod 0755 "$root"
  mmdebstrap --mode=root --variant=minbase --components=main --include="$packages" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook="$(printf '%q customize' "$(readlink -f "$0")") \"\$1\"" \
    "$SUITE" "$root"
  mke2fs -q -t ext4 -L lab-root -m 1 -E lazy_itable_init=1,lazy_journal_init=1 \
    -d "$root" "$OUTPUT_DIR/disk.raw" "$DISK_SIZE"
}

main "$@" </dev/null

#!/usr/bin/env bash
# Builds the guest image of the lab: disk.raw (one ext4 file system), vmlinuz, initrd.img.
# @param OUTPUT_DIR     existing directory that receives the three files
# @param PACKAGES_FILE  Debian packages to install, one a line
# @param FILES_DIR      tree that is laid over the root file system
# @param SUITE          Debian release
# @param DISK_SIZE      size of the (sparse) disk, as mke2fs takes it; the guest grows it to its own disk
set -euo pipefail

# shellcheck source=/dev/null # it lies beside this file
. "$(dirname "$(readlink -f "$0")")/debian.sh"

customize() {
  local root=$1
  cp -a --no-preserve=ownership "$FILES_DIR"/. "$root"/
  mask_timers "$root"
  chroot "$root" update-initramfs -u -k all
  ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
  strip_root "$root"
  cp "$root"/boot/vmlinuz-* "$OUTPUT_DIR/vmlinuz"
  cp "$root"/boot/initrd.img-* "$OUTPUT_DIR/initrd.img"
  chmod 0644 "$OUTPUT_DIR/vmlinuz" "$OUTPUT_DIR/initrd.img"
  rm -f "$root"/boot/initrd.img-*
}

write_disk() {
  mke2fs -q -t ext4 -L lab-root -m 1 -E lazy_itable_init=1,lazy_journal_init=1 \
    -d "$1" "$OUTPUT_DIR/disk.raw" "$DISK_SIZE"
}

main() {
  if [[ ${1:-} == customize ]]; then
    customize "$2"
    return
  fi
  export OUTPUT_DIR FILES_DIR
  with_root image write_disk
}

main "$@" </dev/null

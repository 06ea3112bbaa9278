# shellcheck shell=bash
# What the scripts beside it have in common: a Debian root by mmdebstrap, without what makes a machine itself.
# @param PACKAGES_FILE  Debian packages to install, one a line
# @param SUITE          Debian release
: "${PACKAGES_FILE:?}" "${SUITE:?}"

# with_root NAME COMMAND: gives COMMAND a root that `$0 customize ROOT` had in hand; it goes when this script ends.
with_root() {
  local packages root
  packages=$(paste -sd, "$PACKAGES_FILE")
  # Not beside the output: a path below a private home could not be entered by apt's own user.
  root=$(mktemp -d "/var/tmp/lab-$1.XXXXXX")
  # shellcheck disable=SC2064 # the directory of this run, decided now
  trap "rm -rf --one-file-system '$root'" EXIT
  chmod 0755 "$root"
  mmdebstrap --mode=root --variant=minbase --components=main --include="$packages" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook="$(printf '%q customize' "$(readlink -f "$0")") \"\$1\"" \
    "$SUITE" "$root"
  "$2" "$root"
}

# mask ROOT UNIT...: those never start.
mask() {
  local root=$1 unit
  shift
  for unit in "$@"; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
}

# Timers that would work beside what is tested.
mask_timers() {
  mask "$1" apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
    e2scrub_reap.service fstrim.timer
}

# What makes a machine itself is made for each, never shipped.
strip_root() {
  rm -f "$1"/etc/ssh/ssh_host_* "$1/etc/hostname" "$1/var/lib/dbus/machine-id" \
    "$1/var/lib/systemd/random-seed"
  : >"$1/etc/machine-id"
  chroot "$1" passwd -l root
  rm -rf "$1"/usr/share/{doc,info,locale,man}/* "$1"/var/cache/apt/*.bin \
    "$1"/var/lib/apt/lists/* "$1"/var/log/*.log
}

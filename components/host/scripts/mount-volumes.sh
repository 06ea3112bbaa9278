#!/usr/bin/env bash
# Mounts the volumes of this host, each by its UUID, wherever its disk is now. One whose disk is missing is
# told and fails; the others are mounted, and systemd runs this again until all are.
set -euo pipefail
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RECORDS=/var/lib/nordmesh/volumes
ROOT=/var/lib/nordmesh-volumes

say() { printf 'volume %s\n' "$*" >&2; }

find_disk() {
  local disk
  for disk in "$2" $(lsblk -n -r -p -o NAME); do
    [ "$(blkid -p -s UUID -o value "$disk" 2>/dev/null)" != "$1" ] || { printf '%s' "$disk" && return; }
  done
  return 1
}

mount_volume() {
  local name=$1 uuid=$2 disk code=0
  ! mountpoint -q "$ROOT/$name" || return 0
  disk=$(find_disk "$uuid" "$3") || { say "$name: no disk has its file system (UUID $uuid)" && return 1; }
  # Where pods still have it mounted, it was looked at before.
  findmnt -S "$disk" >/dev/null || e2fsck -p "$disk" >&2 || code=$?
  [ "$code" -le 1 ] || { say "$name: its file system is damaged; look at it with e2fsck $disk" && return 1; }
  mkdir -p "$ROOT/$name"
  chmod 700 "$ROOT"
  mount -t ext4 -o noatime,nodev,nosuid "$disk" "$ROOT/$name" || { say "$name: $disk cannot be mounted" && return 1; }
  # Pods get this folder: it exists only while the disk is there, so that none of them writes to the
  # system's disk instead, and it is free of lost+found.
  mkdir -p "$ROOT/$name/data"
}

main() {
  local record uuid disk failed=0
  for record in "$RECORDS"/*; do
    [ -f "$record" ] || continue
    read -r uuid disk <"$record"
    mount_volume "${record##*/}" "$uuid" "$disk" || failed=1
  done
  return "$failed"
}

main

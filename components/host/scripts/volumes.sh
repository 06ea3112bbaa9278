# shellcheck shell=bash
# Makes and mounts the volumes of a host; removal unmounts them and leaves their data.
# @param MOUNT_SCRIPT MOUNT_UNIT  what mounts them, now and at every start
: "${MOUNT_SCRIPT:?}" "${MOUNT_UNIT:?}"
MOUNT_PROGRAM=/usr/local/sbin/nordmesh-mount-volumes
MOUNT_SERVICE=nordmesh-volumes
MOUNT_UNIT_FILE=/etc/systemd/system/$MOUNT_SERVICE.service

ensure() {
  local problems name device size
  problems=$(volume_problems)
  [ -z "$problems" ] || fail "$problems"
  while read -r name; do
    [ -z "$name" ] || retire "$name"
  done < <(undeclared_volumes)
  while read -r name device size; do
    if ! has_uuid "$device" "$(volume_uuid "$name")"; then make_file_system "$name" "$device" "$size"; fi
    rm -f "$VOLUME_BEGUN/$name"
    install_file "$VOLUME_RECORDS/$name" 600 "$(volume_uuid "$name") $device"$'\n'
  done <<<"$VOLUMES"
  install_file "$MOUNT_PROGRAM" 700 "$MOUNT_SCRIPT"
  install_file "$MOUNT_UNIT_FILE" 644 "$MOUNT_UNIT"
  "$MOUNT_PROGRAM" || fail "volumes cannot be mounted: see the words above"
  ensure_applied volumes enable_service "$MOUNT_UNIT_FILE"
  systemctl start "$MOUNT_SERVICE"
  while read -r name device size; do
    if [ "$(file_system_gib "$device")" -lt "$size" ]; then grow "$name" "$device" "$size"; fi
  done <<<"$VOLUMES"
  printf '{"volumes":%d}\n' "$(wc -l <<<"$VOLUMES")"
}

enable_service() {
  systemctl daemon-reload
  systemctl enable -q "$MOUNT_SERVICE"
}

# The note lets a run that was killed in mkfs begin again; what it left has no signature yet.
make_file_system() {
  local name=$1 device=$2 size=$3
  log "volume $name: makes a file system of $size GiB on $device"
  install_file "$VOLUME_BEGUN/$name" 600 "$(begun_row "$device")"
  mkfs.ext4 -q -m 0 -e remount-ro -L nordmesh -U "$(volume_uuid "$name")" "$device" "${size}g" >&2 ||
    fail "volume $name: no file system could be made on $device: see the words above, and dmesg"
  sync
}

# While pods use it, the kernel enlarges it under them.
grow() {
  local name=$1 device=$2 size=$3
  log "volume $name: grows to $size GiB"
  if ! in_use "$name"; then
    umount "$VOLUMES_ROOT/$name"
    e2fsck -f -p "$device" >&2 || [ $? -le 1 ] || fail "volume $name: its file system is damaged; look at it with e2fsck $device"
  fi
  resize2fs "$device" "${size}g" >&2 || fail "volume $name: its file system does not grow: see the words above; where the kernel refuses it to a file system in use, end its pods and run again"
  "$MOUNT_PROGRAM"
}

# A disk that is gone cannot be unmounted twice; what pods use was refused before.
retire() {
  local name=$1 place=$VOLUMES_ROOT/$1
  if mountpoint -q "$place"; then
    umount "$place" || fail "volume $name cannot be unmounted: fuser -vm $place shows who uses it"
  fi
  rmdir "$place" 2>/dev/null || true
  rm -f "$VOLUME_RECORDS/$name"
  log "volume $name is declared no more: unmounted, its data stays on its disk"
}

remove() {
  local record name
  [ "$(cat "$STATE/cluster-id" 2>/dev/null)" = "$CLUSTER_ID" ] || return 0
  for record in "$VOLUME_RECORDS"/*; do
    [ -f "$record" ] || continue
    name=${record##*/}
    ! in_use "$name" ||
      fail "volume $name is used by pods ($(users_of "$name" | xargs)): delete them and their claim, and run again; nothing was unmounted"
  done
  systemctl disable -q --now "$MOUNT_SERVICE" 2>/dev/null || true
  for record in "$VOLUME_RECORDS"/*; do
    [ ! -f "$record" ] || retire "${record##*/}"
  done
  rm -f "$MOUNT_UNIT_FILE" "$MOUNT_PROGRAM" "$STATE/applied/volumes"
  rm -rf "$VOLUME_RECORDS" "$VOLUME_BEGUN"
  rmdir "$VOLUMES_ROOT" 2>/dev/null || true
  systemctl daemon-reload
}

run_action "$@" </dev/null

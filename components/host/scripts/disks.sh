# shellcheck shell=bash
# The disks of a host's volumes: what is on each, and why a volume cannot be had there. Reads only.
# @param CLUSTER_ID CLUSTER_UID  the cluster that volumes belong to, and what tells it from others of that name
# @param VOLUMES                 `name device GiB` rows
: "${CLUSTER_ID:?}" "${CLUSTER_UID:?}" "${VOLUMES:?}"
VOLUMES_ROOT=/var/lib/nordmesh-volumes
# One file a volume that was made here: `UUID device`.
VOLUME_RECORDS=$STATE/volumes
# What is written before mkfs runs and goes with it: `device bytes`.
VOLUME_BEGUN=$STATE/volumes-begun

# For preflight, which lists every problem of the host.
check_volumes() {
  local line
  while read -r line; do
    [ -z "$line" ] || problem "$line"
  done < <(volume_problems)
}

# Why the volumes cannot be had as declared, one line each.
volume_problems() {
  local tool name device size missing=()
  for tool in blkid wipefs lsblk mkfs.ext4 e2fsck resize2fs dumpe2fs; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    echo "missing programs for volumes: ${missing[*]}: install the packages e2fsprogs and util-linux"
    return
  fi
  while read -r name device size; do
    volume_problem "$name" "$device" "$size"
  done <<<"$VOLUMES"
  while read -r name; do
    [ -z "$name" ] || ! in_use "$name" ||
      echo "volumes.$name is declared no more, but pods use it ($(users_of "$name" | xargs)): delete them and their claim first, or declare it again; nothing was unmounted"
  done < <(undeclared_volumes)
}

volume_problem() {
  local name=$1 device=$2 size=$3 uuid place at found bytes
  at="volumes.$name: $device"
  uuid=$(volume_uuid "$name")
  if has_uuid "$device" "$uuid"; then
    found=$(file_system_gib "$device")
    [ "$found" -le "$size" ] ||
      echo "$at has a file system of $found GiB, declared are $size: a volume grows and never shrinks; declare sizeGiB: $found, or another name for a smaller one"
  else
    place=$(device_with "$uuid")
    if [ -n "$place" ]; then
      echo "$at is not where the volume is, its data is on $place: declare that disk (ls -l /dev/disk/by-id shows names that stay), or another name for a new volume"
      return
    elif [ ! -e "$device" ]; then
      echo "$at is absent: lsblk -o NAME,SIZE,MODEL,SERIAL shows the disks, ls -l /dev/disk/by-id names that stay"
      return
    elif [ ! -b "$device" ]; then
      echo "$at is no block device: declare a disk, a partition or a logical volume"
      return
    fi
    found=$(disk_contents "$name" "$device")
    if [ -n "$found" ]; then
      echo "$at has $found; nothing was touched. Declare a blank disk, or give up what is there yourself: wipefs -a $device && dd if=/dev/zero of=$device bs=1M count=1 conv=fsync$(way_to_take "$device" "$uuid")"
      return
    fi
  fi
  bytes=$(blockdev --getsize64 "$device")
  [ "$bytes" -ge $((size << 30)) ] ||
    echo "$at has $((bytes >> 30)) GiB, declared are $size: declare at most sizeGiB: $((bytes >> 30)), or a larger disk"
}

# A UUID that no other volume has: of this cluster, of this state of it, of this host.
volume_uuid() {
  local digest
  digest=$(printf 'nordmesh volume %s %s %s %s' "$CLUSTER_ID" "$CLUSTER_UID" "$HOST" "$1" | sha256sum)
  printf '%s-%s-5%s-8%s-%s' "${digest:0:8}" "${digest:8:4}" "${digest:13:3}" "${digest:17:3}" "${digest:20:12}"
}

has_uuid() { [ -b "$1" ] && [ "$(probe "$1" UUID)" = "$2" ]; }

probe() { blkid -p -s "$2" -o value "$1" 2>/dev/null || true; }

# The disk that has the file system of this UUID, whatever it is called now.
device_with() {
  local disk
  for disk in $(lsblk -n -r -p -o NAME); do
    ! has_uuid "$disk" "$1" || { printf '%s' "$disk" && return; }
  done
}

file_system_gib() {
  dumpe2fs -h "$1" 2>/dev/null |
    awk -F: '$1 == "Block count" { n = $2 } $1 == "Block size" { print int(n * $2 / 2 ^ 30) }'
}

# What is on a disk, in words; nothing if it is blank. A disk whose mkfs was ours and did not end counts as that.
disk_contents() {
  local name=$1 device=$2 parts mounts type label
  parts=$(lsblk -n -r -o NAME "$device" | tail -n +2 | xargs)
  mounts=$(lsblk -n -r -o MOUNTPOINTS "$device" | xargs)
  type=$(probe "$device" TYPE)
  label=$(probe "$device" LABEL)
  if [ -n "$mounts" ]; then
    echo "something in use ($type on $mounts)"
  elif [ -n "$parts" ]; then
    echo "partitions or volumes of another kind ($parts)"
  elif [ -n "$type" ]; then
    echo "$type data${label:+ labelled $label}"
  elif [ -n "$(probe "$device" PTTYPE)" ]; then
    echo "a partition table ($(probe "$device" PTTYPE))"
  elif [ -n "$(wipefs -n -i -O TYPE "$device")" ]; then
    echo "signatures of $(wipefs -n -i -O TYPE "$device" | xargs)"
  elif ! begins_blank "$device" && [ "$(cat "$VOLUME_BEGUN/$name" 2>/dev/null)" != "$(begun_row "$device")" ]; then
    echo "data of a kind that no tool here knows"
  fi
}

begins_blank() { cmp -s <(head -c 1M "$1") <(head -c 1M /dev/zero); }

begun_row() { printf '%s %s' "$1" "$(blockdev --getsize64 "$1")"; }

# Of a volume that another state or host made, whose data somebody may want.
way_to_take() {
  [ "$(probe "$1" LABEL)" != nordmesh ] ||
    printf '. It is a volume of another host, name or Pulumi state; to take it with its data: e2fsck -f -p %s && tune2fs -U %s %s' "$1" "$2" "$1"
}

undeclared_volumes() {
  local record
  for record in "$VOLUME_RECORDS"/*; do
    [ -f "$record" ] || continue
    awk -v name="${record##*/}" '$1 == name { found = 1 } END { exit !found }' <<<"$VOLUMES" || echo "${record##*/}"
  done
}

# Where else its file system is mounted: below the kubelet's directory of a pod.
users_of() {
  awk -v at="$VOLUMES_ROOT/$1" '{ place[NR] = $5; disk[NR] = $3 } $5 == at { wanted = $3 }
    END { for (i = 1; i <= NR; i++) if (disk[i] == wanted && place[i] != at) print place[i] }' /proc/self/mountinfo
}

in_use() { [ -n "$(users_of "$1")" ]; }

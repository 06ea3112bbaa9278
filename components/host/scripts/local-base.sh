#!/usr/bin/env bash
# One QEMU guest on this computer; the action is ensure, start, stop, remove or status.
#
# ensure   creates what is absent, starts what is stopped, restarts what has other settings; never waits for SSH
# start    starts a stopped guest as it was last started; needs MACHINE_NAME, MACHINE_CLUSTER and MACHINE_MAC alone
# stop     shuts the guest down and keeps its disk
# remove   ends the guest and deletes MACHINE_DIR
# status   prints the same line as ensure; pid is 0 when the guest is stopped
#
# The last line of standard output is JSON: {"name","pid","sshPort","accel","instance"}; instance is made anew with
# the disk.
#
# @param MACHINE_NAME            e.g. lab-1; also the NoCloud instance id
# @param MACHINE_CLUSTER         its cluster in short: guests of several clusters may have one name
# @param MACHINE_DIR             state; default ${XDG_CACHE_HOME:-~/.cache}/nordmesh/machines/$MACHINE_NAME.$MACHINE_CLUSTER
# @param MACHINE_CPUS            virtual CPUs, default 2
# @param MACHINE_MEMORY_MIB      memory in MiB, default 4096
# @param MACHINE_DISK_GIB        size of the root disk in GiB, default 12; may grow, never shrinks
# @param MACHINE_IMAGE           directory with disk.raw, vmlinuz and initrd.img, or one bootable qcow2 file
# @param MACHINE_BUNDLE          optional: file attached as a read-only disk
# @param MACHINE_SSH_PORT        port on 127.0.0.1 that reaches port 22 of the first card (ens3, DHCP)
# @param MACHINE_API_PORT        optional: port on 127.0.0.1 that reaches the guest's 6443
# @param MACHINE_MAC             optional: MAC of the second card (ens4), on the network shared by guests; one for each name and cluster
# @param MACHINE_NETWORK_PORT    UDP port that names that network, required with MACHINE_MAC
# @param MACHINE_USER_DATA       secret: NoCloud user-data
# @param MACHINE_NETWORK_CONFIG  optional: NoCloud network-config
# @param MACHINE_ACCEL           kvm, tcg or auto (default: kvm where a probe boot works, else tcg)
set -euo pipefail

umask 077

fail() {
  echo "machine ${MACHINE_NAME:-?}: $*" >&2
  exit 1
}

require() {
  local name
  for name in "$@"; do
    [[ -n ${!name:-} ]] || fail "$name is not set"
  done
}

# A recorded pid counts only while that process is the QEMU that owns this directory.
running_pid() {
  local pid
  pid=$(cat "$dir/pid" 2>/dev/null) || return 1
  [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 1
  tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "$dir/pid" || return 1
  echo "$pid"
}

# Guests made earlier have a folder called after their name alone; the card in it tells which cluster's it is.
default_dir() {
  local earlier=$1/$MACHINE_NAME own=$1/$MACHINE_NAME.$MACHINE_CLUSTER
  if [[ ! -d $own ]] && has_own_card "$earlier"; then echo "$earlier"; else echo "$own"; fi
}

# has_own_card DIRECTORY: what was started there last, or was about to be, had the card of this guest.
has_own_card() {
  [[ -n ${MACHINE_MAC:-} ]] || return 1
  if [[ -e $1/settings ]]; then
    grep -qxF "MACHINE_MAC=$MACHINE_MAC" "$1/settings"
  else
    grep -qsF "$MACHINE_MAC" "$1/seed.iso"
  fi
}

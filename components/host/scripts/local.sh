#!/usr/bin/env bash
# One QEMU guest on this machine: `local.sh ensure|start|stop|remove|status`.
#
# ensure   creates what is absent, starts what is stopped, restarts what has other settings; never waits for SSH
# start    starts a stopped guest as it was last started; needs MACHINE_NAME alone
# stop     shuts the guest down and keeps its disk
# remove   ends the guest and deletes MACHINE_DIR
# status   prints the same line as ensure; pid is 0 when the guest is stopped
#
# The last line of standard output is JSON: {"name","pid","sshPort","accel","instance"}; instance is made anew with
# the disk.
#
# @param MACHINE_NAME            e.g. lab-1; also the NoCloud instance id
# @param MACHINE_DIR             state; default ${XDG_CACHE_HOME:-~/.cache}/nordmesh/machines/$MACHINE_NAME
# @param MACHINE_CPUS            virtual CPUs, default 2
# @param MACHINE_MEMORY_MIB      memory in MiB, default 4096
# @param MACHINE_DISK_GIB        size of the root disk in GiB, default 12; may grow, never shrinks
# @param MACHINE_IMAGE           directory with disk.raw, vmlinuz and initrd.img, or one bootable qcow2 file
# @param MACHINE_BUNDLE          optional: file attached as a read-only disk
# @param MACHINE_SSH_PORT        port on 127.0.0.1 that reaches port 22 of the first card (ens3, DHCP)
# @param MACHINE_API_PORT        optional: port on 127.0.0.1 that reaches the guest's 6443
# @param MACHINE_MAC             optional: MAC of the second card (ens4), on the network shared by guests
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

# Boots the image's kernel for a moment: a /dev/kvm that opens is no proof that a kernel runs on it.
probe_kvm() {
  [[ -r /dev/kvm && -w /dev/kvm ]] || return 1
  local kernel key cache log pid boot=()
  if [[ -d $MACHINE_IMAGE ]]; then
    kernel=$MACHINE_IMAGE/vmlinuz
    boot=(-kernel "$kernel" -append "console=ttyS0 panic=-1")
  else
    kernel=$MACHINE_IMAGE
    boot=(-drive "if=virtio,format=qcow2,snapshot=on,file=$MACHINE_IMAGE")
  fi
  key=$({
    stat -L -c '%n %s %Y' "$kernel" /dev/kvm
    cat /proc/sys/kernel/random/boot_id
  } | sha256sum | cut -c1-16)
  cache=$cache_home/nordmesh/kvm-probe-$key
  if [[ ! -s $cache ]]; then
    mkdir -p "$(dirname "$cache")"
    log=$(mktemp)
    qemu-system-x86_64 -accel kvm -cpu host -m 512 -no-reboot -display none -nodefaults \
      -serial "file:$log" "${boot[@]}" >/dev/null 2>&1 &
    pid=$!
    for ((i = 0; i < 60; i++)); do
      grep -qE 'Unable to mount root fs|systemd\[1\]' "$log" && break
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.5
    done
    if grep -qE 'Unable to mount root fs|systemd\[1\]' "$log"; then
      echo works >"$cache"
    else
      echo fails >"$cache"
    fi
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    rm -f "$log"
  fi
  [[ $(cat "$cache") == works ]]
}

choose_accel() {
  case ${MACHINE_ACCEL:-auto} in
    kvm | tcg) echo "$MACHINE_ACCEL" ;;
    auto) if probe_kvm; then echo kvm; else echo tcg; fi ;;
    *) fail "MACHINE_ACCEL is '$MACHINE_ACCEL', allowed: kvm, tcg, auto" ;;
  esac
}

write_seed() {
  local tool seed=$dir/seed.new
  rm -rf "$seed"
  mkdir "$seed"
  printf 'instance-id: %s\nlocal-hostname: %s\n' "$MACHINE_NAME" "$MACHINE_NAME" >"$seed/meta-data"
  printf '%s\n' "$MACHINE_USER_DATA" >"$seed/user-data"
  [[ -z ${MACHINE_NETWORK_CONFIG:-} ]] ||
    printf '%s\n' "$MACHINE_NETWORK_CONFIG" >"$seed/network-config"
  tool=$(command -v genisoimage || command -v xorrisofs || command -v mkisofs) ||
    fail "no tool to write the seed disk, install genisoimage"
  "$tool" -quiet -output "$dir/seed.iso.new" -volid cidata -joliet -rock "$seed" >/dev/null
  rm -rf "$seed"
  mv "$dir/seed.iso.new" "$dir/seed.iso"
  # Nothing started from here on needs the secrets.
  unset MACHINE_USER_DATA MACHINE_NETWORK_CONFIG
}

ensure_disk() {
  local base format=qcow2 current wanted=$((MACHINE_DISK_GIB * 1024 * 1024 * 1024))
  # A disk stays with the image it was made from: another kernel would miss its modules.
  if [[ -e $dir/disk.qcow2 ]]; then
    MACHINE_IMAGE=$(cat "$dir/image")
  else
    echo "$MACHINE_IMAGE" >"$dir/image"
  fi
  base=$MACHINE_IMAGE
  if [[ -d $MACHINE_IMAGE ]]; then
    base=$MACHINE_IMAGE/disk.raw
    format=raw
  fi
  if [[ ! -e $dir/disk.qcow2 ]]; then
    [[ -e $base ]] || fail "$base does not exist"
    new_instance
    qemu-img create -q -f qcow2 -b "$base" -F "$format" "$dir/disk.new" "$wanted"
    mv "$dir/disk.new" "$dir/disk.qcow2"
    return
  fi
  [[ -s $dir/instance ]] || new_instance
  current=$(qemu-img info --output=json "$dir/disk.qcow2" |
    sed -n 's/^ *"virtual-size": \([0-9]*\).*/\1/p' | tail -n 1)
  if ((wanted < current)); then
    fail "the disk has $((current / 1024 / 1024 / 1024)) GiB and cannot shrink to $MACHINE_DISK_GIB"
  elif ((wanted > current)); then
    qemu-img resize -q "$dir/disk.qcow2" "$wanted"
  fi
}

new_instance() { tr -d '-' </proc/sys/kernel/random/uuid >"$dir/instance"; }

# Everything that shapes the running process; a change of it means a restart.
settings() {
  local name
  for name in MACHINE_NAME MACHINE_CPUS MACHINE_MEMORY_MIB MACHINE_DISK_GIB MACHINE_BUNDLE \
    MACHINE_SSH_PORT MACHINE_API_PORT MACHINE_MAC MACHINE_NETWORK_PORT MACHINE_ACCEL; do
    printf '%s=%s\n' "$name" "${!name:-}"
  done
}

start() {
  local accel args forwards
  accel=$(choose_accel)
  forwards="hostfwd=tcp:127.0.0.1:$MACHINE_SSH_PORT-:22"
  [[ -z ${MACHINE_API_PORT:-} ]] || forwards+=",hostfwd=tcp:127.0.0.1:$MACHINE_API_PORT-:6443"
  rm -f "$dir/monitor.in" "$dir/monitor.out"
  mkfifo "$dir/monitor.in" "$dir/monitor.out"
  args=(
    -name "$MACHINE_NAME" -machine pc -smp "$MACHINE_CPUS" -m "$MACHINE_MEMORY_MIB"
    -nodefaults -no-user-config -display none
    -serial "file:$dir/console.log"
    -chardev "pipe,id=monitor,path=$dir/monitor" -mon "chardev=monitor,mode=readline"
    -drive "if=none,id=root,format=qcow2,cache=unsafe,discard=unmap,file=$dir/disk.qcow2"
    -device "virtio-blk-pci,drive=root,addr=5,serial=root"
    -drive "if=none,id=seed,format=raw,readonly=on,file=$dir/seed.iso"
    -device "virtio-blk-pci,drive=seed,addr=6,serial=seed"
    -netdev "user,id=uplink,$forwards" -device "virtio-net-pci,netdev=uplink,addr=3,romfile="
    -object "rng-random,id=rng,filename=/dev/urandom" -device "virtio-rng-pci,rng=rng,addr=8"
    -pidfile "$dir/pid" -daemonize -D "$dir/qemu.log"
  )
  if [[ $accel == kvm ]]; then
    args+=(-accel kvm -cpu host)
  else
    # QEMU 7.2 emulation double-faults kernels from 6.5 on when cmpxchg16b is offered.
    args+=(-accel "tcg,thread=multi" -cpu "Haswell-noTSX,-cx16,-pcid")
  fi
  if [[ -d $MACHINE_IMAGE ]]; then
    args+=(-kernel "$MACHINE_IMAGE/vmlinuz" -initrd "$MACHINE_IMAGE/initrd.img"
      -append "root=/dev/disk/by-id/virtio-root rw console=ttyS0 quiet")
  fi
  if [[ -n ${MACHINE_BUNDLE:-} ]]; then
    args+=(-drive "if=none,id=bundle,format=raw,readonly=on,file=$MACHINE_BUNDLE"
      -device "virtio-blk-pci,drive=bundle,addr=7,serial=bundle")
  fi
  if [[ -n ${MACHINE_MAC:-} ]]; then
    require MACHINE_NETWORK_PORT
    args+=(-netdev "socket,id=shared,mcast=230.0.0.1:$MACHINE_NETWORK_PORT,localaddr=127.0.0.1"
      -device "virtio-net-pci,netdev=shared,addr=4,mac=$MACHINE_MAC,romfile=")
  fi
  # The guest outlives this script: it may keep neither the lock nor a caller's pipe open.
  if ! qemu-system-x86_64 "${args[@]}" </dev/null >"$dir/start.log" 2>&1 9>&-; then
    fail "qemu did not start: $(tail -n 3 "$dir/start.log")"
  fi
  echo "$accel" >"$dir/accel"
}

wait_gone() {
  local i
  for ((i = 0; i < $1 * 5; i++)); do
    running_pid >/dev/null || return 0
    sleep 0.2
  done
  return 1
}

stop() {
  local pid
  pid=$(running_pid) || return 0
  if [[ $1 == gently ]]; then
    echo system_powerdown >"$dir/monitor.in"
    if wait_gone 120; then
      rm -f "$dir/pid"
      return 0
    fi
    echo "machine $MACHINE_NAME: did not shut down in 120 s, ending it" >&2
  fi
  kill -TERM "$pid" 2>/dev/null || true
  wait_gone 10 || kill -KILL "$pid" 2>/dev/null || true
  wait_gone 5 || fail "process $pid does not end"
  rm -f "$dir/pid"
}

report() {
  printf '{"name":"%s","pid":%s,"sshPort":%s,"accel":"%s","instance":"%s"}\n' "$MACHINE_NAME" \
    "$(running_pid || echo 0)" "${MACHINE_SSH_PORT:-0}" "$(cat "$dir/accel" 2>/dev/null || true)" \
    "$(cat "$dir/instance" 2>/dev/null || true)"
}

ensure() {
  require MACHINE_IMAGE MACHINE_SSH_PORT MACHINE_USER_DATA
  [[ $dir$MACHINE_IMAGE${MACHINE_BUNDLE:-} != *,* ]] || fail "a path with a comma confuses qemu"
  [[ -e $MACHINE_IMAGE ]] || fail "there is no guest image at $MACHINE_IMAGE"
  MACHINE_IMAGE=$(realpath "$MACHINE_IMAGE")
  if [[ -n ${MACHINE_BUNDLE:-} ]]; then
    [[ -e $MACHINE_BUNDLE ]] || fail "MACHINE_BUNDLE $MACHINE_BUNDLE does not exist"
    MACHINE_BUNDLE=$(realpath "$MACHINE_BUNDLE")
  fi
  command -v qemu-system-x86_64 >/dev/null || fail "no qemu-system-x86_64, install qemu-system-x86"
  local pid
  write_seed
  if pid=$(running_pid); then
    if [[ $(settings) == "$(cat "$dir/settings" 2>/dev/null)" ]]; then
      return
    fi
    echo "machine $MACHINE_NAME: settings changed, restarting" >&2
    stop gently
  fi
  ensure_disk
  start
  settings >"$dir/settings"
}

# After a restart of this computer the disk is there and the process is gone.
resume() {
  local name value
  [[ -e $dir/settings && -e $dir/disk.qcow2 ]] || return 0
  while IFS='=' read -r name value; do
    printf -v "$name" '%s' "$value"
  done <"$dir/settings"
  running_pid >/dev/null && return
  ensure_disk
  start
}

main() {
  require MACHINE_NAME
  [[ $MACHINE_NAME =~ ^[a-z0-9][a-z0-9-]*$ ]] || fail "MACHINE_NAME must match [a-z0-9-]+"
  cache_home=${XDG_CACHE_HOME:-$HOME/.cache}
  dir=$(realpath -m "${MACHINE_DIR:-$cache_home/nordmesh/machines/$MACHINE_NAME}")
  MACHINE_CPUS=${MACHINE_CPUS:-2}
  MACHINE_MEMORY_MIB=${MACHINE_MEMORY_MIB:-4096}
  MACHINE_DISK_GIB=${MACHINE_DISK_GIB:-12}
  local verb=${1:-}
  case $verb in
    ensure) mkdir -p "$dir" ;;
    start | stop | remove | status)
      if [[ ! -d $dir ]]; then
        report
        return
      fi
      ;;
    *) fail "say one of: ensure, start, stop, remove, status" ;;
  esac
  if [[ $verb != status ]]; then
    exec 9>"$dir/lock"
    flock 9
  fi
  case $verb in
    ensure) ensure ;;
    start) resume ;;
    stop) stop gently ;;
    remove)
      stop now
      rm -rf --one-file-system "$dir"
      ;;
  esac
  report
}

main "$@" </dev/null

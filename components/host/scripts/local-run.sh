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

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

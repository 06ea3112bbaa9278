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
  require MACHINE_NAME MACHINE_CLUSTER
  [[ $MACHINE_NAME =~ ^[a-z0-9][a-z0-9-]*$ ]] || fail "MACHINE_NAME must match [a-z0-9-]+"
  [[ $MACHINE_CLUSTER =~ ^[a-z0-9]+$ ]] || fail "MACHINE_CLUSTER must match [a-z0-9]+"
  cache_home=${XDG_CACHE_HOME:-$HOME/.cache}
  dir=$(realpath -m "${MACHINE_DIR:-$(default_dir "$cache_home/nordmesh/machines")}")
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

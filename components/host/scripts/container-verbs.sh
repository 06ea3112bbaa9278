report() {
  local address
  address=$(sed -n 's/^CONTAINER_ADDRESS=\([^/]*\).*/\1/p' "$dir/settings" 2>/dev/null || true)
  printf '{"name":"%s","pid":%s,"leader":%s,"address":"%s","netns":"%s","instance":"%s"}\n' "$CONTAINER_NAME" \
    "$(running_pid || echo 0)" "$(leader || echo 0)" "$address" "$netns" "$(cat "$dir/disk/instance" 2>/dev/null || true)"
}

ensure() {
  require CONTAINER_ADDRESS CONTAINER_IMAGE CONTAINER_USER CONTAINER_AUTHORIZED_KEYS CONTAINER_HOST_KEY CONTAINER_HOST_PUBLIC_KEY
  [[ $CONTAINER_ADDRESS =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]+$ ]] || fail "CONTAINER_ADDRESS must be an IPv4 address with its prefix, e.g. 10.78.0.11/24"
  local set
  [[ -e $CONTAINER_IMAGE ]] || fail "there is no root tree at $CONTAINER_IMAGE"
  CONTAINER_IMAGE=$(realpath "$CONTAINER_IMAGE")
  if [[ -n ${CONTAINER_BUNDLE:-} ]]; then
    require CONTAINER_BUNDLE_PATH
    [[ -d $CONTAINER_BUNDLE ]] || fail "there is no bundle at $CONTAINER_BUNDLE"
    CONTAINER_BUNDLE=$(realpath "$CONTAINER_BUNDLE")
    for set in ${CONTAINER_IMAGE_SETS:-}; do
      [[ -d $CONTAINER_BUNDLE/images/$set ]] ||
        echo "container $CONTAINER_NAME: $CONTAINER_BUNDLE has no images/$set: without a registry their pods wait for ever" >&2
    done
  fi
  [[ $dir$CONTAINER_IMAGE${CONTAINER_BUNDLE:-}${CONTAINER_BUNDLE_PATH:-} != *[:,\\\"]* ]] ||
    fail "a path with a colon, comma, quote or backslash confuses mount and systemd-nspawn"
  ensure_disk
  make_volumes
  unset CONTAINER_HOST_KEY
  if is_up; then
    [[ $(settings) != "$(cat "$dir/settings" 2>/dev/null)" ]] || return 0
    echo "container $CONTAINER_NAME: settings changed, restarting" >&2
  fi
  stop gently
  settings >"$dir/settings.new"
  mv "$dir/settings.new" "$dir/settings"
  start
}

# After a restart of this computer the disk is there; process, network and control groups are gone.
resume() {
  local name value
  [[ -e $dir/settings && -d $dir/disk ]] || return 0
  while IFS='=' read -r name value; do
    printf -v "$name" '%s' "$value"
  done <"$dir/settings"
  is_up && return
  stop gently
  start
}

remove() {
  stop now
  hold 8 "$environment/.lock"
  discard "$dir" "$environment"
  remove_network
}

main() {
  local verb=${1:-} reason
  if [[ $verb == check ]]; then
    can_run || exit 1
    return
  fi
  require CONTAINER_NAME CONTAINER_NETWORK
  [[ $CONTAINER_NAME =~ ^[a-z0-9][a-z0-9-]*$ ]] || fail "CONTAINER_NAME must match [a-z0-9-]+"
  [[ $CONTAINER_NETWORK =~ ^[a-z0-9][a-z0-9-]{0,14}$ ]] || fail "CONTAINER_NETWORK must match [a-z0-9-]+ and have at most 15 characters"
  home=$(realpath -m "${CONTAINER_HOME:-${XDG_STATE_HOME:-$HOME/.local/state}/nordmesh/containers}")
  environment=$home/$CONTAINER_NETWORK
  dir=$environment/$CONTAINER_NAME
  netns=$CONTAINER_NETWORK.$CONTAINER_NAME
  scope=nordmesh-$CONTAINER_NETWORK-$CONTAINER_NAME.scope
  case $verb in
    ensure)
      reason=$(can_run) || fail "$reason"
      ;;
    start | stop | remove | status)
      if [[ ! -d $dir ]]; then
        report
        return
      fi
      ((EUID == 0)) || fail "containers need root: run this with sudo"
      ;;
    *) fail "say one of: ensure, start, stop, remove, status, check" ;;
  esac
  [[ $verb == status ]] || hold_node
  case $verb in
    ensure) ensure ;;
    start) resume ;;
    stop) stop gently ;;
    remove) remove ;;
  esac
  report
}

main "$@" </dev/null

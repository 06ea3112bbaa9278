# Everything that shapes the running node; a change of it means a restart.
settings() {
  local name
  for name in CONTAINER_ADDRESS CONTAINER_BUNDLE CONTAINER_BUNDLE_PATH; do
    printf '%s=%s\n' "$name" "${!name:-}"
  done
  # A node without volumes is not restarted for their sake.
  [[ -z $(volume_names) ]] || printf 'CONTAINER_DISKS=%s\n' "$(volume_names)"
}

# Becomes nspawn; in a mount namespace that goes with it.
launch() {
  by_systemd || enter_cgroups
  mount --make-rslave /
  mount_root "$dir/disk"
  echo $BASHPID >"$dir/pid"
  exec 7>&- 8>&- 9>&-
  exec "$@"
}

# Every node's systemd, containerd and kubelet takes of what this computer allows a user; the usual 128 are
# gone with the second node. A higher value stays, and so does this one: other nodes need it too.
raise_inotify() {
  local file=/proc/sys/fs/inotify/max_user_instances
  (($(cat "$file") >= 8192)) || echo 8192 >"$file" 2>/dev/null ||
    echo "container $CONTAINER_NAME: fs.inotify.max_user_instances is $(cat "$file"), several nodes need 8192: raise it" >&2
}

start() {
  local part args volumes boot=() way=()
  raise_inotify
  rm -f "$dir/pid"
  remove_cgroups
  hold 8 "$environment/.lock"
  ensure_network
  ensure_card
  exec 8>&-
  args=(
    "--directory=$dir/root" "--machine=$netns" "--hostname=$CONTAINER_NAME" "--network-namespace-path=/run/netns/$netns"
    --boot --register=no --keep-unit --settings=no --link-journal=no --resolv-conf=off --timezone=off --console=read-only
    --capability=all --bind=/dev/kmsg
    "--system-call-filter=bpf keyctl add_key request_key perf_event_open open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr"
  )
  for part in "${plain[@]}"; do args+=("--bind=$dir/disk/$part:/var/lib/$part"); done
  volumes=$(attach_volumes)
  [[ -z $volumes ]] || mapfile -t -O ${#args[@]} args <<<"$volumes"
  [[ -z ${CONTAINER_BUNDLE:-} ]] || args+=("--bind-ro=$CONTAINER_BUNDLE:$CONTAINER_BUNDLE_PATH")
  export SYSTEMD_NSPAWN_API_VFS_WRITABLE=1
  if cgroup_v1; then
    export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=0
    boot=(SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1)
  fi
  ! by_systemd || way=(systemd-run --quiet --scope --collect --unit="$scope" --property=Delegate=yes --property=TasksMax=infinity --)
  export dir netns
  # The node outlives this script: it may keep neither the lock nor a caller's pipe open.
  "${way[@]}" setsid unshare --mount bash -euc \
    "$(declare -f by_systemd cgroup_roots enter_cgroups share_controllers mount_root launch); launch \"\$@\"" \
    launch systemd-nspawn "${args[@]}" "${boot[@]}" </dev/null >"$dir/console.log" 2>&1 &
  wait_started $!
}

wait_started() {
  local i
  for ((i = 0; i < 300; i++)); do
    leader >/dev/null && return
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  stop now
  fail "the container did not start: $(tail -n 3 "$dir/console.log")"
}

wait_gone() {
  local i
  for ((i = 0; i < $1 * 10; i++)); do
    running_pid >/dev/null || return 0
    sleep 0.1
  done
  return 1
}

stop() {
  local pid first
  if pid=$(running_pid); then
    : >"$dir/stopping"
    if [[ $1 == gently ]]; then
      # Through logind, as a power button would: the kubelet may delay it to end its pods.
      first=$(leader) &&
        timeout 20 nsenter --target "$first" --all systemctl poweroff --no-wall >/dev/null 2>&1 ||
        kill -TERM "$pid" 2>/dev/null || true
      wait_gone 180 || echo "container $CONTAINER_NAME: did not shut down in 180 s, ending it" >&2
    fi
    kill -KILL "$pid" 2>/dev/null || true
    wait_gone 10 || fail "process $pid does not end"
  fi
  rm -f "$dir/pid"
  remove_cgroups
  detach_volumes
  rm -f "$dir/stopping"
  ip netns delete "$netns" 2>/dev/null || true
}

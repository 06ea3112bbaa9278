# Where systemd runs this computer, control groups are its to give.
by_systemd() { [[ -d /run/systemd/system ]]; }

cgroup_v1() { [[ $(stat -fc %T /sys/fs/cgroup) != cgroup2fs ]]; }

cgroup_roots() { awk '$3 ~ "^cgroup2?$" && $2 ~ "^/sys/fs/cgroup" { print $2 }' /proc/mounts; }

existing_cgroups() {
  local root
  while read -r root; do
    [[ ! -d $root/nordmesh.$netns ]] || echo "$root/nordmesh.$netns"
  done < <(cgroup_roots)
}

# Puts this process into control groups of the node's own, in every hierarchy.
enter_cgroups() {
  local root group file
  while read -r root; do
    group=$root/nordmesh.$netns
    [[ ! -e $root/cgroup.subtree_control ]] || share_controllers "$root"
    mkdir -p "$group"
    # A v1 cpuset takes no process before it has processors and memory.
    for file in cpuset.cpus cpuset.mems; do
      [[ ! -e $root/cgroup.clone_children || ! -e $root/$file ]] || cat "$root/$file" >"$group/$file"
    done
    echo $BASHPID >"$group/cgroup.procs"
  done < <(cgroup_roots)
}

# Those that already are in use one level up: a v2 group hands on what it was handed.
share_controllers() {
  local controller controllers
  read -ra controllers <"$1/cgroup.controllers" || true
  for controller in "${controllers[@]}"; do
    echo "+$controller" >"$1/cgroup.subtree_control" 2>/dev/null || true
  done
}

# Ends what still runs there and removes the groups, deepest first.
remove_cgroups() {
  local groups i
  if by_systemd; then
    systemctl kill --quiet --signal=KILL "$scope" 2>/dev/null || true
    systemctl stop --quiet "$scope" 2>/dev/null || true
    return 0
  fi
  for ((i = 0; i < 100; i++)); do
    mapfile -t groups < <(existing_cgroups)
    ((${#groups[@]} > 0)) || break
    { find "${groups[@]}" -name cgroup.procs -exec cat {} + 2>/dev/null || true; } |
      xargs -r kill -KILL 2>/dev/null || true
    find "${groups[@]}" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    ((i == 0)) || sleep 0.1
  done
  ((${#groups[@]} == 0)) || fail "processes in ${groups[0]} do not end"
}

# A recorded pid counts only while that process is the one that owns this node's root.
running_pid() {
  local pid
  pid=$(cat "$dir/pid" 2>/dev/null) || return 1
  [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 1
  tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "--directory=$dir/root" || return 1
  echo "$pid"
}

# A run that was killed while it stopped the node leaves one that is about to end.
is_up() { running_pid >/dev/null && leader >/dev/null && [[ ! -e $dir/stopping ]]; }

# The node's process 1, once nspawn has started it.
leader() {
  local pid child children=()
  pid=$(running_pid) || return 1
  read -ra children <"/proc/$pid/task/$pid/children" || true
  for child in "${children[@]}"; do
    [[ $(awk '$1 == "NSpid:" { print $NF }' "/proc/$child/status" 2>/dev/null) == 1 ]] || continue
    echo "$child"
    return
  done
  return 1
}

#!/usr/bin/env bash
# One node as a systemd container on this computer: `container.sh ensure|start|stop|remove|status|check`.
#
# ensure   creates what is absent, starts what is stopped, restarts what has other settings; never waits for SSH
# start    starts a stopped node as it was last started; needs CONTAINER_NAME and CONTAINER_NETWORK alone
# stop     shuts the node down and keeps its disk
# remove   ends the node and deletes all that was made for it, with the last node also the network
# status   prints the same line as ensure; pid is 0 when the node is stopped
# check    says in one sentence why this computer cannot run containers, and fails; changes nothing
#
# The last line of standard output is JSON: {"name","pid","leader","address","netns","instance"}; instance is made
# anew with the node's root, leader is the node's own process 1.
#
# @param CONTAINER_NAME             e.g. cp-1; also the hostname
# @param CONTAINER_NETWORK          interface of this computer that reaches the nodes, at most 15 characters; nodes of one network reach each other
# @param CONTAINER_ADDRESS          address and prefix of the node, e.g. 10.78.0.11/24; the network's first address is this computer's
# @param CONTAINER_IMAGE            directory with a root tree that boots systemd, or a tar file of one
# @param CONTAINER_BUNDLE           optional: directory of this computer, bound in read-only
# @param CONTAINER_BUNDLE_PATH      where it appears in the node, required with CONTAINER_BUNDLE
# @param CONTAINER_IMAGE_SETS       optional: folders below images/ that the bundle should have, besides kubernetes and mesh
# @param CONTAINER_USER             login that may run sudo without a password
# @param CONTAINER_AUTHORIZED_KEYS  its public keys, one a line
# @param CONTAINER_HOST_KEY         secret: private ed25519 key of the SSH server
# @param CONTAINER_HOST_PUBLIC_KEY  its public half
# @param CONTAINER_HOME             state; default ${XDG_STATE_HOME:-~/.local/state}/nordmesh/containers
set -euo pipefail

umask 077
export LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Not overlaid: containerd's own overlays cannot stand on one, and etcd wants a plain disk.
plain=(containerd kubelet etcd)

fail() {
  echo "container ${CONTAINER_NAME:-?}: $*" >&2
  exit 1
}

require() {
  local name
  for name in "$@"; do
    [[ -n ${!name:-} ]] || fail "$name is not set"
  done
}

# hold FD FILE: takes the lock, also where the last holder moved the file away.
hold() {
  while true; do
    mkdir -p "$(dirname "$2")"
    eval "exec $1>\"\$2\"" 2>/dev/null || continue
    flock "$1"
    [[ $2 -ef /proc/self/fd/$1 ]] && return
  done
}

# The node's own lock; afterwards its directory stays, whatever other nodes do to the network's.
hold_node() {
  while true; do
    hold 9 "$dir/lock"
    hold 8 "$environment/.lock"
    [[ ! $dir/lock -ef /proc/self/fd/9 ]] || break
  done
  exec 8>&-
}

# Says why not, on standard output, and is false then.
can_run() {
  local program probe
  probe=$(cgroup_roots | head -n 1)/nordmesh-try.$$
  [[ $(uname -s) == Linux ]] || { echo "containers need Linux" && return 1; }
  ((EUID == 0)) || { echo "containers need root: run this with sudo" && return 1; }
  for program in systemd-nspawn:systemd-container ip:iproute2 flock:util-linux unshare:util-linux; do
    command -v "${program%:*}" >/dev/null || { echo "no ${program%:*}, install ${program#*:}" && return 1; }
  done
  # What is a module on this computer; where it is built in, or absent, the tries below tell.
  modprobe -qa overlay veth bridge br_netfilter nf_conntrack vxlan 2>/dev/null || true
  unshare --mount true 2>/dev/null || { echo "this computer allows no mount namespaces" && return 1; }
  grep -qw overlay /proc/filesystems || { echo "the kernel has no overlayfs" && return 1; }
  unshare --net sh -c 'ip link add try-1 type veth peer name try-2 && ip link add try-3 type bridge' 2>/dev/null ||
    { echo "the kernel has no network namespaces, veth or bridges" && return 1; }
  by_systemd || { mkdir "$probe" && rmdir "$probe"; } 2>/dev/null ||
    { echo "the control groups under /sys/fs/cgroup cannot be written" && return 1; }
}

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

# mount_root: the node's own files over the tree it was made from; seen only in this mount namespace.
mount_root() {
  mkdir -p "$dir/root"
  mount -t overlay overlay \
    -o "lowerdir=$(cat "$1/image"),upperdir=$1/upper,workdir=$1/work" "$dir/root"
}

# Everything that makes a node itself; runs with its root mounted.
write_identity() {
  local root=$dir/root home
  printf '%s\n' "$CONTAINER_NAME" >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n%s %s\n' "${CONTAINER_ADDRESS%/*}" "$CONTAINER_NAME" >"$root/etc/hosts"
  # Nothing but this computer can be asked; a resolver needs somebody to ask.
  rm -f "$root/etc/resolv.conf"
  printf 'nameserver %s\n' "$(gateway)" >"$root/etc/resolv.conf"
  chmod 0644 "$root"/etc/{hostname,hosts,resolv.conf}
  tr -d '-' </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
  chmod 0444 "$root/etc/machine-id"
  rm -f "$root"/etc/ssh/ssh_host_*
  printf '%s\n' "$CONTAINER_HOST_KEY" >"$root/etc/ssh/ssh_host_ed25519_key"
  printf '%s\n' "$CONTAINER_HOST_PUBLIC_KEY" >"$root/etc/ssh/ssh_host_ed25519_key.pub"
  chmod 0644 "$root/etc/ssh/ssh_host_ed25519_key.pub"
  grep -q "^$CONTAINER_USER:" "$root/etc/passwd" ||
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" \
      useradd --create-home --user-group --shell /bin/bash "$CONTAINER_USER"
  printf '%s ALL=(ALL) NOPASSWD:ALL\n' "$CONTAINER_USER" >"$root/etc/sudoers.d/90-nordmesh"
  chmod 0440 "$root/etc/sudoers.d/90-nordmesh"
  home=$(awk -F: -v user="$CONTAINER_USER" '$1 == user { print $6 }' "$root/etc/passwd")
  mkdir -p "$root$home/.ssh"
  printf '%s\n' "$CONTAINER_AUTHORIZED_KEYS" >"$root$home/.ssh/authorized_keys"
  chown -R --reference="$root$home" "$root$home/.ssh"
  # Pods' volumes spread over shared mounts, and on cgroup v1 nspawn leaves the controllers read-only.
  cat >"$root/etc/systemd/system/nordmesh-container.service" <<'UNIT'
[Unit]
Description=Mounts as a kubelet needs them
DefaultDependencies=no
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'mount --make-rshared / && for path in /sys/fs/cgroup /sys/fs/cgroup/*; do [ -L $path ] || ! mountpoint -q $path || mount -o remount,rw,bind $path; done'

[Install]
WantedBy=sysinit.target
UNIT
  mkdir -p "$root/etc/systemd/system/sysinit.target.wants"
  ln -sf ../nordmesh-container.service "$root/etc/systemd/system/sysinit.target.wants/"
  chmod 0644 "$root/etc/systemd/system/nordmesh-container.service"
  chmod 0755 "$root/etc/systemd/system/sysinit.target.wants"
}

# A tar file is unpacked once for all nodes of the network.
tree_of() {
  local image=$1 tree
  if [[ -d $image ]]; then
    echo "$image"
    return
  fi
  tree=$environment/.trees/$(stat -L -c '%n %s %Y' "$image" | sha256sum | cut -c1-16)
  if [[ ! -d $tree ]]; then
    rm -rf "$tree.part"
    mkdir -p "$tree.part"
    tar -x --numeric-owner -C "$tree.part" -f "$image"
    mv "$tree.part" "$tree"
  fi
  echo "$tree"
}

# The disk of a node is made beside its place and moved there whole; it stays with the tree it was made from.
ensure_disk() {
  local disk=$dir/disk new=$dir/disk.new part
  [[ ! -d $disk ]] || return 0
  rm -rf --one-file-system "$new"
  mkdir -p "$new/upper" "$new/work"
  for part in "${plain[@]}"; do mkdir "$new/$part"; done
  hold 8 "$environment/.lock"
  tree_of "$CONTAINER_IMAGE" >"$new/image"
  exec 8>&-
  [[ -x $(cat "$new/image")/sbin/init || -L $(cat "$new/image")/sbin/init ]] ||
    fail "$CONTAINER_IMAGE holds no tree with systemd: there is no /sbin/init"
  chmod 0755 "$new/upper"
  tr -d '-' </proc/sys/kernel/random/uuid >"$new/instance"
  # In a mount namespace of its own: a killed run leaves nothing mounted.
  export dir CONTAINER_NAME CONTAINER_ADDRESS
  unshare --mount bash -euc "$(declare -f mount_root write_identity gateway); umask 022; mount_root \"\$1\"; umask 077; write_identity" \
    identity "$new"
  sync -f "$new"
  mv "$new" "$disk"
}

# First address of the network: this computer's own.
gateway() {
  local address=${CONTAINER_ADDRESS%/*} prefix=${CONTAINER_ADDRESS#*/} a b c d number
  IFS=. read -r a b c d <<<"$address"
  number=$(((a << 24 | b << 16 | c << 8 | d) & (0xffffffff << (32 - prefix)) & 0xffffffff))
  number=$((number + 1))
  echo "$((number >> 24 & 255)).$((number >> 16 & 255)).$((number >> 8 & 255)).$((number & 255))"
}

# A name may outlive its namespace, where /run is a plain directory.
ensure_namespace() {
  ip -n "$1" link show lo >/dev/null 2>&1 && return
  ip netns delete "$1" 2>/dev/null || true
  ip netns add "$1"
}

# A switch in a namespace of its own, where no packet filter of this computer sees what nodes say to each other.
ensure_network() {
  local network=$CONTAINER_NETWORK
  ensure_namespace "$network"
  ip -n "$network" link show switch >/dev/null 2>&1 || ip -n "$network" link add switch type bridge
  ip -n "$network" link set switch up
  if ! ip link show "$network" >/dev/null 2>&1; then
    ip -n "$network" link delete uplink 2>/dev/null || true
    ip link add "$network" type veth peer name uplink netns "$network"
  fi
  ip -n "$network" link set uplink master switch up
  ip address replace "$(gateway)/${CONTAINER_ADDRESS#*/}" dev "$network"
  ip link set "$network" up
  # What comes from the nodes is for this computer or for nobody.
  [[ -n $(ip rule list iif "$network" 2>/dev/null) ]] || ip rule add pref 1077 iif "$network" unreachable
}

ensure_card() {
  local network=$CONTAINER_NETWORK digest port mac
  digest=$(printf '%s' "$netns" | sha256sum)
  port=n-${digest:0:12}
  mac=02:${digest:0:2}:${digest:2:2}:${digest:4:2}:${digest:6:2}:${digest:8:2}
  ensure_namespace "$netns"
  ip -n "$netns" link set lo up
  if ! ip -n "$netns" link show eth0 >/dev/null 2>&1; then
    ip -n "$network" link delete "$port" 2>/dev/null || true
    ip -n "$network" link add "$port" type veth peer name eth0 address "$mac" netns "$netns"
  fi
  ip -n "$network" link set "$port" master switch up
  ip -n "$netns" address flush dev eth0 scope global
  ip -n "$netns" address add "$CONTAINER_ADDRESS" dev eth0
  ip -n "$netns" link set eth0 up
  ip -n "$netns" route replace default via "$(gateway)"
}

# discard PATH FOLDER: away in one step, as a killed run's rm works on beside the next run.
discard() {
  mv "$1" "$2/.removed.$$"
  rm -rf --one-file-system "$2"/.removed.*
}

# With the environment's lock held: the network goes with its last node.
remove_network() {
  local network=$CONTAINER_NETWORK
  [[ -z $(find "$environment" -mindepth 1 -maxdepth 1 -not -name '.*') ]] || return 0
  ip netns delete "$network" 2>/dev/null || true
  ip link delete "$network" 2>/dev/null || true
  while ip rule delete pref 1077 iif "$network" 2>/dev/null; do :; done
  discard "$environment" "$home"
  rmdir "$home" 2>/dev/null || true
}

# Everything that shapes the running node; a change of it means a restart.
settings() {
  local name
  for name in CONTAINER_ADDRESS CONTAINER_BUNDLE CONTAINER_BUNDLE_PATH; do
    printf '%s=%s\n' "$name" "${!name:-}"
  done
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
  local part args boot=() way=()
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
  rm -f "$dir/stopping"
  ip netns delete "$netns" 2>/dev/null || true
}

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

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
# @param CONTAINER_VOLUMES          optional: words name:GiB; each a disk /dev/nordmesh/NAME in the node, in a sparse file that goes with it
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

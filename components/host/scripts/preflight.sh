# shellcheck shell=bash
# Checks a host before anything on it changes; lists every reason to refuse at once.
# @param CLUSTER_ID CLUSTER_UID  the cluster this host may already belong to, and what tells it from others of that name
# @param MIN_CPUS MIN_MEMORY_MIB MIN_DISK_MIB CPU_FLAGS  what the host must have
# @param WARN_STEAL REFUSE_STEAL  percent of CPU time
# @param MAX_FSYNC_MS           99th percentile that warns
# @param MAX_CLOCK_OFFSET NOT_BEFORE  seconds; Unix time of the release
# @param CGROUP_V1 SWAP         refused, or accepted as the kubelet is declared to do
# @param PORTS                  TCP ports that must be free
# @param PROGRAMS               programs the cluster needs besides, each of a package of its name
# @param SOURCE ARTIFACTS BUNDLE  where files come from; `name sha256 url` rows
: "${CLUSTER_ID:?}" "${CLUSTER_UID:?}" "${MIN_CPUS:?}" "${MIN_MEMORY_MIB:?}" "${MIN_DISK_MIB:?}" "${CPU_FLAGS?}"
: "${WARN_STEAL:?}" "${REFUSE_STEAL:?}" "${MAX_FSYNC_MS:?}" "${MAX_CLOCK_OFFSET:?}" "${NOT_BEFORE:?}"
: "${CGROUP_V1:?}" "${SWAP:?}" "${PORTS:?}" "${PROGRAMS?}" "${SOURCE:?}" "${ARTIFACTS:?}" "${BUNDLE?}"

PROBLEMS=()
WARNINGS=()
problem() { PROBLEMS+=("$*"); }
warning() { WARNINGS+=("$*"); }

above() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > b) }'; }

# True when this stack's cluster already runs here: its own ports and files are no obstacle.
ours() { [ "$(cat "$STATE/cluster-id" 2>/dev/null)" = "$CLUSTER_ID" ]; }

check_system() {
  [ "$(uname -m)" = x86_64 ] || problem "architecture is $(uname -m): use an x86_64 server"
  local release
  release=$(uname -r)
  printf '5.15\n%s\n' "$release" | sort -CV || problem "kernel is $release: install 5.15 or newer"
  [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ] || [ "$CGROUP_V1" = accepted ] ||
    problem "cgroup v1 is in use: boot with systemd.unified_cgroup_hierarchy=1, or declare kubernetes.kubelet.failCgroupV1: false (kubelet >= 1.35 refuses v1)"
  [ -d /run/systemd/system ] || problem "systemd does not run: use Debian 13 or Ubuntu 24.04"
  local id version
  # shellcheck source=/dev/null
  id=$(. /etc/os-release && printf '%s' "$ID")
  # shellcheck source=/dev/null
  version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-}")
  case "$id $version" in
    "debian 13" | "ubuntu 24.04") ;;
    *) warning "distribution is $id $version: tested are Debian 13 and Ubuntu 24.04" ;;
  esac
  local tool missing=()
  for tool in curl sha256sum flock ip nft conntrack ethtool mount nsenter openssl $PROGRAMS; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  if [ ${#missing[@]} -gt 0 ] && ! command -v apt-get >/dev/null; then
    problem "missing programs: ${missing[*]}: install them, there is no apt-get here"
  elif [ ${#missing[@]} -gt 0 ] && [ "$SOURCE" = bundle ]; then
    problem "missing programs: ${missing[*]}: install their packages, a bundle holds none"
  elif [ ${#missing[@]} -gt 0 ]; then
    check_apt
  fi
}

check_apt() {
  local holder
  holder=$(lslocks -n -o PID,COMMAND,PATH 2>/dev/null |
    awk '$3 ~ "^/var/lib/(dpkg|apt/lists)/lock" { print $2 " (process " $1 ")" }') || holder=""
  holder=${holder%%$'\n'*}
  [ -z "$holder" ] ||
    problem "apt is locked by $holder: wait for it to end, or stop unattended-upgrades"
}

check_capacity() {
  local cpus memory disk flag missing=()
  cpus=$(nproc)
  [ "$cpus" -ge "$MIN_CPUS" ] || problem "$cpus vCPUs: at least $MIN_CPUS are needed (preflight.minVirtualCpus)"
  memory=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
  [ "$memory" -ge "$MIN_MEMORY_MIB" ] ||
    problem "$memory MiB of memory: at least $MIN_MEMORY_MIB are needed (preflight.minMemoryMiB)"
  disk=$(df -Pm /var | awk 'NR == 2 { print $4 }')
  [ "$disk" -ge "$MIN_DISK_MIB" ] || ours ||
    problem "$disk MiB free under /var: at least $MIN_DISK_MIB are needed (preflight.minDiskFreeMiB); free space or grow the disk"
  for flag in $CPU_FLAGS; do
    grep -qw -m1 "$flag" /proc/cpuinfo || missing+=("$flag")
  done
  [ ${#missing[@]} -eq 0 ] ||
    problem "CPU flags missing: ${missing[*]}: ask the provider for a host-passthrough CPU (preflight.cpuFlags)"
  [ "$(tail -n +2 /proc/swaps | wc -l)" -eq 0 ] || [ "$SWAP" = accepted ] ||
    problem "swap is on ($(awk 'NR > 1 { print $1 }' /proc/swaps | xargs)): run swapoff -a and remove it from /etc/fstab, or declare kubernetes.kubelet.failSwapOn: false"
}

check_steal() {
  local steal
  steal=$( (grep '^cpu ' /proc/stat; sleep 1; grep '^cpu ' /proc/stat) | awk '
    { total = 0; for (i = 2; i <= 9; i++) total += $i
      if (NR == 1) { t = total; s = $9 } else printf "%.2f", (total > t) ? 100 * ($9 - s) / (total - t) : 0 }')
  if above "$steal" "$REFUSE_STEAL"; then
    problem "CPU steal is $steal %, above $REFUSE_STEAL %: the server is oversold, ask for another"
  elif above "$steal" "$WARN_STEAL"; then
    warning "CPU steal is $steal %, above $WARN_STEAL %: expect latency spikes"
  fi
}

# Times 25 synced 4 KiB writes, as etcd's log does, in /run's neighbour on the real disk.
check_fsync() {
  local file slowest
  file=$(mktemp /var/tmp/nordmesh-fsync.XXXXXX) || { problem "cannot write under /var/tmp: the disk is full or read-only"; return; }
  slowest=$(for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
    dd if=/dev/zero of="$file" bs=4k count=1 conv=fdatasync 2>&1 |
      awk -F, '/copied/ { sub(/ s$/, "", $(NF - 1)); print $(NF - 1) * 1000 }'
  done | sort -g | tail -n 1) || slowest=""
  rm -f "$file"
  [ -n "$slowest" ] || { problem "cannot write under /var/tmp: the disk is full or read-only"; return; }
  if above "$slowest" "$MAX_FSYNC_MS"; then
    warning "slowest of 25 synced writes took $slowest ms, above $MAX_FSYNC_MS ms: etcd wants a faster disk"
  fi
}

check_clock() {
  local now reference offset=0 url
  now=$(date +%s)
  if [ "$now" -lt "$NOT_BEFORE" ]; then
    problem "the clock says $(date -u +%Y-%m-%dT%H:%MZ), before this release was made: start time synchronisation"
    return
  fi
  if [ "$SOURCE" != bundle ]; then
    url=$(awk 'NR == 1 { print $3 }' <<<"$ARTIFACTS")
    reference=$(curl -fsSIL --max-time 20 "$url" 2>/dev/null | awk 'tolower($1) == "date:" { $1 = ""; d = $0 } END { print d }') ||
      reference=""
    [ -z "$reference" ] || offset=$((now - $(date -d "$reference" +%s)))
  elif command -v chronyc >/dev/null; then
    offset=$(chronyc -n tracking 2>/dev/null | awk -F: '/^System time/ { print $2 + 0 }') || offset=0
  fi
  offset=${offset#-}
  if above "${offset:-0}" "$MAX_CLOCK_OFFSET"; then
    problem "the clock is off by $offset s, above $MAX_CLOCK_OFFSET s: start time synchronisation (preflight.maxClockOffsetSeconds)"
  fi
}

check_identity() {
  local name
  [ -s /etc/machine-id ] || problem "/etc/machine-id is empty: run systemd-machine-id-setup"
  name=$(hostname)
  [ "$name" != localhost ] || problem "the hostname is localhost: run hostnamectl set-hostname $HOST"
}

check_cluster() {
  local uid
  # A host of an earlier version has none and takes this one.
  uid=$(cat "$STATE/cluster-uid" 2>/dev/null) || uid=$CLUSTER_UID
  if ours && [ "$uid" != "$CLUSTER_UID" ]; then
    problem "this host belongs to a cluster $CLUSTER_ID that another Pulumi state made ($uid, this state has $CLUSTER_UID): with this state its Secrets could never be read again; nothing was touched. Use the state that made it (pulumi stack export there, pulumi stack import here), or destroy it with that state first"
    return
  fi
  ours && return
  local path port found=()
  if [ -s "$STATE/cluster-id" ]; then
    problem "this host belongs to another nordmesh cluster ($(cat "$STATE/cluster-id")): destroy that stack first; nothing was touched"
    return
  fi
  for path in /etc/kubernetes/manifests /etc/kubernetes/kubelet.conf /etc/kubernetes/admin.conf /var/lib/etcd; do
    [ -e "$path" ] && [ -n "$(ls -A "$path" 2>/dev/null)" ] && found+=("$path")
  done
  [ ${#found[@]} -eq 0 ] ||
    problem "an older Kubernetes cluster is on this host (${found[*]}): save what you need, then run kubeadm reset; nothing was touched"
  found=()
  for port in $PORTS; do
    [ -z "$(ss -Hltn "sport = :$port" 2>/dev/null)" ] || found+=("$port")
  done
  [ ${#found[@]} -eq 0 ] || problem "TCP ports in use: ${found[*]}: stop what listens there (ss -ltnp)"
}

# Names of the units that are other runtimes and other Kubernetes distributions.
RUNTIMES="docker containerd crio"
DISTRIBUTIONS="kubelet k3s k3s-agent rke2-server rke2-agent k0scontroller k0sworker k0s \
  snap.microk8s.daemon-kubelite snap.microk8s.daemon-containerd snap.k8s.kubelet"

# Both would fight for sockets, data, CNI files and packet rules; a disabled unit does not come back.
check_runtimes() {
  ours && return
  local found
  found=$(units_in_use "$RUNTIMES")
  [ -z "$found" ] ||
    problem "another container runtime is on this host ($found): nordmesh brings a containerd of its own, which would take over the other's socket, /var/lib/containerd and CNI files; move its containers elsewhere and run systemctl disable --now $found, or use another host"
  found=$(units_in_use "$DISTRIBUTIONS")
  [ -z "$found" ] ||
    problem "another Kubernetes is on this host ($found): it would lose its ports and its pod network; remove it with its own uninstaller, or use another host"
}

# units_in_use NAMES: of these services, those that run now or would after the next boot.
units_in_use() {
  local name found=()
  for name in $1; do
    if systemctl is-active -q "$name.service" 2>/dev/null || systemctl is-enabled -q "$name.service" 2>/dev/null; then
      found+=("$name")
    elif [ "$name" = docker ] && systemctl is-active -q docker.socket 2>/dev/null; then
      found+=(docker.socket)
    fi
  done
  printf '%s' "${found[*]-}"
}

check_artifacts() {
  local name url file
  if [ "$SOURCE" = bundle ]; then
    if [ ! -f "$BUNDLE/SHA256SUMS" ]; then
      problem "no bundle at $BUNDLE: SHA256SUMS is missing; copy or mount the bundle there"
      return
    fi
    while read -r name _ url; do
      [ -f "$BUNDLE/$name" ] || problem "the bundle at $BUNDLE lacks $name: build it again for this release"
    done <<<"$ARTIFACTS"
    return
  fi
  command -v curl >/dev/null || return 0
  while read -r name _ url; do
    file=$(curl -fsSIL --max-time 20 -o /dev/null "$url" 2>&1) ||
      problem "cannot reach $url (${file:-no answer}): open egress to it, or use artifacts: mirror or bundle"
  done <<<"$ARTIFACTS"
}

report() {
  local text list=""
  for text in ${WARNINGS[@]+"${WARNINGS[@]}"}; do
    log "warning: $text"
    list="$list${list:+,}\"$(json_escape "$text")\""
  done
  printf '{"machineId":"%s","hostname":"%s","kernel":"%s","warnings":[%s]}\n' \
    "$(json_escape "$(cat /etc/machine-id)")" "$(json_escape "$(hostname)")" "$(json_escape "$(uname -r)")" "$list"
}

main() {
  [ "${1:-ensure}" = ensure ] || return 0
  check_system
  check_capacity
  check_steal
  check_fsync
  check_clock
  check_identity
  check_cluster
  check_runtimes
  check_artifacts
  # Comes in front where the host has volumes.
  ! declare -F check_volumes >/dev/null || check_volumes
  if [ ${#PROBLEMS[@]} -gt 0 ]; then
    log "refused by ${#PROBLEMS[@]} preflight check(s); nothing on this host was changed:"
    printf '  - %s\n' "${PROBLEMS[@]}" >&2
    exit 1
  fi
  report
}

main "$@" </dev/null

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

write_seed() {
  local tool seed=$dir/seed.new
  rm -rf "$seed"
  mkdir "$seed"
  printf 'instance-id: %s\nlocal-hostname: %s\n' "$MACHINE_NAME" "$MACHINE_NAME" >"$seed/meta-data"
  printf '%s\n' "$MACHINE_USER_DATA" >"$seed/user-data"
  [[ -z ${MACHINE_NETWORK_CONFIG:-} ]] ||
    printf '%s\n' "$MACHINE_NETWORK_CONFIG" >"$seed/network-config"
  tool=$(command -v genisoimage || command -v xorrisofs || command -v mkisofs) ||
    fail "no tool to write the seed disk, install genisoimage"
  "$tool" -quiet -output "$dir/seed.iso.new" -volid cidata -joliet -rock "$seed" >/dev/null
  rm -rf "$seed"
  mv "$dir/seed.iso.new" "$dir/seed.iso"
  # Nothing started from here on needs the secrets.
  unset MACHINE_USER_DATA MACHINE_NETWORK_CONFIG
}

ensure_disk() {
  local base format=qcow2 current wanted=$((MACHINE_DISK_GIB * 1024 * 1024 * 1024))
  # A disk stays with the image it was made from: another kernel would miss its modules.
  if [[ -e $dir/disk.qcow2 ]]; then
    MACHINE_IMAGE=$(cat "$dir/image")
  else
    echo "$MACHINE_IMAGE" >"$dir/image"
  fi
  base=$MACHINE_IMAGE
  if [[ -d $MACHINE_IMAGE ]]; then
    base=$MACHINE_IMAGE/disk.raw
    format=raw
  fi
  if [[ ! -e $dir/disk.qcow2 ]]; then
    [[ -e $base ]] || fail "$base does not exist"
    new_instance
    qemu-img create -q -f qcow2 -b "$base" -F "$format" "$dir/disk.new" "$wanted"
    mv "$dir/disk.new" "$dir/disk.qcow2"
    return
  fi
  [[ -s $dir/instance ]] || new_instance
  current=$(qemu-img info --output=json "$dir/disk.qcow2" |
    sed -n 's/^ *"virtual-size": \([0-9]*\).*/\1/p' | tail -n 1)
  if ((wanted < current)); then
    fail "the disk has $((current / 1024 / 1024 / 1024)) GiB and cannot shrink to $MACHINE_DISK_GIB"
  elif ((wanted > current)); then
    qemu-img resize -q "$dir/disk.qcow2" "$wanted"
  fi
}

new_instance() { tr -d '-' </proc/sys/kernel/random/uuid >"$dir/instance"; }

# shellcheck shell=bash
# A machine on this hypervisor: base image, disk, NoCloud seed and domain.
# @param POOL IMAGE_URL IMAGE_SHA256 DISK_GIB DOMAIN_XML  where, from what, how large, the domain
# @param NETWORK_CONFIG  cloud-init network configuration
# @param USER_DATA       secret, cloud-init user-data
: "${POOL:?}" "${IMAGE_URL:?}" "${IMAGE_SHA256:?}" "${DISK_GIB:?}" "${DOMAIN_XML:?}"
: "${NETWORK_CONFIG:?}" "${USER_DATA:?}"

ensure_image() {
  local image=$POOL/nordmesh-$IMAGE_SHA256.qcow2 digest
  [ ! -f "$image" ] || return 0
  log "downloading $IMAGE_URL"
  curl -fsSL --retry 5 -o "$image.part" "$IMAGE_URL" || fail "cannot download $IMAGE_URL"
  digest=$(sha256sum <"$image.part")
  if [ "${digest%% *}" != "$IMAGE_SHA256" ]; then
    rm -f "$image.part"
    fail "the image has digest ${digest%% *}, declared is $IMAGE_SHA256 (image.sha256): it was not used"
  fi
  mv -f "$image.part" "$image"
}

ensure_seed() {
  local directory
  directory=$(mktemp -d /run/nordmesh-seed.XXXXXX)
  (
    umask 077
    printf '%s' "$USER_DATA" >"$directory/user-data"
    printf '%s' "$NETWORK_CONFIG" >"$directory/network-config"
    printf 'instance-id: %s\nlocal-hostname: %s\n' "$HOST" "$HOST" >"$directory/meta-data"
    cloud-localds --network-config="$directory/network-config" "$POOL/$HOST-seed.iso" \
      "$directory/user-data" "$directory/meta-data"
  )
  rm -rf "$directory"
}

ensure() {
  local tool file
  for tool in virsh qemu-img cloud-localds curl; do
    command -v "$tool" >/dev/null || fail "missing program $tool on the hypervisor: install libvirt-clients, qemu-utils and cloud-image-utils"
  done
  if ! virsh dominfo "$HOST" >/dev/null 2>&1; then
    ensure_image
    [ -f "$POOL/$HOST.qcow2" ] ||
      qemu-img create -q -f qcow2 -F qcow2 -b "$POOL/nordmesh-$IMAGE_SHA256.qcow2" "$POOL/$HOST.qcow2" "${DISK_GIB}G"
    ensure_seed
  fi
  file=$(mktemp /run/nordmesh-domain.XXXXXX)
  printf '%s' "$DOMAIN_XML" >"$file"
  virsh -q define "$file" >&2
  rm -f "$file"
  virsh -q autostart "$HOST" >&2
  [ "$(virsh domstate "$HOST" | head -n 1)" = running ] || virsh -q start "$HOST" >&2
  printf '{"domain":"%s"}\n' "$HOST"
}

remove() {
  virsh -q destroy "$HOST" 2>/dev/null || true
  virsh -q undefine "$HOST" 2>/dev/null || true
  rm -f "$POOL/$HOST.qcow2" "$POOL/$HOST-seed.iso"
}

run_action "$@" </dev/null

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

# Named as a whole or not at all: a killed run leaves no half disk and no half seed.
ensure_seed() {
  local directory
  directory=$(mktemp -d /run/nordmesh-seed.XXXXXX)
  (
    umask 077
    printf '%s' "$USER_DATA" >"$directory/user-data"
    printf '%s' "$NETWORK_CONFIG" >"$directory/network-config"
    printf 'instance-id: %s\nlocal-hostname: %s\n' "$HOST" "$HOST" >"$directory/meta-data"
    cloud-localds --network-config="$directory/network-config" "$POOL/$HOST-seed.part" \
      "$directory/user-data" "$directory/meta-data"
  )
  rm -rf "$directory"
  mv -f "$POOL/$HOST-seed.part" "$POOL/$HOST-seed.iso"
}

ensure_disk() {
  [ ! -f "$POOL/$HOST.qcow2" ] || return 0
  ensure_image
  ensure_seed
  qemu-img create -q -f qcow2 -F qcow2 -b "$POOL/nordmesh-$IMAGE_SHA256.qcow2" "$POOL/$HOST-disk.part" "${DISK_GIB}G"
  mv -f "$POOL/$HOST-disk.part" "$POOL/$HOST.qcow2"
}

has_domain() { virsh dominfo "$HOST" >/dev/null 2>&1; }

# Its MAC address follows from the environment's name and its own.
is_own_domain() {
  local mac
  mac=$(grep -o '<mac address="[^"]*"' <<<"$DOMAIN_XML" | cut -d'"' -f2)
  grep -qF "$mac" < <(virsh dumpxml --inactive "$HOST")
}

require_own() {
  local advice="name the host differently, or remove the other"
  if has_domain; then
    is_own_domain || fail "the hypervisor has a domain $HOST that this environment did not make; nothing was changed: $advice (virsh domrename)"
  else
    [ ! -e "$POOL/$HOST.qcow2" ] || fail "$POOL/$HOST.qcow2 is the disk of no domain of this environment; nothing was changed: $advice"
  fi
}

# libvirt takes a definition without a UUID for another domain of that name, and refuses it.
define() {
  local file uuid=""
  file=$(mktemp /run/nordmesh-domain.XXXXXX)
  ! has_domain || uuid="<uuid>$(virsh domuuid "$HOST" | xargs)</uuid>"
  printf '%s' "${DOMAIN_XML/<\/name>/<\/name>$uuid}" >"$file"
  virsh -q define "$file" >&2
  rm -f "$file"
}

ensure() {
  local tool
  for tool in virsh qemu-img cloud-localds curl; do
    command -v "$tool" >/dev/null || fail "missing program $tool on the hypervisor: install libvirt-clients, qemu-utils and cloud-image-utils"
  done
  require_own
  define
  ensure_disk
  virsh -q autostart "$HOST" >&2
  [ "$(virsh domstate "$HOST" | head -n 1)" = running ] || virsh -q start "$HOST" >&2
  printf '{"domain":"%s"}\n' "$HOST"
}

# The domain last: by it a run that was killed is known to be ours.
remove() {
  has_domain && is_own_domain || return 0
  virsh -q destroy "$HOST" 2>/dev/null || true
  rm -f "$POOL/$HOST.qcow2" "$POOL/$HOST-seed.iso" "$POOL/$HOST-disk.part" "$POOL/$HOST-seed.part"
  virsh -q undefine "$HOST" >&2
}

run_action "$@" </dev/null

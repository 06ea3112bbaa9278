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

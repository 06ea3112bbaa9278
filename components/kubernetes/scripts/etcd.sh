# shellcheck shell=bash
# Asks etcd for its members, from a control plane.
MEMBERS=""

# find_members TRIES: sets MEMBERS to `id name peerURL clientURL` rows; - stands for what is not known yet.
find_members() { poll "$1" 5 read_members; }

read_members() {
  local found
  found=$(etcd_call member/list '{}' | member_rows) && [ -n "$found" ] || return 1
  MEMBERS=$found
}

member_rows() {
  tr -d ' \n' | sed 's/{"ID":/\n&/g' | awk '
    function field(name,   text) {
      if (!match($0, "\"" name "\":\\[?\"[^\"]+\"")) return "-"
      text = substr($0, RSTART, RLENGTH)
      sub(/^"[^"]*":\[?"/, "", text); sub(/"$/, "", text)
      return text
    }
    /^{"ID":/ { print field("ID"), field("name"), field("peerURLs"), field("clientURLs") }'
}

# members own|other: a member is ours by name or, before its first start gave it one, by an address of this host.
members() {
  awk -v want="$1" -v name="$HOST" -v addresses=" $(hostname -I) " '
    NF { peer = $3; sub(/^https?:\/\//, "", peer); sub(/:[0-9]+$/, "", peer)
      own = $2 == name || ($2 == "-" && index(addresses, " " peer " ") > 0)
      if (own == (want == "own")) print }' <<<"$MEMBERS"
}

# etcd_call METHOD JSON: over etcd's HTTP gateway, as a node has no etcdctl; the first that answers counts.
etcd_call() {
  local pki=/etc/kubernetes/pki/etcd url
  while read -r url; do
    [ -n "$url" ] || continue
    curl -sS --fail-with-body --connect-timeout 5 --max-time 20 --noproxy '*' --cacert "$pki/ca.crt" \
      --cert "$pki/healthcheck-client.crt" --key "$pki/healthcheck-client.key" \
      --data "$2" "$url/v3/cluster/$1" && return
  done < <(etcd_endpoints)
  return 1
}

# Other members first: the one that goes may not live to answer. The API server knows them where no list is at hand.
etcd_endpoints() {
  local key='kubeadm\.kubernetes\.io/etcd\.advertise-client-urls'
  if [ -n "$MEMBERS" ]; then
    members other | awk '$4 != "-" { print $4 }'
  else
    kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=10s -n kube-system get pods -l component=etcd \
      -o "jsonpath={range .items[*]}{.metadata.annotations.$key}{\"\\n\"}{end}" 2>/dev/null || true
  fi
  printf '%s\n' https://127.0.0.1:2379
}

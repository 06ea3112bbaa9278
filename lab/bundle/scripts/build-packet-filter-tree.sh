#!/usr/bin/env bash
# Writes a small Debian tree with nft, iptables, conntrack, cp and certificates of public authorities as a tar
# archive, the base of the images of kube-proxy, the pod network and the mesh's proxies.
# @param OUTPUT  archive to write
set -euo pipefail

main() {
  local root tool
  # Not beside the output: a path below a private home could not be entered by apt's own user.
  root=$(mktemp -d /var/tmp/lab-tree.XXXXXX)
  # shellcheck disable=SC2064 # the directory of this run, decided now
  trap "rm -rf --one-file-system '$root'" EXIT
  chmod 0755 "$root"
  mmdebstrap --mode=root --variant=extract --components=main \
    --include=base-files,ca-certificates,netbase,nftables,iptables,conntrack,kmod,busybox-static trixie "$root"
  # Unpacked without maintainer scripts, so the alternatives are chosen here.
  for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -sf xtables-nft-multi "$root/usr/sbin/$tool"
  done
  # An init container of the pod network copies its program; coreutils would be ten times as large.
  ln -sf busybox "$root/usr/bin/cp"
  mkdir -p "$root/etc/ssl/certs"
  cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
  # Only maintainer scripts need these; kmod needs libcrypto.
  rm -rf "$root"/usr/bin/openssl "$root"/usr/lib/x86_64-linux-gnu/{libssl,ossl-,engines-}* \
    "$root"/usr/share/ca-certificates
  rm -rf "$root"/usr/share/{bash-completion,doc,info,lintian,locale,man} "$root"/var/{cache,lib}/apt \
    "$root"/var/lib/dpkg "$root"/var/log "${root:?}/dev" "$root"/etc/apt
  mkdir -p "$root/tmp" "$root/run"
  chmod 1777 "$root/tmp"
  echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
  echo 'root:x:0:' >"$root/etc/group"
  chroot "$root" /usr/sbin/nft --version
  chroot "$root" /usr/sbin/iptables --version
  chroot "$root" /usr/sbin/conntrack --version
  chroot "$root" /usr/bin/kmod --version
  chroot "$root" /usr/bin/cp --help 2>/dev/null
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$root" -cf "$OUTPUT" .
}

main "$@" </dev/null

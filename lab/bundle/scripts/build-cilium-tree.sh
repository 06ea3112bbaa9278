#!/usr/bin/env bash
# Writes a Debian tree with what Cilium's agent and its init containers start, clang for its BPF programs above all,
# as a tar archive: the base of its image.
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
    --include=base-files,bash,clang-19,coreutils,findutils,grep,iproute2,ipset,iptables,kmod,mount,netbase,nftables,util-linux \
    trixie "$root"
  # Unpacked without maintainer scripts, so the alternatives are chosen here.
  for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -sf xtables-nft-multi "$root/usr/sbin/$tool"
  done
  ln -sf ../lib/llvm-19/bin/clang "$root/usr/bin/clang"
  ln -sf bash "$root/usr/bin/sh"
  # BPF programs are compiled from headers of their own and linked by nobody.
  rm -rf "$root"/usr/lib/gcc "$root"/usr/include "$root"/usr/libexec/gcc "$root"/usr/bin/*-linux-gnu-* \
    "$root"/usr/lib/x86_64-linux-gnu/{*.a,libasan*,liblsan*,libtsan*,libubsan*,libhwasan*,libbfd-*,libopcodes-*,libgprofng*,gprofng,libclang-19*} \
    "$root"/usr/lib/llvm-19/lib/{*.a,LLVMPolly.so,clang/19/lib,clang/19/include/arm_*} "$root"/usr/bin/perl*
  rm -rf "$root"/usr/share/{bash-completion,doc,info,lintian,locale,man,perl} "$root"/usr/lib/x86_64-linux-gnu/perl* \
    "$root"/var/{cache,lib}/apt "$root"/var/lib/dpkg "$root"/var/log "${root:?}/dev" "$root"/etc/apt
  mkdir -p "$root/tmp" "$root/run"
  chmod 1777 "$root/tmp"
  echo 'root:x:0:0:root:/root:/bin/bash' >"$root/etc/passwd"
  echo 'root:x:0:' >"$root/etc/group"
  echo 'int one(void) { return 1; }' | chroot "$root" /usr/bin/clang -O2 --target=bpf -c -x c - -o /tmp/one.o
  rm "$root/tmp/one.o"
  chroot "$root" /bin/sh -c 'cp --version' >/dev/null
  for tool in /usr/sbin/iptables /usr/sbin/ipset /usr/bin/kmod /usr/bin/nsenter /usr/bin/mount; do
    chroot "$root" "$tool" --version
  done
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$root" -cf "$OUTPUT" .
}

main "$@" </dev/null

#!/usr/bin/env bash
# Writes a Debian tree with FRR and what MetalLB's pods start of it, laid out as FRR's own image is, as a tar archive.
# @param OUTPUT  archive to write
set -euo pipefail

main() {
  local root
  # Not beside the output: a path below a private home could not be entered by apt's own user.
  root=$(mktemp -d /var/tmp/lab-tree.XXXXXX)
  # shellcheck disable=SC2064 # the directory of this run, decided now
  trap "rm -rf --one-file-system '$root'" EXIT
  chmod 0755 "$root"
  mmdebstrap --mode=root --variant=extract --components=main \
    --include=base-files,bash,coreutils,findutils,frr,frr-pythontools,grep,hostname,libpam-modules,netbase,procps,python3-minimal,sed,tini,util-linux \
    trixie "$root"
  ln -sf bash "$root/usr/bin/sh"
  # MetalLB's chart starts containers by this path, and as these numbers.
  ln -sf ../bin/tini "$root/usr/sbin/tini"
  printf '%s\n' 'root:x:0:0:root:/root:/bin/bash' 'frr:x:100:101:frr:/var/run/frr:/usr/sbin/nologin' >"$root/etc/passwd"
  printf '%s\n' 'root:x:0:' 'frr:x:101:' 'frrvty:x:102:frr' >"$root/etc/group"
  # Debian's vtysh asks PAM, which starts with a rule for every other service alone; FRR's own image has none.
  printf '%s\n' 'auth sufficient pam_permit.so' 'account sufficient pam_permit.so' >"$root/etc/pam.d/frr"
  printf '%s\n' 'auth required pam_deny.so' 'account required pam_deny.so' >"$root/etc/pam.d/other"
  cat >"$root/usr/lib/frr/docker-start" <<'EOF'
#!/bin/bash
source /usr/lib/frr/frrcommon.sh
# shellcheck disable=SC2046 # one word a daemon
exec /usr/lib/frr/watchfrr $(daemon_list)
EOF
  chmod 0755 "$root/usr/lib/frr/docker-start"
  rm -rf "$root"/usr/share/{bash-completion,doc,info,lintian,locale,man,perl,yang-disabled} "$root"/usr/bin/perl* \
    "$root"/usr/lib/x86_64-linux-gnu/perl* "$root"/var/{cache,lib}/apt "$root"/var/lib/dpkg "$root"/var/log \
    "${root:?}/dev" "$root"/etc/apt
  rm -rf "$root/var/run"
  ln -s ../run "$root/var/run"
  mkdir -p "$root"/{tmp,run,etc/frr,var/lib/frr,var/tmp/frr}
  chmod 1777 "$root/tmp"
  chroot "$root" /usr/lib/frr/bgpd --version
  # No daemon runs here, so that this is all it can come to.
  { chroot "$root" /usr/bin/vtysh -c 'show version' 2>&1 || true; } | grep 'failed to connect'
  chroot "$root" /usr/bin/python3 /usr/lib/frr/frr-reload.py --help >/dev/null
  chroot "$root" /sbin/tini --version
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$root" -cf "$OUTPUT" .
}

main "$@" </dev/null

#!/usr/bin/env bash
# Shared by every script: messages, atomic files, what services run with, what is ours, and one
# nordmesh run at a time on a host.
#
# ensure_applied NAME COMMAND PATH...  runs COMMAND unless NAME already runs with these files; every run
#                                      asks anew, so one that was killed before the COMMAND is made up for
# applied NAME DIGEST, note_applied NAME DIGEST, digest_files PATH...  its parts, for other orders of work
# begin_claims, claim GROUP PATH..., end_claims  before PATHs are made: which will be ours, which were here before
# give_back GROUP                      deletes what is ours and puts back what was here before
#
# @param HOST  permanent name of the host
set -euo pipefail

: "${HOST:?}"
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck disable=SC2034 # read by the scripts that follow
STATE=/var/lib/nordmesh

log() { printf '%s: %s\n' "$HOST" "$*" >&2; }

fail() {
  log "$*"
  exit 1
}

# poll TRIES SECONDS COMMAND...: until it succeeds, SECONDS apart; false when it never did.
poll() {
  local left=$1 pause=$2
  shift 2
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    sleep "$pause"
  done
}

# A second run on the same host waits for the first, also one whose operator went away.
lock() {
  exec 9>/run/nordmesh.lock
  flock -n 9 && return
  log "waiting for another nordmesh run on this host to end"
  flock -w 1500 9 || fail "another nordmesh run holds /run/nordmesh.lock for 25 minutes; look for it with: lslocks | grep nordmesh"
}

# install_file PATH MODE CONTENT: writes atomically and only on a difference.
install_file() {
  local path=$1 mode=$2 content=$3 temporary
  if [ -f "$path" ] && [ "$(stat -c %a "$path")" = "$mode" ] && [ "$(cat "$path"; printf .)" = "$content." ]; then
    return
  fi
  mkdir -p "$(dirname "$path")"
  temporary=$(mktemp "$path.XXXXXX")
  printf '%s' "$content" >"$temporary"
  chmod "$mode" "$temporary"
  mv -f "$temporary" "$path"
  sync -f "$path"
}

# digest_files PATH...: one digest of paths, modes and contents; a file that is absent counts as that.
digest_files() {
  local path digest
  digest=$(
    for path in "$@"; do
      if [ -f "$path" ]; then
        stat -c '%n %a' "$path"
        sha256sum <"$path"
      else
        printf '%s absent\n' "$path"
      fi
    done | sha256sum
  )
  printf '%s' "${digest%% *}"
}

# digest: of what comes on standard input, in short.
digest() { sha256sum | cut -c1-16; }

# applied NAME DIGEST: true when NAME was last started with files of this digest.
applied() { [ "$(cat "$STATE/applied/$1" 2>/dev/null)" = "$2" ]; }

# note_applied NAME DIGEST: only ever after the start succeeded.
note_applied() { install_file "$STATE/applied/$1" 600 "$2"; }

# ensure_applied NAME COMMAND PATH...: the record comes last, so a killed run is made up for by the next.
ensure_applied() {
  local name=$1 command=$2 digest
  shift 2
  digest=$(digest_files "$@")
  ! applied "$name" "$digest" || return 0
  "$command"
  note_applied "$name" "$digest"
}

# begin_claims: a host that an earlier nordmesh made ready without claims holds nothing but ours.
begin_claims() {
  [ ! -d "$STATE/claims" ] || return 0
  [ ! -d "$STATE/installed" ] || touch "$STATE/adopting"
  mkdir -p "$STATE/claims"
}

# end_claims: from now on what is found is somebody else's.
end_claims() { rm -f "$STATE/adopting"; }

# claim GROUP PATH...: once and before the PATHs are made; a file that was here before is kept as a copy.
claim() {
  local list=$STATE/claims/$1 path rows="" adopting=no
  if [ -s "$list" ]; then
    rows=$(cat "$list")$'\n'
  elif [ -f "$STATE/adopting" ]; then
    adopting=yes
  fi
  shift
  for path in "$@"; do
    [[ $'\n'"$rows" != *" $path"$'\n'* ]] || continue
    if [ "$adopting" = yes ] || { [ ! -L "$path" ] && { [ ! -e "$path" ] || is_empty "$path"; }; }; then
      rows+="ours $path"$'\n'
    else
      [ -d "$path" ] || keep_copy "$path"
      rows+="theirs $path"$'\n'
    fi
  done
  install_file "$list" 600 "$rows"
}

keep_copy() {
  local copy=$STATE/before$1
  mkdir -p "$(dirname "$copy")"
  cp -a "$1" "$copy.part"
  mv -fT "$copy.part" "$copy"
  sync -f "$(dirname "$copy")"
}

# give_back GROUP: what was never claimed is not touched, nor is a directory that others had filled.
give_back() {
  local list=$STATE/claims/$1 owner path copy
  [ -f "$list" ] || return 0
  while read -r owner path; do
    copy=$STATE/before$path
    if [ "$owner" = ours ]; then
      remove_tree "$path"
    elif [ -e "$copy" ] || [ -L "$copy" ]; then
      cp -a "$copy" "$path.nordmesh"
      mv -fT "$path.nordmesh" "$path"
    else
      log "$path was here before nordmesh: what it holds now stays"
    fi
  done <"$list"
  rm -f "$list"
}

# is_ours PATH: true when a claim says that it was not here before.
is_ours() { grep -qsxF "ours $1" "$STATE"/claims/*; }

# runs_from UNIT_FILE: true when systemd takes the service of that name from this very file.
runs_from() { [ "$(systemctl show -p FragmentPath --value "$(basename "$1")")" = "$1" ]; }

# True for a directory that holds nothing: also a new disk that is mounted there.
is_empty() { [ -d "$1" ] && [ -z "$(ls -A --ignore=lost+found "$1")" ]; }

# remove_tree PATH: never leaves PATH's file system, and keeps a mount point itself.
remove_tree() {
  rm -rf --one-file-system "$1" 2>/dev/null || is_empty "$1" ||
    fail "$1 cannot be removed whole: look for what is mounted below it or immutable (findmnt, lsattr) and run again"
}

json_escape() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  printf '%s' "$text" | tr '\n\t' '  ' | tr -d '\000-\037'
}

# run_action ensure|remove: calls that function of the script, alone on this host.
run_action() {
  lock
  case ${1:?} in
    ensure) ensure ;;
    remove) remove ;;
    *) fail "unknown action $1" ;;
  esac
}

#!/usr/bin/env bash
# Shared by every script: messages, atomic files, and one nordmesh run at a time on a host.
# @param HOST  permanent name of the host
set -euo pipefail

: "${HOST:?}"
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck disable=SC2034 # read by the scripts that follow
STATE=/var/lib/nordmesh
# shellcheck disable=SC2034 # read by the scripts that follow
CHANGED=""

log() { printf '%s: %s\n' "$HOST" "$*" >&2; }

fail() {
  log "$*"
  exit 1
}

# A second run on the same host waits for the first, also one whose operator went away.
lock() {
  exec 9>/run/nordmesh.lock
  flock -n 9 && return
  log "waiting for another nordmesh run on this host to end"
  flock -w 1500 9 || fail "another nordmesh run holds /run/nordmesh.lock for 25 minutes; look for it with: lslocks | grep nordmesh"
}

# install_file PATH MODE CONTENT: writes atomically, only on a difference, and notes the path in CHANGED.
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
  CHANGED="$CHANGED $path"
}

# changed PATH: true when install_file wrote it in this run.
changed() { [[ " $CHANGED " == *" $1 "* ]]; }

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

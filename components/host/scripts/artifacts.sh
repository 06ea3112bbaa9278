# shellcheck shell=bash
# Brings verified files onto a node: from vendors, a mirror or an air-gap bundle.
# @param SOURCE ARTIFACTS  internet, mirror or bundle; `name sha256 url` rows
# @param BUNDLE BUNDLE_SHA256  directory on this host; digest of its SHA256SUMS, or empty
# @param RELEASE  name of the release set
: "${SOURCE:?}" "${ARTIFACTS:?}" "${BUNDLE?}" "${BUNDLE_SHA256?}" "${RELEASE:?}"
CACHE=/var/cache/nordmesh

# The rows that are in force: a bundle's own manifest says what its files must be.
artifact_rows() {
  if [ "$SOURCE" = bundle ]; then
    awk '{ sub(/^\*/, "", $2); print $2, $1 }' "$BUNDLE/SHA256SUMS"
  else
    printf '%s\n' "$ARTIFACTS"
  fi
}

check_bundle() {
  [ "$SOURCE" = bundle ] || return 0
  [ -f "$BUNDLE/SHA256SUMS" ] || fail "no bundle at $BUNDLE: SHA256SUMS is missing"
  local digest
  digest=$(sha256sum <"$BUNDLE/SHA256SUMS")
  digest=${digest%% *}
  if [ -n "$BUNDLE_SHA256" ] && [ "$digest" != "$BUNDLE_SHA256" ]; then
    fail "the bundle's SHA256SUMS has digest $digest, declared is $BUNDLE_SHA256 (artifacts.manifestSha256): this is another bundle or it was tampered with; nothing was installed"
  fi
  [ "$(cat "$BUNDLE/RELEASE")" = "$RELEASE" ] ||
    fail "the bundle holds release $(cat "$BUNDLE/RELEASE"), declared is $RELEASE; nothing was installed"
}

# artifact NAME: prints the path of a file whose digest was just checked; anything else is fatal.
artifact() {
  local name=$1 row sha url path digest
  row=$(artifact_rows | awk -v name="$name" '$1 == name { print; exit }')
  [ -n "$row" ] || fail "no checksum is declared for $name"
  read -r _ sha url <<<"$row"
  if [ "$SOURCE" = bundle ]; then
    path=$BUNDLE/$name
  else
    path=$CACHE/$sha
    [ -f "$path" ] || download "$url" "$path"
  fi
  digest=$(sha256sum <"$path") || fail "cannot read $path"
  digest=${digest%% *}
  if [ "$digest" != "$sha" ]; then
    [ "$SOURCE" = bundle ] || rm -f "$path"
    fail "$name has digest $digest, declared is $sha: it was tampered with or damaged and was not installed (${url:-$path})"
  fi
  printf '%s' "$path"
}

download() {
  local url=$1 path=$2
  mkdir -p "$CACHE"
  log "downloading $url"
  # Without --retry-all-errors a connection cut halfway is final.
  curl -fsSL --retry 5 --retry-all-errors --retry-delay 2 --connect-timeout 20 -o "$path.part" "$url" ||
    fail "cannot download $url: check egress, or use artifacts: mirror or bundle"
  mv -f "$path.part" "$path"
}

# installed NAME SHA: true when this very file was installed by an earlier run.
installed() { [ "$(cat "$STATE/installed/$1" 2>/dev/null)" = "$2" ]; }

digest_of() { artifact_rows | awk -v name="$1" '$1 == name { print $2; exit }'; }

note_installed() {
  mkdir -p "$STATE/installed"
  printf '%s\n' "$2" >"$STATE/installed/$1"
}

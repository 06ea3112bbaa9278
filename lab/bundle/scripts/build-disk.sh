#!/usr/bin/env bash
# Puts a directory on a file system image with the label NORDMESH, just large enough, for read-only use.
# @param SOURCE_DIR  directory whose contents become the root of the file system
# @param OUTPUT      image file to write
set -euo pipefail

main() {
  local mebibytes
  mebibytes=$(du -sm --apparent-size "$SOURCE_DIR" | cut -f1)
  mke2fs -q -t ext4 -L NORDMESH -O ^has_journal -m 0 -N 256 \
    -U 6e6f7264-6d65-7368-0000-000000002026 -E "hash_seed=6e6f7264-6d65-7368-0000-000000002026" \
    -d "$SOURCE_DIR" "$OUTPUT" "$((mebibytes + mebibytes / 50 + 16))M"
}

main "$@" </dev/null

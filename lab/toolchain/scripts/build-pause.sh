#!/usr/bin/env bash
# Compiles the pause program out of the Kubernetes module that the working directory's go.mod selects.
# @param OUTPUT_DIR     existing directory that receives `pause`
# @param PAUSE_VERSION  version it prints, without v
set -euo pipefail

main() {
  local module
  go mod download k8s.io/kubernetes
  module=$(go list -m -f '{{.Dir}}' k8s.io/kubernetes)
  gcc -Os -Wall -static -s "-DVERSION=v$PAUSE_VERSION" -o "$OUTPUT_DIR/pause" \
    "$module/build/pause/linux/pause.c"
}

main "$@" </dev/null

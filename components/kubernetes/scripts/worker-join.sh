# shellcheck shell=bash
# A worker: joins the cluster, or gets changed settings.

ensure() {
  require_own_host
  if is_member; then
    apply_kubelet
  else
    rollback_incomplete join
    join_cluster
    note_settings
  fi
  tighten_modes
  printf '{"member":true}\n'
}

remove() { forget_membership; }

run_action "$@" </dev/null

# shellcheck shell=bash
# Decides on the machine how containerd may treat oom_score_adj: static pods ask for less than their runtime
# has, and where nobody may lower it (no CAP_SYS_RESOURCE, as in many containers) runc would fail on them.
# @param CONTAINERD_CONFIG  content of its configuration file
: "${CONTAINERD_CONFIG:?}"

# In a process of its own, whose value changes.
may_lower_oom_score() { (echo -1000 >"${OOM_SCORE_FILE:-/proc/self/oom_score_adj}") 2>/dev/null; }

may_lower_oom_score ||
  CONTAINERD_CONFIG=${CONTAINERD_CONFIG/restrict_oom_score_adj = false/restrict_oom_score_adj = true}

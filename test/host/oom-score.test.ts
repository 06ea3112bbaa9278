import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { renderContainerd } from "../../components/host/containerd";
import { withVariables } from "../../components/text/shell";
import { root } from "../support/fixtures";
import { inFolder, run } from "../support/programs";

const declared = renderContainerd({ pauseImage: "registry.k8s.io/pause:3.10.2" });

/** What containerd gets on a machine where this file stands for a process's oom_score_adj. */
function configWith(scoreFile: string): unknown {
  const script = readFileSync(join(root, "components/host/scripts/oom-score.sh"), "utf8");
  const text = withVariables(`${script}\nprintf '%s' "$CONTAINERD_CONFIG"`, {
    CONTAINERD_CONFIG: declared,
    OOM_SCORE_FILE: scoreFile,
  });
  const done = run(["bash", "-eu"], { stdin: text });
  assert.equal(done.status, 0, done.output);
  return parse(done.output);
}

function restricted(restrict: boolean): unknown {
  const config = parse(declared) as { plugins: Record<string, Record<string, unknown>> };
  const runtime = config.plugins["io.containerd.cri.v1.runtime"] ?? assert.fail();
  runtime["restrict_oom_score_adj"] = restrict;
  return config;
}

describe("containerd's oom_score_adj", () => {
  it("is as pods ask where the machine lets it be lowered", () => {
    inFolder((folder) => assert.deepEqual(configWith(join(folder, "score")), restricted(false)));
  });

  it("is restricted where it cannot be lowered, and nothing else changes", () => {
    inFolder((folder) => assert.deepEqual(configWith(folder), restricted(true)));
  });

  it("is asked of the kernel itself, which knows what this process may do", () => {
    const script = readFileSync(join(root, "components/host/scripts/oom-score.sh"), "utf8");
    const probe = `CONTAINERD_CONFIG=x\n${script}\nmay_lower_oom_score && echo may || echo may not`;
    const capabilities = BigInt(
      `0x${/^CapEff:\s*(\w+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0"}`,
    );
    // CAP_SYS_RESOURCE is number 24.
    const may = (capabilities >> 24n) & 1n;
    assert.equal(run(["bash"], { stdin: probe }).output, may ? "may\n" : "may not\n");
  });
});

/** The shell functions that spread CoreDNS, against a small cluster that kubectl stands for. */
import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readScripts } from "../../components/text/asset";
import { withVariables } from "../../components/text/shell";
import { root } from "../support/fixtures";

/** `name|unschedulable|taints` and `node pod`, as the script asks for them. */
interface Cluster {
  readonly nodes: readonly string[];
  readonly pods: readonly string[];
  /** Whether the deployment has the constraint already. */
  readonly spread: boolean;
}

const kubectl = `
kubectl() {
  case "$*" in
    "get nodes "*) cat nodes ;;
    *" get pods "*) cat pods ;;
    *" get deployment "*) cat status ;;
    *" patch deployment coredns "*)
      printf '%s' "\${*: -1}" >patch
      if cmp -s patch spread; then echo "deployment.apps/coredns patched (no change)"; return; fi
      cp patch spread
      echo patched >>changes
      echo "deployment.apps/coredns patched" ;;
    *" delete pod "*) echo "deleted \${*: -1}" >>changes ;;
    *) echo "unexpected: kubectl $*" >&2; return 1 ;;
  esac
}
sleep() { echo waited >>changes; cp settled status; }
`;

const worker = "w-1||";
const controlPlane = "cp-1||node-role.kubernetes.io/control-plane:NoSchedule ";

describe("replicas of CoreDNS", () => {
  let constraint: string;

  before(() => {
    constraint = run({ nodes: [], pods: [], spread: false }, 'printf %s "$DNS_SPREAD"').stdout;
  });

  /** What a run changed, in order. */
  function changes(cluster: Cluster, drive = "spread_dns"): readonly string[] {
    return run(cluster, drive).changes;
  }

  function run(cluster: Cluster, drive: string): { stdout: string; changes: readonly string[] } {
    const here = mkdtempSync(join(tmpdir(), "nordmesh-dns-"));
    try {
      const files = {
        nodes: cluster.nodes,
        pods: cluster.pods,
        settled: ["2|2|2|2|2|2"],
        status: ["2|2|2|2|2|2"],
        changes: [],
      };
      for (const [name, lines] of Object.entries(files)) {
        writeFileSync(join(here, name), lines.map((line) => `${line}\n`).join(""));
      }
      if (cluster.spread) writeFileSync(join(here, "spread"), constraint);
      const scripts = readScripts(join(root, "components"), [
        "steps/scripts/common",
        "kubernetes/scripts/dns",
      ]);
      const script = withVariables(`${scripts}\n${kubectl}\n${drive}`, { HOST: "cp-1" });
      const stdout = execFileSync("bash", ["-s"], { cwd: here, input: script, encoding: "utf8" });
      const made = readFileSync(join(here, "changes"), "utf8").split("\n").slice(0, -1);
      return { stdout, changes: made };
    } finally {
      rmSync(here, { recursive: true, force: true });
    }
  }

  const together = ["cp-1 coredns-a", "cp-1 coredns-b"];
  const apart = ["cp-1 coredns-a", "w-1 coredns-b"];

  it("stay where they are while there is one node", () => {
    assert.deepEqual(changes({ nodes: [controlPlane], pods: together, spread: false }), []);
  });

  it("are spread once there are two nodes, and left alone by the next run", () => {
    const nodes = [controlPlane, worker];
    assert.deepEqual(changes({ nodes, pods: together, spread: false }), ["patched"]);
    assert.deepEqual(changes({ nodes, pods: apart, spread: true }), []);
    const twice = { nodes, pods: apart, spread: false };
    assert.deepEqual(changes(twice, "spread_dns; spread_dns"), ["patched"]);
  });

  it("are spread again after kubeadm wrote its own deployment back", () => {
    const nodes = [controlPlane, worker];
    const drive = "spread_dns; echo '{}' >spread; spread_dns";
    assert.deepEqual(changes({ nodes, pods: apart, spread: false }, drive), ["patched", "patched"]);
  });

  it("leave a node that has all of them, one replica at a time", () => {
    const nodes = [controlPlane, worker];
    assert.deepEqual(changes({ nodes, pods: together, spread: true }), ["deleted coredns-b"]);
    assert.deepEqual(changes({ nodes, pods: ["cp-1 coredns-a"], spread: true }), []);
  });

  for (const [what, node] of [
    ["drained", "w-1|true|node.kubernetes.io/unschedulable:NoSchedule "],
    ["silent", "w-1||node.kubernetes.io/unreachable:NoExecute "],
    ["reserved", "w-1||dedicated:NoSchedule "],
  ] as const) {
    it(`do not count on a node that is ${what}`, () => {
      assert.deepEqual(changes({ nodes: [controlPlane, node], pods: together, spread: true }), []);
    });
  }

  it("may use nodes that would rather be left alone, and control planes", () => {
    const nodes = ["cp-1||CriticalAddonsOnly:NoExecute ", "w-1||busy:PreferNoSchedule "];
    assert.deepEqual(changes({ nodes, pods: together, spread: false }), ["patched"]);
  });

  it("are waited for until all of them are new and ready", () => {
    const nodes = [controlPlane, worker];
    for (const status of [
      "3|2|2|2|2|2",
      "3|3|2|1|3|3",
      "3|3|2|2|3|2",
      "3|3|2|2|2|",
      "3|3|2||2|2",
    ]) {
      const drive = `echo '${status}' >status; spread_dns`;
      const expected = ["patched", "waited"];
      assert.deepEqual(changes({ nodes, pods: together, spread: false }, drive), expected, status);
    }
  });
});

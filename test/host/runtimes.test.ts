/** Preflight and what already runs on a host. */
import * as assert from "node:assert/strict";
import { readScripts } from "../../components/text/asset";
import { join } from "node:path";
import { stepOf } from "../support/steps";
import { committedPlan, root } from "../support/fixtures";
import { HostFolder } from "../support/host-folder";

const step = stepOf(committedPlan("prod"), "cp-1-preflight");

describe("preflight", () => {
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder();
  });

  afterEach(() => host.remove());

  /** The problems on a host where these units run and those would start with it. */
  function problems(args: { active?: string; enabled?: string }): readonly string[] {
    const { active = "", enabled = "" } = args;
    host.program(
      "systemctl",
      `case $1 in is-active) units=" ${active} " ;; *) units=" ${enabled} " ;; esac
       case $units in *" \${*: -1} "*) exit 0 ;; *) exit 3 ;; esac`,
    );
    const drive = 'check_runtimes; printf "problem %s\\n" "${PROBLEMS[@]-}"';
    const done = host.run({
      scripts: ["steps/common"],
      variables: { ...step.variables, CLUSTER_UID: "uid" },
      drive: `${preflight}\n${drive}`,
    });
    assert.equal(done.status, 0, done.stderr);
    return [...done.stdout.matchAll(/^problem (.+)$/gm)].map(([, text = ""]) => text);
  }

  it("takes a host with nothing on it", () => assert.deepEqual(problems({}), []));

  it("refuses a host where Docker runs", () => {
    const found = problems({ active: "docker.service containerd.service" });
    assert.equal(found.length, 1);
    assert.match(
      found[0] ?? "",
      /^another container runtime is on this host \(docker containerd\): nordmesh brings .*; move its containers elsewhere and run systemctl disable --now docker containerd, or use another host$/,
    );
  });

  it("refuses Docker that waits for its first client", () => {
    assert.match(problems({ active: "docker.socket" })[0] ?? "", /\(docker\.socket\)/);
  });

  it("refuses a runtime that would come back with the next boot", () => {
    assert.match(problems({ enabled: "containerd.service" })[0] ?? "", /\(containerd\)/);
  });

  for (const name of [
    "k3s",
    "k3s-agent",
    "rke2-server",
    "k0scontroller",
    "snap.microk8s.daemon-kubelite",
    "kubelet",
  ]) {
    it(`refuses a host of another Kubernetes, here by ${name}`, () => {
      assert.deepEqual(problems({ active: `${name}.service` }), [
        `another Kubernetes is on this host (${name}): it would lose its ports and its pod network; remove it with its own uninstaller, or use another host`,
      ]);
    });
  }

  it("takes a host whose containerd and kubelet are ours", () => {
    host.write("/var/lib/nordmesh/cluster-id", step.variables["CLUSTER_ID"] ?? "");
    assert.deepEqual(problems({ active: "containerd.service kubelet.service" }), []);
  });

  it("asks about runtimes at all", () => {
    assert.match(
      readScripts(join(root, "components/host/scripts"), ["preflight"]),
      /^ {2}check_runtimes$/m,
    );
  });
});

/** Everything but the call at its end. */
const preflight = readScripts(join(root, "components/host/scripts"), ["preflight"]).replace(
  /\nmain "\$@" <\/dev\/null\n$/,
  "\n",
);

/** A shutdown waits for pods as long as the kubelet was promised. */
import * as assert from "node:assert/strict";
import { stepOf } from "../support/steps";
import { committedPlan } from "../support/fixtures";
import { HostFolder, type Ran } from "../support/host-folder";

const step = stepOf(committedPlan("prod"), "cp-1-node");

/** Like logind: at a HUP the value of the last file by name counts, from whichever folder. */
const systemctl = `
case $1 in
  is-active) [ -e "$ROOT/logind" ] ;;
  kill) for name in $(cd "$ROOT" && find etc/systemd/logind.conf.d usr-lib -name '*.conf' 2>/dev/null | awk -F/ '{ print $NF "|" $0 }' | sort | sed 's/.*|//'); do
      sed -n 's/^InhibitDelayMaxSec=//p' "$ROOT/$name"
    done | tail -n 1 >"$ROOT/logind" ;;
esac`;

describe("logind", function () {
  this.timeout(30_000);
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder();
    host.program("systemctl", systemctl);
    host.program("busctl", 'echo "t $(cat "$ROOT/logind")000000"');
    host.program("sync", "exit 0");
    host.program("sleep", "exit 0");
    host.write("/logind", "30");
    host.write(
      "/usr-lib/unattended-upgrades-logind-maxdelay.conf",
      "[Login]\nInhibitDelayMaxSec=30\n",
    );
    host.write("/etc/systemd/logind.conf.d/99-kubelet.conf", "[Login]\nInhibitDelayMaxSec=60\n");
  });

  afterEach(() => host.remove());

  function ensure(): Ran {
    const scripts = ["steps/common", "host/kernel"];
    return host.run({ scripts, variables: { ...step.variables }, drive: "lock; ensure_logind" });
  }

  it("waits a minute although unattended-upgrades says half of it", () => {
    const done = ensure();
    assert.deepEqual([done.status, done.stderr], [0, ""]);
    assert.equal(host.read("/logind")?.trim(), "60");
  });

  it("is named when another file wins", () => {
    host.write("/etc/systemd/logind.conf.d/zzz-local.conf", "[Login]\nInhibitDelayMaxSec=5\n");
    const done = ensure();
    assert.equal(done.status, 1);
    assert.match(
      done.stderr,
      /^cp-1: logind lets a shutdown wait 5000000 us, the kubelet needs 60 s \(InhibitDelayMaxSec\): look for a file that sorts after .*zz-nordmesh\.conf/,
    );
    const again = ensure();
    assert.equal(again.status, 1);
  });

  it("is told again when it forgot", () => {
    assert.equal(ensure().status, 0);
    host.write("/logind", "30");
    assert.equal(ensure().status, 0);
    assert.equal(host.read("/logind")?.trim(), "60");
  });

  it("is said to be absent where it is", () => {
    host.program("systemctl", "exit 3");
    const done = ensure();
    assert.equal(done.status, 0);
    assert.equal(
      done.stderr,
      "cp-1: systemd-logind does not run here: a shutdown gives pods no time to end\n",
    );
  });

  it("waits as long as the kubelet asks", () => {
    const plan = committedPlan("prod");
    const kubelet = /shutdownGracePeriod: (\d+)s/.exec(
      stepOf(plan, "cp-1-join").variables["KUBELET_CONFIG"] ?? "",
    );
    assert.ok(kubelet !== null);
    for (const { name } of plan.hosts) {
      const node = stepOf(plan, `${name}-node`);
      assert.match(node.variables["LOGIND_CONF"] ?? "", new RegExp(`=${kubelet[1]}$`, "m"));
      assert.equal(node.variables["SHUTDOWN_SECONDS"], kubelet[1]);
    }
  });
});

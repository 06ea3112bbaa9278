/** What nordmesh made goes, what was there before comes back, what others made stays. */
import * as assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { stepOf } from "../support/steps";
import { committedPlan } from "../support/fixtures";
import { HostFolder, type Ran } from "../support/host-folder";
import { run } from "../support/programs";

const step = stepOf(committedPlan("prod"), "cp-1-node");

/** Where the host keeps what matters here. */
const mindful = /\/(etc|opt|usr\/local\/bin|var\/lib\/containerd)\/|\/sbin\/runc$/;

describe("removal of the runtime", function () {
  this.timeout(60_000);
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder();
    host.program(
      "systemctl",
      `echo "$*" >>"$ROOT/systemctl.log"
       [ "$1" != show ] || cat "$ROOT/fragment" 2>/dev/null || echo "$ROOT/etc/systemd/system/containerd.service"`,
    );
    host.program("ctr", 'echo "$*" >>"$ROOT/ctr.log"');
    host.program("sync", "exit 0");
    host.write("/pack/containerd", "containerd");
    host.write("/pack/loopback", "loopback");
    host.write("/pack/runc", "runc");
    host.program(
      "artifact-of",
      'case $1 in containerd.tar.gz) tar -czf "$ROOT/a.tgz" -C "$ROOT/pack" containerd; echo "$ROOT/a.tgz" ;; cni-plugins.tgz) tar -czf "$ROOT/b.tgz" -C "$ROOT/pack" loopback; echo "$ROOT/b.tgz" ;; *) echo "$ROOT/pack/runc" ;; esac',
    );
  });

  afterEach(() => host.remove());

  function call(drive: string): Ran {
    const replaced = 'artifact() { artifact-of "$1"; }; digest_of() { echo "sha-of-$1"; }';
    return host.run({
      scripts: ["steps/common", "host/kernel", "host/artifacts", "host/runtime"],
      variables: { ...step.variables },
      drive: `${replaced}\n${drive}`,
    });
  }

  const install = (): void => {
    const done = call("lock; begin_claims; ensure_runtime; ensure_kubelet; end_claims");
    assert.equal(done.status, 0, done.stderr);
  };
  const remove = (): Ran => call("lock; remove_runtime");
  /** Every file and link outside of the record, the stand-ins and their logs. */
  const files = (): string => {
    const found = run(["find", host.path, "!", "-type", "d"]).output.split("\n");
    return found
      .filter((path) => mindful.test(path))
      .sort()
      .join("\n");
  };

  it("leaves nothing on a host that had nothing", () => {
    const before = files();
    install();
    for (const path of step.variables["CNI_FILES"]?.split(" ") ?? []) {
      host.write(path, "put there by a pod of the cluster");
    }
    host.write("/var/lib/containerd/meta.db", "data");
    assert.match(files(), /\/opt\/cni\/bin\/cilium-cni$/m);
    assert.equal(remove().status, 0);
    assert.equal(files(), before);
    for (const path of ["/opt/cni", "/etc/cni", "/etc/containerd", "/var/lib/containerd"]) {
      assert.ok(!existsSync(host.at(path)), path);
    }
  });

  it("puts back what it replaced and keeps what others put beside it", () => {
    const theirs = {
      "/etc/containerd/config.toml": "# of the operator\n",
      "/etc/crictl.yaml": "# of the operator\n",
      "/etc/cni/net.d/10-flannel.conflist": "# of another network\n",
      "/etc/cni/net.d/87-podman.conflist": "# of podman\n",
      "/opt/cni/bin/loopback": "of a package",
      "/opt/cni/bin/macvlan": "of a package",
      "/usr/local/bin/kubectl": "of the operator",
      "/usr/local/sbin/runc": "of a package",
      "/var/lib/containerd/theirs": "data",
    };
    for (const [path, text] of Object.entries(theirs)) host.write(path, text);
    install();
    assert.equal(host.read("/usr/local/sbin/runc"), "runc");
    host.write("/etc/containerd/certs.d/later/hosts.toml", "# of the operator\n");
    const done = remove();
    assert.equal(done.status, 0, done.stderr);
    for (const [path, text] of Object.entries(theirs)) assert.equal(host.read(path), text, path);
    assert.ok(host.has("/etc/containerd/certs.d/later/hosts.toml"));
    assert.ok(!host.has("/usr/local/bin/kubelet"));
  });

  it("remembers the first state over any number of runs", () => {
    host.write("/etc/containerd/config.toml", "# of the operator\n");
    install();
    install();
    assert.equal(remove().status, 0);
    assert.equal(host.read("/etc/containerd/config.toml"), "# of the operator\n");
    assert.equal(remove().status, 0);
    assert.equal(host.read("/etc/containerd/config.toml"), "# of the operator\n");
  });

  it("knows a host that was made ready before claims were kept", () => {
    host.write("/var/lib/nordmesh/installed/runc", "sha-of-runc\n");
    host.write("/usr/local/sbin/runc", "runc");
    host.write("/usr/local/bin/kubectl", "runc");
    install();
    assert.equal(remove().status, 0);
    assert.deepEqual(
      [host.has("/usr/local/sbin/runc"), host.has("/usr/local/bin/kubectl")],
      [false, false],
    );
  });

  it("touches no task of a containerd that is not ours", () => {
    install();
    host.write("/fragment", "/lib/systemd/system/containerd.service\n");
    host.write("/systemctl.log", "");
    assert.equal(remove().status, 0);
    assert.equal(host.read("/ctr.log"), undefined);
    assert.doesNotMatch(host.read("/systemctl.log") ?? "", /disable.*containerd/);
  });

  it("takes nothing from a host where nothing was installed", () => {
    host.write("/usr/local/bin/kubelet", "of the operator");
    host.write("/opt/cni/bin/loopback", "of a package");
    const before = files();
    assert.equal(remove().status, 0);
    assert.equal(files(), before);
  });
});

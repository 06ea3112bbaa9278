/** The real scripts on real disks, which are files of this computer: what they make, take back and never touch. */
import * as assert from "node:assert/strict";
import { join } from "node:path";
import { Disks, GiB } from "../support/disks";
import { HostFolder, type Ran } from "../support/host-folder";
import { needs, run } from "../support/programs";
import { controlPlane, planOf, stack, worker } from "../support/fixtures";
import { stepOf } from "../support/steps";

describe("the volumes of a host", function () {
  this.timeout(60_000);
  let host: HostFolder;
  let disks: Disks;

  before(function () {
    const probe = ["sh", "-c", "[ $(id -u) = 0 ] && losetup --find && mkfs.ext4 -V"];
    needs(this, { program: "sh", probe, hint: "needs root, loop devices and mkfs.ext4" });
  });

  beforeEach(() => {
    host = new HostFolder();
    host.program("systemctl", 'echo "$*" >>"$ROOT/systemctl.log"');
    host.write("/var/lib/nordmesh/cluster-id", "nordmesh/test");
    disks = new Disks(host);
  });

  afterEach(() => {
    disks.remove();
    host.remove();
  });

  type Declared = Readonly<Record<string, { readonly device: string; readonly sizeGiB: number }>>;

  function variablesOf(volumes: Declared, step = "worker-1-volumes") {
    const hosts = { "cp-1": controlPlane(), "worker-1": worker({ volumes }) };
    return stepOf(planOf(stack({ hosts, storage: {} })), step).variables;
  }

  const scripts = ["steps/common", "host/disks", "host/volumes"];

  function ensure(volumes: Declared, given: { uid?: string; killAt?: number } = {}): Ran {
    const { uid = "one", killAt } = given;
    const { MOUNT_SCRIPT = "", ...rest } = variablesOf(volumes);
    const variables = { ...rest, MOUNT_SCRIPT: host.lead(MOUNT_SCRIPT), CLUSTER_UID: uid };
    return host.run({ scripts, variables, action: "ensure", ...(killAt && { killAt }) });
  }

  function made(volumes: Declared): void {
    const done = ensure(volumes);
    assert.equal(done.status, 0, done.stderr);
  }

  /** What preflight would refuse. */
  function problems(volumes: Declared, uid = "one"): readonly string[] {
    const variables = { ...variablesOf(volumes), CLUSTER_UID: uid };
    const done = host.run({
      scripts: ["steps/common", "host/disks"],
      variables,
      drive: "volume_problems",
    });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout.split("\n").filter((line) => line !== "" && !line.startsWith("commands "));
  }

  const at = (name: string): string => host.at(`/var/lib/nordmesh-volumes/${name}`);
  const mounted = (name: string): boolean => run(["mountpoint", "-q", at(name)]).status === 0;
  const blank = (volumes = 1): Declared =>
    Object.fromEntries(
      Array.from({ length: volumes }, (_, index) => [
        `v${index + 1}`,
        { device: disks.add(2), sizeGiB: 1 },
      ]),
    );

  it("are file systems of their own, of the declared size, with a folder for pods", () => {
    made(blank(2));
    for (const name of ["v1", "v2"]) {
      assert.ok(mounted(name));
      assert.ok(host.has(`/var/lib/nordmesh-volumes/${name}/data`));
      const size = Number(run(["stat", "-f", "-c", "%b %S", at(name)]).output.split(" ")[0]) * 4096;
      assert.ok(size > 0.9 * GiB && size < GiB, String(size));
    }
    const options = run(["findmnt", "-n", "-o", "OPTIONS", at("v1")]).output;
    assert.match(options, /nosuid,nodev,noatime/);
  });

  it("are full when they are full, and the disk of the system is not", () => {
    made(blank());
    const file = join(at("v1"), "data", "big");
    const done = run(["fallocate", "-l", "1100M", file]);
    assert.equal(done.status, 1);
    assert.match(done.output, /No space left on device/);
    host.write("/var/lib/elsewhere", "still room");
  });

  it("are the same after a second run, which formats nothing", () => {
    const volumes = blank();
    made(volumes);
    host.write("/var/lib/nordmesh-volumes/v1/data/kept", "data");
    made(volumes);
    assert.equal(host.read("/var/lib/nordmesh-volumes/v1/data/kept"), "data");
    assert.deepEqual(problems(volumes), []);
  });

  it("come back with their data on a host that was installed anew", () => {
    const volumes = blank();
    made(volumes);
    host.write("/var/lib/nordmesh-volumes/v1/data/kept", "data");
    run(["umount", at("v1")]);
    host.drop("/var/lib/nordmesh");
    host.write("/var/lib/nordmesh/cluster-id", "nordmesh/test");
    assert.deepEqual(problems(volumes), []);
    made(volumes);
    assert.equal(host.read("/var/lib/nordmesh-volumes/v1/data/kept"), "data");
  });

  it("are no folder for pods while their disk is missing", () => {
    const volumes = blank(2);
    made(volumes);
    run(["umount", at("v1")]);
    assert.ok(!host.has("/var/lib/nordmesh-volumes/v1/data"));
    disks.detach(volumes["v1"]?.device ?? "");
    const done = run([host.at("/usr/local/sbin/nordmesh-mount-volumes")]);
    assert.equal(done.status, 1);
    assert.match(done.output, /volume v1: no disk has its file system \(UUID [0-9a-f-]{36}\)/);
    assert.ok(mounted("v2"));
  });

  it("are found by what is on a disk after a start that gave it another name", () => {
    const volumes = blank();
    made(volumes);
    run(["umount", at("v1")]);
    const renamed = disks.rename(volumes["v1"]?.device ?? "");
    const done = run([host.at("/usr/local/sbin/nordmesh-mount-volumes")]);
    assert.equal(done.status, 0, done.output);
    assert.ok(mounted("v1"));
    const [problem = ""] = problems(volumes);
    assert.ok(problem.includes(`is not where the volume is, its data is on ${renamed}:`), problem);
  });

  it("grow with what is declared, and never shrink", () => {
    const volumes = blank();
    const { device = "" } = volumes["v1"] ?? {};
    made(volumes);
    host.write("/var/lib/nordmesh-volumes/v1/data/kept", "data");
    made({ v1: { device, sizeGiB: 2 } });
    assert.equal(host.read("/var/lib/nordmesh-volumes/v1/data/kept"), "data");
    const blocks = Number(run(["stat", "-f", "-c", "%b", at("v1")]).output);
    assert.ok(blocks * 4096 > 1.8 * GiB);
    assert.match(problems(volumes)[0] ?? "", /has a file system of 2 GiB, declared are 1: /);
    assert.notEqual(ensure(volumes).status, 0);
    assert.match(
      problems({ v1: { device, sizeGiB: 3 } })[0] ?? "",
      /has 2 GiB, declared are 3: declare at most sizeGiB: 2, or a larger disk/,
    );
  });

  it("are let go with their data where nobody uses them, and not where somebody does", () => {
    const volumes = blank(2);
    const { v1, ...rest } = volumes;
    made(volumes);
    host.write("/var/lib/nordmesh-volumes/v1/data/kept", "data");
    host.write("/pod/.keep", "");
    run(["mount", "--bind", join(at("v1"), "data"), host.at("/pod")]);
    assert.match(problems(rest)[0] ?? "", /^volumes\.v1 is declared no more, but pods use it \(/);
    assert.notEqual(ensure(rest).status, 0);
    assert.ok(mounted("v1"));
    run(["umount", host.at("/pod")]);
    made(rest);
    assert.deepEqual([mounted("v1"), mounted("v2")], [false, true]);
    made({ ...rest, ...(v1 && { v1 }) });
    assert.equal(host.read("/var/lib/nordmesh-volumes/v1/data/kept"), "data");
  });

  it("go with the host, their data stays, and a second removal finds nothing", () => {
    const volumes = blank();
    made(volumes);
    host.write("/var/lib/nordmesh-volumes/v1/data/kept", "data");
    const variables = { ...variablesOf(volumes), CLUSTER_UID: "one" };
    for (const _ of [1, 2]) {
      const done = host.run({ scripts, variables, action: "remove" });
      assert.equal(done.status, 0, done.stderr);
      assert.ok(!host.has("/var/lib/nordmesh-volumes"));
      assert.ok(!host.has("/etc/systemd/system/nordmesh-volumes.service"));
    }
    made(volumes);
    assert.equal(host.read("/var/lib/nordmesh-volumes/v1/data/kept"), "data");
  });

  const contents: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["a file system", ["mkfs.ext4", "-q", "-L", "theirs"], /has ext4 data labelled theirs;/],
    ["swap", ["mkswap"], /has swap data;/],
    [
      "a partition table",
      ["sh", "-c", `printf '\\125\\252' | dd of="$0" bs=1 seek=510 conv=notrunc,fsync`],
      /has a partition table \(dos\);/,
    ],
    [
      "data without a signature",
      ["sh", "-c", 'echo raw >"$0"'],
      /has data of a kind that no tool here knows;/,
    ],
  ];
  for (const [title, words, expected] of contents) {
    it(`take no disk that has ${title}`, () => {
      const device = disks.add(1);
      assert.equal(run([...words, device]).status, 0);
      const before = disks.digest(device);
      const volumes = { v1: { device, sizeGiB: 1 } };
      assert.match(problems(volumes)[0] ?? "", expected);
      assert.match(problems(volumes)[0] ?? "", new RegExp(`wipefs -a ${device}`));
      assert.notEqual(ensure(volumes).status, 0);
      assert.equal(disks.digest(device), before);
    });
  }

  it("take no disk of another state, and say how it is taken over with its data", () => {
    const volumes = blank();
    const { device = "" } = volumes["v1"] ?? {};
    made(volumes);
    host.write("/var/lib/nordmesh-volumes/v1/data/kept", "data");
    run(["umount", at("v1")]);
    host.drop("/var/lib/nordmesh/volumes");
    const [problem = ""] = problems(volumes, "another");
    assert.match(problem, /has ext4 data labelled nordmesh;/);
    const way = /take it with its data: (.*)$/.exec(problem)?.[1] ?? "";
    assert.equal(run(["sh", "-c", way]).status, 0);
    assert.deepEqual(problems(volumes, "another"), []);
    assert.equal(ensure(volumes, { uid: "another" }).status, 0);
    assert.equal(host.read("/var/lib/nordmesh-volumes/v1/data/kept"), "data");
    assert.ok(device !== "");
  });

  it("say of a disk that is absent, no disk, or in use what it is", () => {
    const used = disks.add(1);
    run(["mkfs.ext4", "-q", used]);
    host.write("/mnt/.keep", "");
    run(["mount", used, host.at("/mnt")]);
    const volume = (device: string): readonly string[] => problems({ v1: { device, sizeGiB: 1 } });
    assert.match(volume("/dev/absent")[0] ?? "", /^volumes\.v1: \/dev\/absent is absent: lsblk/);
    assert.match(volume("/dev/null")[0] ?? "", /\/dev\/null is no block device/);
    assert.match(volume(used)[0] ?? "", /has something in use \(ext4 on /);
    run(["umount", host.at("/mnt")]);
  });

  it("are made whole by a run after one that was killed, wherever it was killed", function () {
    this.timeout(300_000);
    for (let killAt = 3; ; killAt += 7) {
      const volumes = blank();
      const { status } = ensure(volumes, { killAt });
      if (status === 0) {
        assert.ok(killAt > 60, "it was killed at many places before");
        return;
      }
      assert.equal(status, null, String(killAt));
      made(volumes);
      assert.ok(mounted("v1"), String(killAt));
      disks.remove();
      host.drop("/var/lib/nordmesh/volumes");
      host.drop("/var/lib/nordmesh/volumes-begun");
      host.drop("/var/lib/nordmesh/applied");
    }
  });

  it("are begun again where mkfs itself was killed", () => {
    const volumes = blank();
    const { device = "" } = volumes["v1"] ?? {};
    host.program(
      "mkfs.ext4",
      'printf half | dd of="${@: -2:1}" bs=1 seek=70000 conv=notrunc 2>/dev/null; exit 137',
    );
    assert.notEqual(ensure(volumes).status, 0);
    host.drop("/usr/local/sbin/mkfs.ext4");
    assert.deepEqual(problems(volumes), []);
    made(volumes);
    assert.ok(mounted("v1"));
    assert.ok(device !== "");
  });
});

import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { localIdentity, localScripts } from "../../components/host/machines";
import { shellText } from "../../components/steps/script";

const SCRIPT = shellText(localScripts);
const STUBS = path.join(__dirname, "stubs");

/** The script against stand-ins for QEMU and its tools: no guest, no ports. */
describe("machine script", function () {
  this.timeout(10_000);

  let home: string;
  let directory: string;

  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), "lab-machine-"));
    directory = path.join(home, "state");
    fs.mkdirSync(path.join(home, "image"));
    fs.writeFileSync(path.join(home, "image", "disk.raw"), "");
  });

  afterEach(() => {
    machine({ verb: "remove" });
    fs.rmSync(home, { recursive: true });
  });

  it("starts an absent machine and leaves a running one alone", () => {
    const first = report(machine({ verb: "ensure" }));
    const second = report(machine({ verb: "ensure" }));
    assert.ok(first.pid > 0);
    assert.deepEqual(second, first);
    const { instance, ...rest } = first;
    assert.match(instance, /^[0-9a-f]{32}$/);
    assert.deepEqual(rest, { name: "lab-1", pid: first.pid, sshPort: 2201, accel: "tcg" });
    assert.equal(starts().length, 1);
  });

  it("shuts down and starts again when a setting changes, with the same disk", () => {
    const first = report(machine({ verb: "ensure" }));
    const second = report(machine({ verb: "ensure", settings: { MACHINE_MEMORY_MIB: "2048" } }));
    assert.notEqual(second.pid, first.pid);
    assert.equal(isRunning(first.pid), false);
    assert.match(starts()[1] ?? "", / -m 2048 /);
  });

  it("starts a stopped machine on its existing disk, grown when asked", () => {
    machine({ verb: "ensure" });
    assert.equal(report(machine({ verb: "stop" })).pid, 0);
    fs.appendFileSync(path.join(directory, "marker"), "");
    const again = report(machine({ verb: "ensure", settings: { MACHINE_DISK_GIB: "20" } }));
    assert.ok(again.pid > 0);
    assert.ok(fs.existsSync(path.join(directory, "marker")));
    assert.equal(read("disk.qcow2").trim(), String(20 * 1024 ** 3));
  });

  it("calls itself the same while it keeps its disk, and something else after that", () => {
    const first = report(machine({ verb: "ensure" }));
    machine({ verb: "stop" });
    const again = report(machine({ verb: "ensure", settings: { MACHINE_MEMORY_MIB: "2048" } }));
    assert.equal(again.instance, first.instance);
    machine({ verb: "remove" });
    assert.notEqual(report(machine({ verb: "ensure" })).instance, first.instance);
  });

  it("refuses to shrink a disk", () => {
    machine({ verb: "ensure" });
    machine({ verb: "stop" });
    const refused = machine({ verb: "ensure", settings: { MACHINE_DISK_GIB: "5" } });
    assert.equal(refused.status, 1);
    assert.equal(refused.stderr, "machine lab-1: the disk has 12 GiB and cannot shrink to 5\n");
  });

  it("shows its secrets to no other process and no other user", () => {
    machine({ verb: "ensure" });
    assert.match(read("seed.iso"), /user-data-secret/);
    assert.equal(fs.statSync(path.join(directory, "seed.iso")).mode & 0o077, 0);
    assert.doesNotMatch(starts().join("\n"), /secret/);
    assert.doesNotMatch(fs.readFileSync(path.join(home, "log.env"), "utf8"), /secret/);
  });

  it("does not end a stranger that took over a recorded process id", () => {
    machine({ verb: "ensure" });
    machine({ verb: "stop" });
    fs.writeFileSync(path.join(directory, "pid"), `${process.pid}\n`);
    assert.equal(report(machine({ verb: "status" })).pid, 0);
    assert.equal(report(machine({ verb: "remove" })).pid, 0);
  });

  it("removes everything it made, and removing again is no error", () => {
    const { pid } = report(machine({ verb: "ensure" }));
    assert.equal(machine({ verb: "remove" }).status, 0);
    assert.equal(fs.existsSync(directory), false);
    assert.equal(isRunning(pid), false);
    assert.equal(machine({ verb: "remove" }).status, 0);
  });

  it("is another one in each cluster that has its name", () => {
    const [first, second] = ["dev", "dev-2"].map((environment) => {
      const settings = inCluster(environment);
      return { settings, told: report(machine({ verb: "ensure", settings })) };
    }) as [Member, Member];
    assert.notEqual(first.told.instance, second.told.instance);
    assert.deepEqual(report(machine({ verb: "ensure", settings: first.settings })), first.told);
    assert.equal(report(machine({ verb: "remove", settings: second.settings })).pid, 0);
    assert.deepEqual(report(machine({ verb: "status", settings: first.settings })), first.told);
    assert.equal(report(machine({ verb: "remove", settings: first.settings })).pid, 0);
    assert.deepEqual(fs.readdirSync(machines()), []);
  });

  it("stays where its folder has its name alone, and no other cluster gets that folder", () => {
    const [own, other] = [inCluster("dev"), inCluster("dev-2")];
    const earlier = { MACHINE_DIR: path.join(machines(), "lab-1") };
    const folder = { STUB_DIR: earlier.MACHINE_DIR };
    const made = report(machine({ verb: "ensure", settings: { ...own, ...earlier, ...folder } }));
    assert.deepEqual(report(machine({ verb: "ensure", settings: { ...own, ...folder } })), made);
    assert.deepEqual(report(machine({ verb: "status", settings: own })), made);
    assert.equal(report(machine({ verb: "status", settings: other })).pid, 0);
    const stranger = report(machine({ verb: "ensure", settings: other }));
    assert.notEqual(stranger.instance, made.instance);
    assert.deepEqual(report(machine({ verb: "status", settings: own })), made);
    for (const settings of [{ ...own, ...folder }, other]) {
      assert.equal(report(machine({ verb: "remove", settings })).pid, 0);
    }
    assert.deepEqual(fs.readdirSync(machines()), []);
  });

  it("is found again in such a folder where the first start was killed on the way", () => {
    const own = inCluster("dev");
    const earlier = path.join(machines(), "lab-1");
    const settings = { ...own, MACHINE_DIR: earlier, STUB_DIR: earlier };
    const { instance } = report(machine({ verb: "ensure", settings }));
    machine({ verb: "stop", settings });
    fs.rmSync(path.join(earlier, "settings"));
    const again = report(machine({ verb: "ensure", settings: { ...own, STUB_DIR: earlier } }));
    assert.equal(again.instance, instance);
    machine({ verb: "remove", settings });
  });

  it("says which setting is missing", () => {
    const failed = machine({ verb: "ensure", settings: { MACHINE_SSH_PORT: "" } });
    assert.equal(failed.stderr, "machine lab-1: MACHINE_SSH_PORT is not set\n");
  });

  function machine({ verb, settings = {} }: Call): Result {
    const env = {
      ...process.env,
      PATH: `${STUBS}:${process.env["PATH"] ?? ""}`,
      STUB_LOG: path.join(home, "log"),
      STUB_DIR: directory,
      XDG_CACHE_HOME: home,
      MACHINE_NAME: "lab-1",
      MACHINE_CLUSTER: "c0ffee",
      MACHINE_DIR: directory,
      MACHINE_IMAGE: path.join(home, "image"),
      MACHINE_SSH_PORT: "2201",
      MACHINE_ACCEL: "tcg",
      MACHINE_USER_DATA: "user-data-secret",
      MACHINE_NETWORK_CONFIG: "network-secret",
      ...settings,
    };
    return spawnSync("bash", ["-s", "--", verb], { env, encoding: "utf8", input: SCRIPT });
  }

  /** Settings of lab-1 in its own default folder; the network configuration has its card, as a plan's has. */
  function inCluster(environment: string): Readonly<Record<string, string>> {
    const identity = localIdentity({ name: "lab-1", clusterId: `nordmesh/${environment}` });
    return {
      ...identity,
      MACHINE_DIR: "",
      MACHINE_NETWORK_PORT: "28411",
      MACHINE_NETWORK_CONFIG: `macaddress: ${identity.MACHINE_MAC}`,
      STUB_DIR: path.join(machines(), `lab-1.${identity.MACHINE_CLUSTER}`),
    };
  }

  function machines(): string {
    return path.join(home, "nordmesh", "machines");
  }

  function starts(): string[] {
    return fs.readFileSync(path.join(home, "log"), "utf8").trimEnd().split("\n");
  }

  function read(name: string): string {
    return fs.readFileSync(path.join(directory, name), "utf8");
  }
});

/** A process that ended has no command line, even while its parent has not noticed. */
function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/cmdline`;
  return fs.existsSync(file) && fs.readFileSync(file, "utf8") !== "";
}

interface Call {
  readonly verb: string;
  readonly settings?: Readonly<Record<string, string>>;
}

interface Member {
  readonly settings: Readonly<Record<string, string>>;
  readonly told: Report;
}

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Report {
  readonly name: string;
  readonly pid: number;
  readonly sshPort: number;
  readonly accel: string;
  readonly instance: string;
}

function report({ stdout, stderr }: Result): Report {
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Report;
}

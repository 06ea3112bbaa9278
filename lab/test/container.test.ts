import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { variablesOf } from "../../components/steps/step";
import type { HostPlan } from "../../components/host/plan";
import { withVariables } from "../../components/text/shell";
import { tree as recipe } from "../image";
import { cachedPath } from "../toolchain";
import { containerHost, planOf, root, stack } from "../../test/support/fixtures";
import { Nodes, newKey, obstacle } from "./support/node";

/** The script on real nodes: systemd, sshd, namespaces and control groups of this computer. */
describe("container nodes", function () {
  this.timeout(120_000);

  let nodes: Nodes;

  before(function () {
    const tree = cachedPath({ name: "tree", key: recipe.key() });
    const reason =
      obstacle() ?? (fs.existsSync(tree) ? undefined : "no tree, run npm run build -w lab");
    if (reason !== undefined) {
      this.test?.parent?.eachTest((test) => {
        test.title += ` (skipped: ${reason})`;
      });
      this.skip();
    }
    nodes = new Nodes(fs.mkdtempSync(path.join(os.tmpdir(), "lab-nodes-")), tree);
  });

  afterEach(() => {
    for (const node of [1, 2]) nodes.run("remove", node);
  });

  after(() => {
    if (nodes !== undefined) fs.rmSync(nodes.home, { recursive: true });
  });

  it("show the key they were given, and nobody else gets in", async () => {
    nodes.ask("ensure", 1);
    assert.equal(await nodes.ssh(1, "hostname; sudo id -u"), "n-1\n0");
    await assert.rejects(nodes.ssh(1, "true", newKey().publicKey), /Host key verification failed/);
  });

  it("run on when they are ensured again", () => {
    const first = nodes.ask("ensure", 1);
    assert.ok(first.pid > 0 && first.leader > 0);
    assert.deepEqual(nodes.ask("ensure", 1), first);
    assert.deepEqual(nodes.ask("status", 1), first);
  });

  it("are machines of their own that reach each other, this computer and nothing else", async () => {
    nodes.ask("ensure", 1);
    nodes.ask("ensure", 2);
    const identity = "cat /etc/machine-id /etc/ssh/*_key.pub; hostname";
    assert.notEqual(await nodes.ssh(1, identity), await nodes.ssh(2, identity));
    await nodes.ssh(1, `sudo ping -c 1 -W 5 ${nodes.address(2)}`);
    await nodes.ssh(2, `sudo ping -c 1 -W 5 ${nodes.computer}`);
    // As the kernel would decide on a packet of node 1 for elsewhere; a documentation address is nobody's.
    const route = ["route", "get", "192.0.2.1", "from", nodes.address(1), "iif", nodes.network];
    assert.throws(() => execFileSync("ip", route, { stdio: "pipe" }));
    await assert.rejects(
      nodes.ssh(1, "curl -sS --max-time 5 http://192.0.2.1"),
      /curl: \((7|28)\)/,
    );
  });

  it("shut down in order, and come back with their disk under the same name", async () => {
    const first = nodes.ask("ensure", 1);
    await nodes.ssh(
      1,
      "echo kept | sudo tee /etc/mark /var/lib/etcd/mark; sudo systemctl enable --now haproxy || true",
    );
    assert.equal(nodes.ask("stop", 1).pid, 0);
    const console = fs.readFileSync(path.join(nodes.directory(1), "console.log"), "utf8");
    assert.match(console, /Reached target.*(poweroff|Power Off)/i);
    const again = nodes.ask("start", 1);
    assert.equal(again.instance, first.instance);
    assert.equal(await nodes.ssh(1, "sudo cat /etc/mark /var/lib/etcd/mark"), "kept\nkept");
    nodes.ask("remove", 1);
    assert.notEqual(nodes.ask("ensure", 1).instance, first.instance);
    await assert.rejects(nodes.ssh(1, "cat /etc/mark"), /No such file/);
  });

  it("come back after this computer was switched off and on", async () => {
    nodes.ask("ensure", 1);
    nodes.ask("ensure", 2);
    await nodes.ssh(1, "echo kept | sudo tee /var/lib/kubelet/mark && sync");
    for (const node of [1, 2]) powerCut(nodes, node);
    execFileSync("ip", ["netns", "delete", nodes.network]);
    execFileSync("ip", ["rule", "delete", "iif", nodes.network]);
    nodes.ask("start", 1);
    nodes.ask("start", 2);
    assert.equal(await nodes.ssh(1, "sudo cat /var/lib/kubelet/mark"), "kept");
    await nodes.ssh(2, `sudo ping -c 1 -W 5 ${nodes.address(1)}`);
  });

  it("are finished by the next run, wherever the last one was killed", async () => {
    for (const milliseconds of [20, 60, 120, 200, 300, 450, 600, 900]) {
      await nodes.interrupt("ensure", 1, milliseconds);
      const { pid, instance } = nodes.ask("ensure", 1);
      assert.ok(pid > 0, `killed after ${milliseconds} ms`);
      assert.equal(await nodes.ssh(1, "systemctl is-system-running --wait || true"), "running");
      assert.deepEqual(supervisors(nodes.directory(1)), [pid]);
      assert.match(instance, /^[0-9a-f]{32}$/);
      await nodes.interrupt(milliseconds % 3 === 0 ? "stop" : "remove", 1, milliseconds / 2);
    }
    assert.ok(nodes.ask("ensure", 1).pid > 0);
  });

  it("restart when a bundle appears, which they may read and not write", async () => {
    const bundle = path.join(nodes.home, "bundle");
    fs.mkdirSync(bundle);
    fs.writeFileSync(path.join(bundle, "RELEASE"), "here\n");
    const first = nodes.ask("ensure", 1);
    await nodes.ssh(1, "echo kept | sudo tee /etc/mark");
    const settings = { CONTAINER_BUNDLE: bundle, CONTAINER_BUNDLE_PATH: "/media/nordmesh" };
    const second = nodes.ask("ensure", 1, settings);
    assert.notEqual(second.pid, first.pid);
    assert.equal(second.instance, first.instance);
    assert.equal(await nodes.ssh(1, "cat /media/nordmesh/RELEASE /etc/mark"), "here\nkept");
    await assert.rejects(nodes.ssh(1, "sudo touch /media/nordmesh/x"), /Read-only/);
    const sets = { CONTAINER_IMAGE_SETS: "load-balancer" };
    const third = nodes.run("ensure", 1, { ...settings, ...sets });
    assert.match(third.stderr, /bundle has no images\/load-balancer: /);
  });

  it("show their keys in no command line, and live in control groups of their own", () => {
    nodes.ask("ensure", 1);
    const lines = execFileSync("ps", ["-eo", "args", "-ww"], { encoding: "utf8" });
    assert.doesNotMatch(lines, /OPENSSH PRIVATE KEY/);
    const { pid, leader } = nodes.ask("status", 1);
    for (const one of [pid, leader]) {
      assert.doesNotMatch(fs.readFileSync(`/proc/${one}/environ`, "utf8"), /PRIVATE KEY/);
      assert.match(fs.readFileSync(`/proc/${one}/cgroup`, "utf8"), new RegExp(`nordmesh.*n-1`));
    }
  });

  it("take the values of a container's kernel profile, and leave those of this computer", async () => {
    nodes.ask("ensure", 1);
    const before = computerValues();
    for (const profile of ["balanced", "throughput"]) {
      const { node, kernel } = plannedHost({ profile });
      const files = ["components/steps/scripts/common.sh", "components/host/scripts/kernel.sh"];
      const script = withVariables(
        files.map((file) => fs.readFileSync(path.join(root, file), "utf8")).join("\n"),
        variablesOf(node),
      );
      const encoded = Buffer.from(`${script}\nensure_kernel\n`).toString("base64");
      await nodes.ssh(1, `echo ${encoded} | base64 -d | sudo bash`);
      for (const [name, value] of Object.entries(kernel.sysctls)) {
        assert.equal(await nodes.ssh(1, `sudo sysctl -n ${name} | tr '\\t' ' '`), value, name);
      }
      assert.ok(kernel.shared.includes("fs.file-max"));
      for (const name of kernel.shared.filter((one) => one.startsWith("net."))) {
        const file = `/proc/sys/${name.replaceAll(".", "/")}`;
        const mode = await nodes.ssh(1, `stat -c %A ${file} 2>/dev/null || echo absent`);
        assert.doesNotMatch(mode, /w/, `${name} can be set in a container here`);
      }
    }
    assert.deepEqual(computerValues(), before);
  });

  it("leave nothing of themselves, and the network while another needs it", async () => {
    const before = traces();
    nodes.ask("ensure", 1);
    nodes.ask("ensure", 2);
    await nodes.ssh(2, "true");
    nodes.ask("remove", 1);
    assert.equal(fs.existsSync(nodes.directory(1)), false);
    assert.equal(await nodes.ssh(2, "hostname"), "n-2");
    assert.equal(nodes.ask("remove", 2).pid, 0);
    assert.deepEqual(traces(), before);
    assert.equal(nodes.run("remove", 2).status, 0);
    assert.equal(fs.existsSync(path.join(nodes.home, "state")), false);
  });
});

function plannedHost(kernel: object): HostPlan {
  const kubernetes = {
    endpoint: "api.example.net:6443",
    kubelet: { protectKernelDefaults: false },
  };
  const { hosts } = planOf(stack({ kubernetes, hosts: { "n-1": containerHost({ kernel }) } }));
  return hosts[0] ?? assert.fail();
}

/** What a power cut leaves of a node: its disk. */
function powerCut(nodes: Nodes, node: number): void {
  const { pid, leader, netns } = nodes.ask("status", node);
  process.kill(pid, "SIGKILL");
  process.kill(leader, "SIGKILL");
  execFileSync("ip", ["netns", "delete", netns]);
}

/** Processes of systemd-nspawn that own this directory. */
function supervisors(directory: string): readonly number[] {
  const wanted = `--directory=${directory}/root`;
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => commandLine(name).includes(wanted))
    .map(Number);
}

function commandLine(pid: string): readonly string[] {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** Everything the script may make outside of its own directory. */
function traces(): Readonly<Record<string, readonly string[]>> {
  const lines = (command: string, args: readonly string[]): readonly string[] =>
    execFileSync(command, args, { encoding: "utf8" }).trim().split("\n").sort();
  return {
    links: lines("ip", ["-brief", "link"]).map((line) => line.split(" ")[0] ?? ""),
    rules: lines("ip", ["rule"]),
    namespaces: lines("ip", ["netns"]),
    mounts: fs.readFileSync("/proc/mounts", "utf8").trim().split("\n").sort(),
    groups: lines("find", ["/sys/fs/cgroup", "-name", "nordmesh*"]),
  };
}

/** Values that all containers share with this computer, without those that count something. */
function computerValues(): string {
  const listed = execFileSync("sysctl", ["-a"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const settings =
    /^(fs\.(file-max|inotify|aio-max|nr_open)|vm\.(max|over|panic|swap)|kernel\.(panic|keys|pid_max)|net\.(core\.(bpf_jit_enable|netdev_max|[rw]mem)|netfilter\.nf_conntrack_max))/;
  return listed
    .split("\n")
    .filter((line) => settings.test(line))
    .join("\n");
}

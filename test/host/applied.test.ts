/** A run that is killed anywhere is made up for by the next: services run with the files that lie there. */
import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { variablesOf } from "../../components/steps/step";
import { committedPlan } from "../support/fixtures";
import { HostFolder, type Ran } from "../support/host-folder";
import { run } from "../support/programs";

const [first] = committedPlan("prod").hosts;
assert.ok(first !== undefined);
const variables = variablesOf(first.node);

/** Keeps, for each service, a digest of what it was last started with. */
const systemctl = `
echo "$*" >>"$ROOT/systemctl.log"
files() {
  case $1 in
    containerd) echo etc/containerd/config.toml etc/systemd/system/containerd.service usr/local/bin/containerd usr/local/sbin/runc ;;
    kubelet) echo etc/systemd/system/kubelet.service etc/systemd/system/kubelet.service.d/10-kubeadm.conf usr/local/bin/kubelet etc/systemd/logind.conf.d/zz-nordmesh.conf ;;
    ssh) echo etc/ssh/sshd_config.d/10-nordmesh.conf ;;
    systemd-logind) echo etc/systemd/logind.conf.d/zz-nordmesh.conf ;;
  esac
}
start() { mkdir -p "$ROOT/running"; (cd "$ROOT" && cat $(files "$1")) >"$ROOT/running/$1"; }
case $1 in
  daemon-reload) (cd "$ROOT" && cat etc/systemd/system/*.service) >"$ROOT/units" 2>/dev/null ;;
  restart | reload) start "$2" ;;
  kill) start systemd-logind ;;
esac
exit 0`;

describe("what services run with", function () {
  this.timeout(300_000);
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder();
    host.program("systemctl", systemctl);
    for (const name of ["sshd", "modprobe", "ctr", "sync"]) host.program(name, "exit 0");
    host.program("busctl", "echo t 60000000");
    host.program("containerd", "exit 0");
    host.write("/var/lib/kubelet/config.yaml", "kind: KubeletConfiguration\n");
  });

  afterEach(() => host.remove());

  /** One release on the way to the host: every file of it has another content. */
  function release(name: string): Readonly<Record<string, string>> {
    const bundle = `/bundle-${name}`;
    host.write(`${bundle}/bin/containerd`, `containerd ${name}`);
    host.write(`${bundle}/bin/ctr`, `ctr ${name}`);
    host.write(`${bundle}/loopback`, `loopback ${name}`);
    for (const program of ["runc", "kubeadm", "kubectl", "kubelet"]) {
      host.write(`${bundle}/${program}`, `${program} ${name}`);
    }
    pack(bundle, "containerd.tar.gz", "bin");
    pack(bundle, "cni-plugins.tgz", "loopback");
    const files = ["containerd.tar.gz", "cni-plugins.tgz", "runc", "kubeadm", "kubectl", "kubelet"];
    const rows = files.map((file) => `${sha256(host.at(`${bundle}/${file}`))}  ${file}\n`);
    host.write(`${bundle}/SHA256SUMS`, rows.join(""));
    host.write(`${bundle}/RELEASE`, "2026.1\n");
    const marked = (variable: string): string => `${variables[variable] ?? ""}# ${name}\n`;
    return {
      ...variables,
      SOURCE: "bundle",
      BUNDLE: host.at(bundle),
      BUNDLE_SHA256: "",
      RELEASE: "2026.1",
      CONTAINERD_CONFIG: marked("CONTAINERD_CONFIG"),
      CONTAINERD_UNIT: marked("CONTAINERD_UNIT"),
      KUBELET_UNIT: marked("KUBELET_UNIT"),
      SSHD_CONF: marked("SSHD_CONF"),
      LOGIND_CONF: marked("LOGIND_CONF"),
    };
  }

  function pack(bundle: string, archive: string, member: string): void {
    const words = ["tar", "-czf", host.at(`${bundle}/${archive}`), "-C", host.at(bundle), member];
    assert.deepEqual(run(words), { status: 0, output: "" });
  }

  function ensure(variables: Readonly<Record<string, string>>, killAt?: number): Ran {
    const scripts = ["steps/common", "host/kernel", "host/artifacts", "host/runtime"];
    const drive =
      "lock; begin_claims; ensure_sshd; ensure_logind; ensure_runtime; ensure_kubelet; end_claims";
    return host.run({ scripts, variables, drive, ...(killAt !== undefined && { killAt }) });
  }

  const log = (): readonly string[] => host.read("/systemctl.log")?.trim().split("\n") ?? [];
  const restarts = (): readonly string[] =>
    log().filter((line) => /^(restart|reload|kill) /.test(line));

  function assertInForce(name: string): void {
    assert.match(
      host.read("/running/containerd") ?? "",
      new RegExp(`containerd ${name}runc ${name}$`),
    );
    assert.match(host.read("/running/containerd") ?? "", new RegExp(`^# ${name}$`, "m"));
    assert.match(host.read("/running/kubelet") ?? "", new RegExp(`kubelet ${name}`));
    assert.match(host.read("/running/kubelet") ?? "", new RegExp(`# ${name}\n$`));
    assert.match(host.read("/running/ssh") ?? "", new RegExp(`# ${name}\n$`));
    assert.match(host.read("/running/systemd-logind") ?? "", new RegExp(`# ${name}\n$`));
    assert.equal(host.read("/units")?.match(new RegExp(`# ${name}`, "g"))?.length, 2);
  }

  it("is what lies there, and a second run restarts nothing", () => {
    const first = release("one");
    assert.deepEqual(pick(ensure(first)), { status: 0, problems: "" });
    assertInForce("one");
    const before = restarts().length;
    assert.deepEqual(pick(ensure(first)), { status: 0, problems: "" });
    assert.equal(restarts().length, before);
  });

  it("is what lies there after a run that was killed at any command, and one more", () => {
    const versions = [release("a"), release("b")];
    const names = ["a", "b"];
    const total = Number(/commands (\d+)/.exec(ensure(versions[0] ?? {}).stdout)?.[1]);
    assert.ok(total > 100, String(total));
    let turn = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: total }), (killAt) => {
        turn += 1;
        const variables = versions[turn % 2] ?? {};
        const killed = ensure(variables, killAt);
        // Behind the last command of a run that had less to do there is nothing to kill.
        assert.ok(killed.status === null || killed.status === 0, killed.stderr);
        assert.deepEqual(pick(ensure(variables)), { status: 0, problems: "" });
        assertInForce(names[turn % 2] ?? "");
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});

function pick({ status, stderr }: Ran): object {
  const problems = stderr
    .split("\n")
    .filter((line) => !/^$|: installing /.test(line))
    .join("\n");
  return { status, problems };
}

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** A control plane that begins, joins, or gets changed settings; killed anywhere, the next run makes up for it. */
import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { controlPlane, planOf, stack, worker, type Fields } from "../support/fixtures";
import { HostFolder, type Ran } from "../support/host-folder";
import { stepOf, type SentStep } from "../support/steps";

/** Static pods and the kubelet run with what kubeadm and systemctl found when they were started. */
const kubeadm = `
echo "kubeadm $*" >>"$ROOT/calls"
config="$ROOT/etc/kubernetes/kubeadm.yaml"
pods() {
  mkdir -p "$ROOT/running"
  cat "$ROOT/etc/kubernetes/patches/kube-apiserver+strategic.yaml" "$config" "$ROOT"/etc/kubernetes/policy/* >"$ROOT/running/pods"
  printf 'NORDMESH_SETTINGS=%s\\0' "$(sed -n 's/.*value: "\\(.*\\)"/\\1/p' "$ROOT/running/pods" | head -n 1)" >"$ROOT/running/environ"
}
kubelet() { mkdir -p "$ROOT/var/lib/kubelet"; cp "$1" "$ROOT/var/lib/kubelet/config.yaml"; }
case "$1 $2 $3" in
  "init phase control-plane") pods ;;
  "init phase upload-config") cp "$config" "$ROOT/cluster-$4" ;;
  "init phase "*) ;;
  "upgrade node phase") kubelet "$ROOT/cluster-kubelet" ;;
  "reset "*) rm -rf "$ROOT/etc/kubernetes/admin.conf" "$ROOT/running" ;;
  *)
    [ ! -e "$ROOT/dies" ] || { rm "$ROOT/dies"; kill -9 $PPID; exit 1; }
    mkdir -p "$ROOT/running"; echo admin >"$ROOT/etc/kubernetes/admin.conf"
    if [ "$1" = init ]; then touch "$ROOT/token"; cp "$config" "$ROOT/cluster-kubelet"; kubelet "$config"; pods; fi
    cp "$ROOT/var/lib/kubelet/config.yaml" "$ROOT/running/kubelet" 2>/dev/null || touch "$ROOT/running/kubelet" ;;
esac`;

const systemctl = `
[ "$*" != "restart kubelet" ] || cp "$ROOT/var/lib/kubelet/config.yaml" "$ROOT/running/kubelet"
[ "$1" != is-active ]`;

/** A process of that name, whose files lie in \`running\`. */
const pgrep = `[ ! -e "$ROOT/running/environ" ] || echo "..$ROOT/running"`;

const kubectl = `
case "$*" in
  *"get nodes -l"*) [ ! -e "$ROOT/no-api" ] || exit 1; cat "$ROOT/peers" ;;
  *apply*) cat >"$ROOT/network" ;;
  *"delete secrets --field-selector type=bootstrap.kubernetes.io/token"*) rm -f "$ROOT/token" ;;
esac`;

/** \`up\` lists addresses whose API server is ready. */
const curl = `
all="$*"; url=\${*: -1}; address=\${url#*://}; address=\${address%%:*}
case $url in
  *healthz) printf ok ;;
  *readyz) if grep -qxF "$address" "$ROOT/up"; then case $all in *http_code*) printf 200 ;; *) printf ok ;; esac; else printf 000; exit 7; fi ;;
  *) exit 7 ;;
esac`;

const hosts = {
  "cp-1": controlPlane({ address: "192.0.2.11" }),
  "cp-2": controlPlane({ address: "192.0.2.12", bootstrap: false }),
  "cp-3": controlPlane({ address: "192.0.2.13", bootstrap: false }),
  "w-1": worker(),
};

function stepsFor(kubernetes: Fields): (name: string) => SentStep {
  const plan = planOf(stack({ hosts, kubernetes }));
  return (name) => stepOf(plan, name);
}

const before = stepsFor({ endpoint: "192.0.2.100:6443" });
const after = stepsFor({
  endpoint: "192.0.2.100:6443",
  podSecurity: "restricted",
  maxPods: 60,
  audit: { maxAgeDays: 3 },
});

const secrets = {
  CLUSTER_UID: "uid",
  AUTHORITY: "QUJD",
  TOKEN: "abcdef.0123456789abcdef",
  CERTIFICATE_KEY: "ab".repeat(32),
  ENCRYPTION_KEY: "key of this state",
};

describe("a member of the cluster", function () {
  this.timeout(300_000);
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder();
    for (const [name, body] of Object.entries({ kubeadm, kubectl, curl, pgrep, systemctl })) {
      host.program(name, body);
    }
    host.program("openssl", "echo does match certificate");
    host.program("hostname", "echo 192.0.2.11");
    for (const name of ["sync", "sleep", "ctr", "ip", "nft", "iptables-save", "ip6tables-save"]) {
      host.program(name, "exit 0");
    }
    host.write("/var/lib/nordmesh/cluster-id", "nordmesh/test");
    host.write("/peers", "192.0.2.11\n192.0.2.12\n192.0.2.13\n");
    host.write("/etc/kubernetes/pki/apiserver.crt", "certificate");
    up();
  });

  afterEach(() => host.remove());

  const up = (...addresses: readonly string[]): void =>
    host.write("/up", addresses.map((address) => `${address}\n`).join(""));
  const calls = (): string => host.read("/calls") ?? "";
  const everyone = ["192.0.2.11", "192.0.2.12", "192.0.2.13", "192.0.2.100"];

  function ensure(step: SentStep, options: { killAt?: number; variables?: Fields } = {}): Ran {
    const { killAt, variables = {} } = options;
    return host.run({
      scripts: step.scripts,
      variables: { ...step.variables, ...secrets, ...(variables as Record<string, string>) },
      action: "ensure",
      ...(killAt !== undefined && { killAt }),
    });
  }

  function assertDone(done: Ran): void {
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stdout, /^\{"member":true\}$/m);
  }

  function assertRefused(done: Ran, message: RegExp): void {
    assert.equal(done.status, 1, done.stdout);
    assert.match(done.stderr, message);
    assert.equal(calls(), "", "kubeadm did nothing");
  }

  /** A file with the paths of a real host. */
  const texts = (path: string): string => (host.read(path) ?? "").replaceAll(host.path, "");

  /** The API server and the kubelet run with the settings of this step. */
  function assertInForce({ variables }: SentStep): void {
    const pods = texts("/running/pods");
    for (const name of ["CLUSTER_CONFIG", "ADMISSION_CONFIG", "AUDIT_POLICY"]) {
      assert.ok(pods.includes((variables[name] ?? "?").trim()), name);
    }
    assert.ok(pods.includes(secrets.ENCRYPTION_KEY));
    assert.ok(texts("/running/kubelet").includes((variables["KUBELET_CONFIG"] ?? "?").trim()));
  }

  it("begins once, and an edit of nothing runs no kubeadm", () => {
    assertDone(ensure(before("cp-1-join")));
    assertInForce(before("cp-1-join"));
    assert.equal(host.read("/token"), undefined, "the token that init made is gone");
    up(...everyone);
    const begun = calls().length;
    assertDone(ensure(before("cp-1-join")));
    assert.equal(calls().slice(begun), "");
  });

  it("gets changed settings, killed at any command, with the next run", () => {
    const turns = [after("cp-1-join"), before("cp-1-join")];
    assertDone(ensure(turns[1] as SentStep));
    up(...everyone);
    const first = ensure(turns[0] as SentStep);
    assertDone(first);
    assertInForce(turns[0] as SentStep);
    const total = Number(/commands (\d+)/.exec(first.stdout)?.[1]);
    assert.ok(total > 50, String(total));
    let turn = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: total }), (killAt) => {
        turn += 1;
        const step = turns[turn % 2] as SentStep;
        ensure(step, { killAt });
        assertDone(ensure(step));
        assertInForce(step);
        assert.doesNotMatch(
          calls(),
          /kubeadm reset|kubeadm init --config[^]*kubeadm init --config/,
        );
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  it("is taken back and begun again where kubeadm init was killed", () => {
    host.write("/dies", "");
    assert.equal(ensure(before("cp-1-join")).status, null);
    assertDone(ensure(before("cp-1-join")));
    assert.match(calls(), /kubeadm init [^]*kubeadm reset [^]*kubeadm init /);
    assertInForce(before("cp-1-join"));
  });

  it("keeps its settings while another API server is not ready", () => {
    assertDone(ensure(before("cp-1-join")));
    up(...everyone.filter((address) => address !== "192.0.2.13"));
    const begun = calls().length;
    const done = ensure(after("cp-1-join"));
    assert.equal(done.status, 1);
    assert.match(
      done.stderr,
      /the API server of 192\.0\.2\.13 is not ready: the settings of cp-1 were left/,
    );
    host.write("/no-api", "");
    up(...everyone);
    assert.match(ensure(after("cp-1-join")).stderr, /does not say which control planes it has/);
    assert.equal(calls().slice(begun), "");
    assertInForce(before("cp-1-join"));
  });

  it("gets its settings although a peer that has not joined yet is silent", () => {
    assertDone(ensure(before("cp-1-join")));
    host.write("/peers", "192.0.2.11\n192.0.2.12\n");
    up(...everyone.filter((address) => address !== "192.0.2.13"));
    assertDone(ensure(after("cp-1-join")));
    assertInForce(after("cp-1-join"));
  });

  it("makes no second cluster beside a control plane that runs", () => {
    up("192.0.2.12");
    assertRefused(
      ensure(before("cp-1-join")),
      /cp-2 \(192\.0\.2\.12\) already runs this cluster: kubeadm init on cp-1 would make a second one; nothing was changed\. To replace cp-1, set bootstrap: true on a control plane that runs/,
    );
    up("192.0.2.100");
    assertRefused(
      ensure(before("cp-1-join")),
      /an API server already answers at 192\.0\.2\.100:6443: .*nothing was changed.*or correct kubernetes\.endpoint/,
    );
    assert.ok(!host.has("/etc/kubernetes/policy"));
  });

  it("goes on with its own init although its endpoint answers already", () => {
    up("192.0.2.100");
    host.write("/var/lib/nordmesh/init-started", "");
    assertDone(ensure(before("cp-1-join")));
  });

  it("refuses another encryption key, also with changed settings", () => {
    assertDone(ensure(before("cp-1-join")));
    host.drop("/calls");
    up(...everyone);
    for (const step of [before("cp-1-join"), after("cp-1-join")]) {
      const done = ensure(step, { variables: { ENCRYPTION_KEY: "key of another state" } });
      assertRefused(done, /sealed with a key that this state does not have: .*nothing was changed/);
      assert.doesNotMatch(done.stderr, /key of (this|another) state/);
    }
    assertInForce(before("cp-1-join"));
  });

  it("refuses another node address than it joined with", () => {
    assertDone(ensure(before("cp-1-join")));
    host.drop("/calls");
    up(...everyone);
    assertRefused(
      ensure(after("cp-1-join"), { variables: { NODE_ADDRESS: "192.0.2.99" } }),
      /hosts\.cp-1\.nodeAddress is 192\.0\.2\.99, this node joined as 192\.0\.2\.11: .*nothing was changed\. Put it back/,
    );
  });

  it("refuses a host of another cluster", () => {
    host.write("/var/lib/nordmesh/cluster-id", "nordmesh/other");
    for (const name of ["cp-1-join", "cp-2-join", "w-1-join"]) {
      assertRefused(ensure(before(name)), /not prepared for cluster nordmesh\/test/);
    }
  });

  for (const [name, role] of [
    ["cp-2", "control plane"],
    ["w-1", "worker"],
  ] as const) {
    it(`joins as ${role}, and leaves neither token nor key in a file`, () => {
      up(...everyone);
      assertDone(ensure(before(`${name}-join`)));
      assert.match(calls(), /kubeadm join --config .*\/run\/nordmesh-join\/kubeadm\.yaml\n/);
      assert.ok(!host.has("/run/nordmesh-join"));
      assert.ok(host.has("/var/lib/nordmesh/join-done"));
      const joined = calls().length;
      assertDone(ensure(before(`${name}-join`)));
      assert.equal(calls().slice(joined), "");
    });

    it(`waits for the endpoint before it joins as ${role}`, () => {
      assertRefused(
        ensure(before(`${name}-join`)),
        /no ready API server answers at 192\.0\.2\.100:6443/,
      );
    });
  }

  it("hands a worker the kubelet settings of the cluster", () => {
    up(...everyone);
    assertDone(ensure(before("w-1-join")));
    host.write("/cluster-kubelet", after("w-1-join").variables["KUBELET_CONFIG"] ?? "");
    assertDone(ensure(after("w-1-join")));
    assert.equal(texts("/running/kubelet"), after("w-1-join").variables["KUBELET_CONFIG"]);
    assert.doesNotMatch(calls(), /kubeadm init/);
  });
});

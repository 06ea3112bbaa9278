/** A node that goes: the cluster forgets it first, then its data goes; otherwise nothing does. */
import * as assert from "node:assert/strict";
import { stepOf } from "../support/steps";
import { committedPlan } from "../support/fixtures";
import { HostFolder, type Ran } from "../support/host-folder";

const init = stepOf(committedPlan("prod"), "cp-1-join");
const name = init.host;

/** etcd's gateway: members are rows `id name address`; it answers where a file of that address lies. */
const curl = `
url=\${*: -1}
data=""
while [ $# -gt 1 ]; do [ "$1" != --data ] || data=$2; shift; done
address=\${url#https://}; address=\${address%%:*}
[ -e "$ROOT/up/$address" ] || { echo "curl: (7) Failed to connect" >&2; exit 7; }
echo "$address \${url##*/v3/cluster/} $data" >>"$ROOT/calls"
case $url in
  *member/list)
    printf '{"header":{"cluster_id":"1","member_id":"2"}, "members":['
    comma=""
    while read -r id member ip; do
      if [ "$member" = - ]; then printf '%s{"ID":"%s", "peerURLs":["https://%s:2380"], "isLearner":true}' "$comma" "$id" "$ip"
      else printf '%s{"ID":"%s", "name":"%s", "peerURLs":["https://%s:2380"], "clientURLs":["https://%s:2379"]}' "$comma" "$id" "$member" "$ip" "$ip"; fi
      comma=,
    done <"$ROOT/members"
    printf ']}' ;;
  *member/remove)
    if [ -e "$ROOT/strict" ]; then echo '{"error":"etcdserver: unhealthy cluster"}'; exit 22; fi
    id=\${data#*:\\"}; id=\${id%%\\"*}
    grep -v "^$id " "$ROOT/members" >"$ROOT/members.new"; mv "$ROOT/members.new" "$ROOT/members"
    printf '{"header":{}}' ;;
esac`;

const kubectl = `
echo "kubectl $*" >>"$ROOT/calls"
case "$*" in
  *"get pods"*) [ ! -e "$ROOT/api" ] || cat "$ROOT/api" ;;
  *"delete node"*) all="$*"; server=\${all#*--server https://}; [ -e "$ROOT/up/\${server%%:*}" ] ;;
esac`;

const kubeadm = `
echo "kubeadm $*" >>"$ROOT/calls"
[ ! -e "$ROOT/broken" ] || { echo "error: cannot unmount" >&2; exit 1; }
rm -rf "$ROOT/etc/kubernetes/admin.conf" "$ROOT"/etc/kubernetes/manifests/*`;

describe("a control plane that goes", function () {
  this.timeout(60_000);
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder();
    host.program("curl", curl);
    host.program("kubectl", kubectl);
    host.program("kubeadm", kubeadm);
    host.program("systemctl", '[ "$1" != is-active ]');
    host.program("hostname", "echo 192.0.2.1");
    for (const program of [
      "ctr",
      "ip",
      "nft",
      "iptables-save",
      "ip6tables-save",
      "sync",
      "sleep",
      "umount",
    ]) {
      host.program(program, "exit 0");
    }
    host.write("/etc/kubernetes/admin.conf", "kubeconfig");
    host.write("/etc/kubernetes/manifests/etcd.yaml", "pod");
    host.write("/etc/kubernetes/theirs.conf", "of somebody else");
    host.write("/etc/cni/net.d/87-podman.conflist", "of podman");
    host.write("/var/lib/etcd/member/wal/0.wal", "data");
    host.write("/var/log/kubernetes/audit/audit.log", "{}");
    host.write("/var/log/pods/one/0.log", "line");
    host.write("/var/lib/nordmesh/init-done", "");
    members(`1 ${name} 192.0.2.1`, "2 cp-b 192.0.2.2", "3 cp-c 192.0.2.3");
    for (const address of ["127.0.0.1", "192.0.2.2", "192.0.2.3"]) host.write(`/up/${address}`, "");
  });

  afterEach(() => host.remove());

  const members = (...rows: readonly string[]): void =>
    host.write("/members", rows.map((row) => `${row}\n`).join(""));
  const down = (...addresses: readonly string[]): void =>
    addresses.forEach((address) => host.drop(`/up/${address}`));

  function reset(options: { drive?: string; killAt?: number } = {}): Ran {
    const { drive = "reset_node", killAt } = options;
    return host.run({
      scripts: ["steps/common", "kubernetes/etcd", "kubernetes/control-plane"],
      variables: { ...init.variables },
      drive: `lock; ${drive}`,
      ...(killAt !== undefined && { killAt }),
    });
  }

  const calls = (): string => host.read("/calls") ?? "";
  const hasData = (): boolean => host.has("/var/lib/etcd/member/wal/0.wal");

  function assertGone(done: Ran): void {
    assert.equal(done.status, 0, done.stderr);
    assert.deepEqual([hasData(), host.has("/etc/kubernetes/manifests")], [false, false]);
  }

  function assertRefused(done: Ran, message: RegExp): void {
    assert.equal(done.status, 1);
    assert.match(done.stderr, message);
    assert.ok(hasData());
    assert.doesNotMatch(calls(), /kubeadm reset/);
  }

  it("leaves etcd, then the cluster, then loses its data", () => {
    assertGone(reset());
    assert.equal(host.read("/members"), "2 cp-b 192.0.2.2\n3 cp-c 192.0.2.3\n");
    const order = ["member/remove", "delete node", "kubeadm reset"].map((word) =>
      calls().indexOf(word),
    );
    assert.ok(
      order.every((at) => at > 0),
      calls(),
    );
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      order,
    );
    assert.match(calls(), /192\.0\.2\.2 member\/remove {"ID":"1"}/);
    assert.match(calls(), new RegExp(`--server https://192.0.2.2:6443 .*delete node ${name}`));
    assert.match(calls(), /--skip-phases=remove-etcd-member/);
  });

  it("keeps logs and what others put beside its files", () => {
    assertGone(reset());
    const kept = ["/var/log/kubernetes/audit/audit.log", "/var/log/pods/one/0.log"];
    kept.push("/etc/kubernetes/theirs.conf", "/etc/cni/net.d/87-podman.conflist");
    assert.deepEqual(
      kept.filter((path) => !host.has(path)),
      [],
    );
  });

  it("leaves nothing of its own, and nothing happens to another cluster's", () => {
    host.write("/etc/kubernetes/policy/encryption.yaml", "key");
    host.drop("/etc/kubernetes/theirs.conf");
    const removed = (cluster: string): Ran => {
      host.write("/var/lib/nordmesh/cluster-id", cluster);
      const given = { CLUSTER_UID: "uid", ENCRYPTION_KEY: "key" };
      const variables = { ...init.variables, ...given };
      return host.run({ scripts: init.scripts, variables, action: "remove" });
    };
    assert.equal(removed("nordmesh/other").status, 0);
    assert.ok(hasData() && host.has("/etc/kubernetes/policy/encryption.yaml"));
    const own = removed(init.variables["CLUSTER_ID"] ?? "");
    assertGone(own);
    assert.ok(!host.has("/etc/kubernetes"));
  });

  it("has nobody to leave when it is the last", () => {
    members(`1 ${name} 192.0.2.1`);
    assertGone(reset());
    assert.doesNotMatch(calls(), /member\/remove|delete node/);
  });

  it("leaves through the others when its own etcd is dead", () => {
    down("127.0.0.1");
    host.write("/api", "https://192.0.2.2:2379\nhttps://192.0.2.3:2379\n");
    assertGone(reset());
    assert.doesNotMatch(host.read("/members") ?? "", /^1 /m);
  });

  it("takes back a member that was added and never started", () => {
    members("2 cp-b 192.0.2.2", "3 cp-c 192.0.2.3", "9 - 192.0.2.1");
    down("127.0.0.1");
    host.write("/api", "https://192.0.2.2:2379\n");
    host.drop("/var/lib/nordmesh/init-done");
    host.write("/var/lib/nordmesh/join-started", "");
    assertGone(reset({ drive: "rollback_incomplete join" }));
    assert.doesNotMatch(host.read("/members") ?? "", /^9 /m);
    assert.ok(!host.has("/var/lib/nordmesh/join-started"));
  });

  it("keeps everything when nobody of the cluster answers", () => {
    down("127.0.0.1");
    assertRefused(
      reset(),
      /neither etcd nor the API server answers, so .* would stay behind as a dead etcd member: nothing was deleted; .*first touch .*cluster-gone on/,
    );
    host.write("/var/lib/nordmesh/cluster-gone", "");
    assertGone(reset());
  });

  it("keeps everything when etcd does not let it go", () => {
    host.write("/strict", "");
    assertRefused(reset(), /etcd keeps its member .*unhealthy cluster.*nothing was deleted/s);
  });

  it("keeps its data when the reset fails", () => {
    host.write("/broken", "");
    const done = reset();
    assert.equal(done.status, 1);
    assert.match(
      done.stderr,
      /kubeadm reset failed, its messages are above: the removal stopped there/,
    );
    assert.ok(hasData());
    host.drop("/broken");
    down("127.0.0.1", "192.0.2.2", "192.0.2.3");
    assertGone(reset());
  });

  it("needs no cluster to take back an init that had none yet", () => {
    host.drop("/var/lib/nordmesh/init-done");
    host.write("/var/lib/nordmesh/init-started", "");
    down("127.0.0.1", "192.0.2.2", "192.0.2.3");
    assertGone(reset({ drive: "rollback_incomplete init" }));
  });

  it("never touches a finished one", () => {
    host.write("/var/lib/nordmesh/init-started", "");
    assert.equal(reset({ drive: "rollback_incomplete init" }).status, 0);
    assert.ok(hasData());
  });

  it("may be killed anywhere and goes with the next run", () => {
    for (const killAt of [3, 20, 45, 60, 75, 90, 110]) {
      reset({ killAt });
      assertGone(reset());
      assert.doesNotMatch(host.read("/members") ?? "", /^1 /m);
      host.write("/etc/kubernetes/admin.conf", "kubeconfig");
      host.write("/var/lib/etcd/member/wal/0.wal", "data");
      members(`1 ${name} 192.0.2.1`, "2 cp-b 192.0.2.2", "3 cp-c 192.0.2.3");
    }
  });
});

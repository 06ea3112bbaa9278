/** Who is let into the cluster, and who is forgotten first. */
import * as assert from "node:assert/strict";
import { committedPlan } from "../support/fixtures";
import { HostFolder, type Ran } from "../support/host-folder";
import { stepOf } from "../support/steps";

const step = stepOf(committedPlan("prod"), "cluster-join-token");
const rows = (step.variables["NODES"] ?? "").split("\n").map((row) => row.split(" "));
const names = rows.map(([name = ""]) => name);
const addressOf = (name: string): string => rows.find(([one]) => one === name)?.[2] ?? "";

/** Nodes are rows `name machine-id ready`; what is applied is kept whole. */
const kubectl = `
case "$*" in
  "get nodes -o "*) cat "$ROOT/nodes" ;;
  *"create configmap nordmesh-nodes"*) printf 'declared: %s\\n' "\${*: -1}" ;;
  *" apply "* | "apply "*) cat >>"$ROOT/applied"; echo >>"$ROOT/applied" ;;
  "delete node "*) echo "forget node $3" >>"$ROOT/calls"; grep -v "^$3 " "$ROOT/nodes" >"$ROOT/new" || true; mv "$ROOT/new" "$ROOT/nodes" ;;
  *"get secret kubeadm-certs"*) echo bootstrap-token-owner ;;
  *"patch secret "*) echo "patched $5 \${*: -1}" >>"$ROOT/calls" ;;
  *) echo "unexpected: kubectl $*" >&2; exit 1 ;;
esac`;

/** etcd's gateway: members are rows \`id name address\`. */
const curl = `
url=\${*: -1}
while [ $# -gt 1 ]; do [ "$1" != --data ] || data=$2; shift; done
[ ! -e "$ROOT/no-etcd" ] || exit 7
case $url in
  *member/list)
    printf '{"header":{}, "members":['
    while read -r id member ip; do
      printf '%s{"ID":"%s", "name":"%s", "peerURLs":["https://%s:2380"], "clientURLs":["https://%s:2379"]}' "\${comma:-}" "$id" "$member" "$ip" "$ip"
      comma=,
    done <"$ROOT/members"
    printf ']}' ;;
  *member/remove)
    [ ! -e "$ROOT/strict" ] || exit 22
    id=\${data#*:\\"}; id=\${id%%\\"*}
    echo "forget member $id" >>"$ROOT/calls"
    grep -v "^$id " "$ROOT/members" >"$ROOT/new"; mv "$ROOT/new" "$ROOT/members"; printf '{}' ;;
esac`;

const kubeadm = `
echo "upload certificates" >>"$ROOT/calls"
cp "\${*: -1}" "$ROOT/upload.yaml"
stat -c %a "\${*: -1}" "$(dirname "\${*: -1}")" >"$ROOT/modes"
[ ! -e "$ROOT/broken" ] || exit 1`;

describe("admission to the cluster", function () {
  this.timeout(120_000);
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder();
    host.program("kubectl", kubectl);
    host.program("curl", curl);
    host.program("kubeadm", kubeadm);
    host.program("hostname", "echo 192.0.2.11");
    host.program(
      "sleep",
      'echo slept >>"$ROOT/calls"; [ ! -e "$ROOT/next-nodes" ] || cp "$ROOT/next-nodes" "$ROOT/nodes"',
    );
    nodes(names.map((name) => `${name} id-${name} True`));
    host.write(
      "/members",
      names
        .slice(0, 3)
        .map((name, at) => `${at + 1} ${name} ${addressOf(name)}\n`)
        .join(""),
    );
  });

  afterEach(() => host.remove());

  const lines = (list: readonly string[]): string => list.map((row) => `${row}\n`).join("");
  const nodes = (list: readonly string[], file = "/nodes"): void => host.write(file, lines(list));
  const calls = (): readonly string[] =>
    (host.read("/calls") ?? "").split("\n").filter((row) => row !== "");
  /** Nodes of the cluster where one is as told, or not there. */
  const others = (name: string, ...row: readonly string[]): readonly string[] => [
    ...names.filter((one) => one !== name).map((one) => `${one} id-${one} True`),
    ...row,
  ];

  function ensure(
    options: { machines?: Readonly<Record<string, string>>; killAt?: number } = {},
  ): Ran {
    const { machines = {}, killAt } = options;
    return host.run({
      scripts: ["steps/common", "kubernetes/etcd", "kubernetes/join-token"],
      variables: {
        ...step.variables,
        MACHINES: names.map((name) => `${name} ${machines[name] ?? `id-${name}`}`).join("\n"),
        TOKEN: "abcdef.0123456789abcdef",
        CERTIFICATE_KEY: "ab".repeat(32),
      },
      action: "ensure",
      ...(killAt !== undefined && { killAt }),
    });
  }

  function assertDone(done: Ran): void {
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stdout, /^\{"admitted":true\}$/m);
  }

  it("lets nobody in where every declared host is a member", () => {
    assertDone(ensure());
    assert.deepEqual(calls(), []);
    assert.doesNotMatch(host.read("/applied") ?? "", /bootstrap-token/);
  });

  it("declares each name with its address, and nothing more, before anyone asks for a certificate", () => {
    assertDone(ensure());
    const declared = names.map((name) => `${name} ${addressOf(name)}`).join("\n");
    assert.equal(host.read("/applied"), `declared: --from-literal=nodes=${declared}\n\n`);
  });

  it("gives a worker that is missing a token, and no certificates", () => {
    nodes(others("worker-1"));
    assertDone(ensure());
    assert.deepEqual(calls(), []);
    assert.match(
      host.read("/applied") ?? "",
      /token-id: "abcdef"\n {2}token-secret: "0123456789abcdef"/,
    );
    assert.doesNotMatch(host.read("/applied") ?? "", /expiration/);
  });

  it("gives a control plane that is missing the certificates too, which do not expire", () => {
    nodes(others("cp-2"));
    assertDone(ensure());
    assert.deepEqual(calls(), [
      "upload certificates",
      'patched bootstrap-token-owner [{"op":"remove","path":"/data/expiration"}]',
    ]);
    assert.match(
      host.read("/upload.yaml") ?? "",
      new RegExp(`certificateKey: "${"ab".repeat(32)}"`),
    );
    assert.equal(host.read("/modes"), "600\n700\n");
  });

  it("leaves no key behind, whether the upload fails or the run is killed", () => {
    nodes(others("cp-2"));
    host.write("/broken", "");
    const failed = ensure();
    assert.equal(failed.status, 1);
    assert.match(failed.stderr, /certificates for new control planes could not be uploaded/);
    assert.ok(!host.has("/run/nordmesh-certificates"));
    host.drop("/broken");
    host.write("/run/nordmesh-certificates/config.yaml", "of a killed run");
    assertDone(ensure());
    assert.ok(!host.has("/run/nordmesh-certificates"));
  });

  describe("of another machine with a name that the cluster knows", () => {
    const machines = { "cp-2": "another", "worker-1": "another" };

    it("is refused while the one before is Ready, and nothing changes", () => {
      const done = ensure({ machines: { "cp-2": "another" } });
      assert.equal(done.status, 1);
      assert.match(
        done.stderr,
        /node cp-2 is Ready on a machine with another machine-id than hosts\.cp-2 has \(another\): two servers use this name\. .*nothing was changed/,
      );
      assert.ok(calls().every((call) => call === "slept"));
      assert.ok(host.read("/members")?.includes(" cp-2 "));
    });

    it("comes once the one before is silent: first its etcd member goes, then its node", () => {
      nodes(others("cp-2", "cp-2 id-cp-2 Unknown"));
      assertDone(ensure({ machines: { "cp-2": "another" } }));
      assert.deepEqual(calls().slice(0, 3), [
        "forget member 2",
        "forget node cp-2",
        "upload certificates",
      ]);
      assert.match(host.read("/applied") ?? "", /bootstrap-token-abcdef/);
    });

    it("waits for the silence of one that has just gone", () => {
      nodes(others("worker-1", "worker-1 id-worker-1 Unknown"), "/next-nodes");
      assertDone(ensure({ machines: { "worker-1": "another" } }));
      assert.deepEqual(calls(), ["slept", "forget node worker-1"]);
    });

    it("keeps the node while etcd does not let its member go", () => {
      nodes(others("cp-2", "cp-2 id-cp-2 Unknown"));
      host.write("/strict", "");
      const done = ensure({ machines: { "cp-2": "another" } });
      assert.equal(done.status, 1);
      assert.match(done.stderr, /etcd does not let its member cp-2 go/);
      assert.ok(host.read("/nodes")?.includes("cp-2 "));
      host.drop("/strict");
      host.write("/no-etcd", "");
      assert.match(
        ensure({ machines: { "cp-2": "another" } }).stderr,
        /etcd does not say which members/,
      );
      assert.ok(host.read("/nodes")?.includes("cp-2 "));
    });

    it("comes in the next run where one was killed anywhere", () => {
      for (const killAt of [20, 40, 60, 80, 100, 120]) {
        nodes([
          ...others("cp-2").filter((row) => !row.startsWith("worker-1 ")),
          "cp-2 id-cp-2 Unknown",
          "worker-1 id-worker-1 False",
        ]);
        host.write(
          "/members",
          `1 cp-1 ${addressOf("cp-1")}\n2 cp-2 ${addressOf("cp-2")}\n3 cp-3 ${addressOf("cp-3")}\n`,
        );
        host.drop("/applied");
        ensure({ machines, killAt });
        assertDone(ensure({ machines }));
        assert.doesNotMatch(host.read("/nodes") ?? "", /^(cp-2|worker-1) /m);
        assert.doesNotMatch(host.read("/members") ?? "", / cp-2 /);
        assert.match(host.read("/applied") ?? "", /bootstrap-token-abcdef/);
      }
    });
  });
});

/** Labels and taints of nodes, as nodes.sh keeps them in a cluster that a kubectl on files stands for. */
import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { controlPlane, planOf, stack, worker } from "../support/fixtures";
import { HostFolder, type Ran } from "../support/host-folder";
import { stepOf } from "../support/steps";

/**
 * A node is a folder: `ready`, and `labels`, `annotations` (key=value) and `taints` (key=value:Effect), one
 * a line. Refuses what kubectl 1.36 refuses (pkg/cmd/label, pkg/cmd/taint).
 */
const kubectl = `
nodes="$ROOT/nodes"
echo "kubectl $*" >>"$ROOT/calls"
die() { echo "error: $*" >&2; exit 1; }
drop() { grep -v "^$2$3" "$1" >"$1.new" || true; mv "$1.new" "$1"; }
rows() { tr '\\n' ' ' <"$1"; }
annotation() { sed -n "s|^$2=||p" "$1/annotations"; }
set_all() {
  local file=$1 word; shift
  for word in "$@"; do
    [[ $word != *- ]] || { [[ " $* " != *" \${word%-}="* ]] || die "can not both modify and remove a label in the same command"; }
  done
  for word in "$@"; do
    if [[ $word == *- ]]; then drop "$file" "\${word%-}" =; else drop "$file" "\${word%%=*}" =; echo "$word" >>"$file"; fi
  done
}
bare() { sed 's/=.*:/:/' <<<"$1"; }
taint_all() {
  local file=$1 word seen=" "; shift
  for word in "$@"; do
    [[ $word == *- ]] || { bare=$(bare "$word"); [[ " $* " != *" $bare- "* ]] || die "can not both modify and remove the following taint(s) in the same command: $bare"
      [[ $seen != *" $bare "* ]] || die "duplicated taints with the same key and effect: $word"; seen+="$bare "; }
  done
  cp "$file" "$file.work"
  for word in "$@"; do
    key=\${word%%[=:]*}; effect=\${word##*:}; effect=\${effect%-}
    if [[ $word == *- ]]; then grep -q "^$key=.*:$effect$" "$file.work" || die "taint \\"\${word%-}\\" not found"; fi
    drop "$file.work" "$key=" ".*:$effect$"
    [[ $word == *- ]] || echo "$word" >>"$file.work"
  done
  mv "$file.work" "$file"
}
case "$1 $2" in
  "get nodes")
    [ ! -e "$ROOT/silent" ] || { rm "$ROOT/silent"; die "connection refused"; }
    [[ "$*" == *go-template* ]] || exit 0
    for node in "$nodes"/*; do
      printf '%s|%s|%s|%s|%s|%s\\n' "\${node##*/}" "$(cat "$node/ready")" "$(rows "$node/labels")" "$(rows "$node/taints")" \\
        "$(annotation "$node" nordmesh.io/labels)" "$(annotation "$node" nordmesh.io/taints)"
    done ;;
  "get --raw")
    [ ! -e "$ROOT/uncertified" ] || die "error trying to reach service: remote error: tls: internal error"
    cat "$ROOT/configz" ;;
  "label node" | "annotate node" | "taint node")
    [ -d "$nodes/$3" ] || die "nodes \\"$3\\" not found"
    [ "$4" = --overwrite ] || die "without --overwrite"
    case $1 in
      label) set_all "$nodes/$3/labels" "\${@:5}" ;;
      annotate) set_all "$nodes/$3/annotations" "\${@:5}" ;;
      taint) taint_all "$nodes/$3/taints" "\${@:5}" ;;
    esac ;;
  "drain "*) [ ! -e "$ROOT/full" ] || die "cannot evict pod" ;;
  "delete node") rm -rf "$nodes/$3" ;;
esac`;

const foreignLabels = ["kubernetes.io/hostname=w-1", "kubernetes.io/os=linux"];
const foreignTaints = ["node.kubernetes.io/unreachable=:NoExecute", "sick=disk:NoSchedule"];

interface Declared {
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly string[];
  /** Whether there is a worker besides the control plane, which keeps pods off the latter. */
  readonly second: boolean;
}

const declaredOnes: fc.Arbitrary<Declared> = fc.record({
  labels: fc.dictionary(
    fc.constantFrom("zone", "example.net/zone", "example.net/disk", "z"),
    fc.constantFrom("", "a", "ssd.2"),
    { noNullPrototype: true },
  ),
  taints: fc
    .tuple(
      fc.constantFrom("", "spot:NoExecute", "spot=a:NoExecute", "spot=b:NoExecute"),
      fc.constantFrom("", "spot=a:NoSchedule", "example.net/pool=edge:NoSchedule"),
    )
    .map((words) => words.filter((word) => word !== "")),
  second: fc.boolean(),
});

describe("labels and taints of nodes", function () {
  this.timeout(300_000);
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder();
    host.program("kubectl", kubectl);
    host.program("sleep", "exit 0");
    host.program("nordmesh-approve-serving", "exit 0");
    host.write("/configz", configz);
    for (const name of ["cp-1", "w-1"]) join(name);
  });

  afterEach(() => host.remove());

  const configz =
    '{"kubeletconfig":{"maxPods":110,"podPidsLimit":4096,"eventRecordQPS":50,"maxParallelImagePulls":8,' +
    '"protectKernelDefaults":true,"rotateCertificates":true,"seccompDefault":true,"serverTLSBootstrap":true}}';

  /** What the kubelet of a new node and others set. */
  function join(name: string): void {
    const lines = (rows: readonly string[]): string => rows.map((row) => `${row}\n`).join("");
    host.write(`/nodes/${name}/ready`, "True");
    host.write(`/nodes/${name}/labels`, lines(foreignLabels));
    host.write(`/nodes/${name}/annotations`, "volumes.example.net/attached=true\n");
    host.write(`/nodes/${name}/taints`, lines(foreignTaints));
  }

  const rowsOf = (name: string, file: string): readonly string[] =>
    (host.read(`/nodes/${name}/${file}`) ?? "")
      .split("\n")
      .filter((row) => row !== "")
      .sort();

  function variables({ labels, taints, second }: Declared): Readonly<Record<string, string>> {
    const only = { role: "control-plane", bootstrap: true, labels, taints };
    const declared = second
      ? { "cp-1": controlPlane({ taints: [] }), "w-1": worker({ labels, taints }) }
      : { "cp-1": controlPlane(only) };
    const step = stepOf(planOf(stack({ hosts: declared })), "cluster-nodes");
    return { ...step.variables, MACHINES: "cp-1 1", TOKEN: "abcdef.0123456789abcdef" };
  }

  function ensure(declared: Declared, killAt?: number): Ran {
    return host.run({
      scripts: ["steps/common", "kubernetes/dns", "kubernetes/nodes"],
      variables: variables(declared),
      action: "ensure",
      ...(killAt !== undefined && { killAt }),
    });
  }

  function assertAsDeclared({ labels, taints, second }: Declared): void {
    const name = second ? "w-1" : "cp-1";
    const role = second ? "worker" : "control-plane";
    const own = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    assert.deepEqual(
      rowsOf(name, "labels"),
      [...foreignLabels, ...own, `node-role.kubernetes.io/${role}=`].sort(),
    );
    const full = taints.map((taint) => taint.replace(/^([^=:]*):/, "$1=:"));
    assert.deepEqual(rowsOf(name, "taints"), [...foreignTaints, ...full].sort());
    const kept = rowsOf("cp-1", "taints").includes(
      "node-role.kubernetes.io/control-plane=:NoSchedule",
    );
    assert.equal(kept, second);
  }

  const plain = { labels: { zone: "a" }, taints: ["spot:NoExecute"], second: true };

  it("are set once: a second run changes nothing", () => {
    const first = ensure(plain);
    assert.equal(first.status, 0, first.stderr);
    assertAsDeclared(plain);
    const before = host.read("/calls")?.length ?? 0;
    const again = ensure(plain);
    assert.equal(again.status, 0, again.stderr);
    assert.doesNotMatch(host.read("/calls")?.slice(before) ?? "", /kubectl (label|taint|annotate)/);
  });

  it("let pods onto a control plane again when its last worker goes", () => {
    assert.equal(ensure(plain).status, 0);
    const alone = { ...plain, second: false };
    const done = ensure(alone);
    assert.equal(done.status, 0, done.stderr);
    assertAsDeclared(alone);
    assert.ok(!host.has("/nodes/w-1"));
  });

  it("are those declared last and those of others, after any edits and runs killed between", () => {
    const total = Number(/commands (\d+)/.exec(ensure(plain).stdout)?.[1]);
    assert.ok(total > 100, String(total));
    const edit = fc.record({
      declared: declaredOnes,
      killAt: fc.option(fc.integer({ min: 1, max: total }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), declaredOnes, (edits, last) => {
        for (const { declared, killAt } of [...edits, { declared: last, killAt: undefined }]) {
          if (declared.second && !host.has("/nodes/w-1")) join("w-1");
          const done = ensure(declared, killAt);
          assert.ok(
            done.status === 0 || (killAt !== undefined && done.status === null),
            done.stderr,
          );
          if (done.status === 0) assertAsDeclared(declared);
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  it("of a node that is declared no more go with it, once its pods have moved", () => {
    assert.equal(ensure(plain).status, 0);
    host.write("/full", "");
    const full = ensure({ ...plain, second: false });
    assert.equal(full.status, 1);
    assert.match(
      full.stderr,
      /pods of w-1 could not move within 10 minutes .* run pulumi up again/,
    );
    assert.ok(host.has("/nodes/w-1"));
    host.drop("/full");
    assert.equal(ensure({ ...plain, second: false }).status, 0);
    assert.match(host.read("/calls") ?? "", /kubectl drain w-1 [^]*kubectl delete node w-1/);
  });

  it("leave a node alone that nordmesh never had", () => {
    join("theirs");
    assert.equal(ensure(plain).status, 0);
    assert.ok(host.has("/nodes/theirs"));
  });

  it("are set on Ready nodes only, and silence of the API server makes none Ready", () => {
    host.write("/nodes/w-1/ready", "False");
    host.program("sleep", 'printf True >"$ROOT/nodes/w-1/ready"; echo slept >>"$ROOT/calls"');
    host.write("/silent", "");
    const done = ensure(plain);
    assert.equal(done.status, 0, done.stderr);
    const calls = host.read("/calls") ?? "";
    assert.ok(calls.includes("slept"));
    assert.ok(calls.indexOf("slept") < calls.indexOf("kubectl label"), calls);
  });

  it("wait for a kubelet that is Ready before its serving certificate is there", () => {
    host.write("/uncertified", "");
    host.program("nordmesh-approve-serving", 'echo approved >>"$ROOT/calls"');
    host.program("sleep", 'rm -f "$ROOT/uncertified"');
    const done = ensure(plain);
    assert.equal(done.status, 0, done.stderr);
    const calls = host.read("/calls") ?? "";
    assert.match(calls, /get --raw[^]*approved[^]*get --raw/);
  });

  it("name a kubelet that never gets its serving certificate", () => {
    host.write("/uncertified", "");
    const done = ensure(plain);
    assert.equal(done.status, 1);
    assert.match(done.stderr, /the kubelet of cp-1 does not show its settings: kubectl get csr/);
  });

  it("come with settings that each kubelet shows whole", () => {
    host.write("/configz", configz.replace('"podPidsLimit":4096', '"podPidsLimit":40960'));
    const done = ensure(plain);
    assert.equal(done.status, 1);
    assert.match(
      done.stderr,
      /kubelets run without declared settings: cp-1: "podPidsLimit":4096; w-1: "podPidsLimit":4096; look at \/.*kubelet\/config\.yaml there/,
    );
  });
});

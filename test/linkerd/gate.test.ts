/** The scripts of the gates against a kubectl that answers as a cluster in a given state would. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readScripts } from "../../components/text/asset";
import { withVariables } from "../../components/text/shell";
import { root } from "../support/fixtures";

const roots = "the declared roots";
const digest = createHash("sha256").update(roots).digest("hex");

/** Functions come before programs, so that the script's own PATH does not matter. */
const kubectl = `
sleep() { :; }
lock() { :; }
has() { [ -e "$FOLDER/$1" ]; }
kubectl() {
  case "$*" in
    *" wait deployment/linkerd-destination "*) ! has unavailable ;;
    *" wait deployment/"*) : ;;
    "get mutatingwebhookconfiguration linkerd-proxy-injector-webhook-config "*) webhook linkerd-proxy-injector ;;
    "get validatingwebhookconfiguration linkerd-policy-validator-webhook-config "*) webhook linkerd-policy-validator ;;
    "get validatingwebhookconfiguration linkerd-sp-validator-webhook-config "*) webhook linkerd-sp-validator ;;
    "-n default create "*"--dry-run=server"*) created "$(cat)" ;;
    *" get secret linkerd-identity-issuer "*) has first || printf 2026 ;;
    *" get configmap linkerd-identity-trust-roots "*) printf '${roots}' ;;
    "get pods -A "*)
      printf 'shop/new Running ${digest}\\n'
      has finished && printf 'shop/job Succeeded 0\\n'
      has behind && printf 'shop/old Running 0\\nshop/none Running \\n'
      : ;;
    *) echo "unexpected: $*" >&2; return 1 ;;
  esac
}
webhook() {
  has gone && { echo 'Error from server (NotFound): not found'; return 1; }
  if has no-bundle; then printf '%s.linkerd.io=\\n' "$1"; else printf '%s.linkerd.io=LS0t\\n' "$1"; fi
}
created() {
  case $1 in
    *'"kind":"Pod"'*)
      has unreachable && { echo 'failed calling webhook "linkerd-proxy-injector.linkerd.io": i/o timeout'; return 1; }
      has baseline && { echo 'pods "nordmesh-injection" is forbidden: violates PodSecurity "baseline:latest": container "linkerd-init" must not include "NET_ADMIN"'; return 1; }
      if has no-proxy; then echo ' probe'; else printf 'Warning: would violate\\nlinkerd-network-validator linkerd-proxy probe'; fi ;;
    *) has lenient && { echo created; return 0; }
      echo 'admission webhook "linkerd-policy-validator.linkerd.io" denied the request: at least one network must be specified'; return 1 ;;
  esac
}
`;

describe("the gates of Linkerd", function () {
  this.timeout(60_000);

  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "nordmesh-gate-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a script in a cluster of which `facts` are true. */
  function run(name: string, facts: readonly string[], values: Readonly<Record<string, string>>) {
    for (const fact of facts) writeFileSync(join(folder, fact), "");
    const [common, own] = ["steps/scripts/common", `linkerd/scripts/${name}`].map((path) =>
      readScripts(join(root, "components"), [path]),
    );
    const script = withVariables([common, kubectl, own].join("\n"), {
      ...{ HOST: "cp-1", FOLDER: folder },
      ...values,
    });
    const { status, stdout, stderr } = spawnSync("bash", ["-s", "--", "ensure"], {
      input: script,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }

  const open = (...facts: readonly string[]) => run("injection", facts, { CHART: "digest" });

  it("opens where pods get a proxy and wrong objects are refused", () => {
    const { status, stdout, stderr } = open();
    assert.equal(status, 0, stderr);
    assert.equal(stdout, '{"injects":true,"judges":true}\n');
  });

  it("takes the container that a strict namespace refuses as proof of the proxy beside it", () => {
    assert.equal(open("baseline").status, 0);
  });

  const closed: readonly (readonly [string, RegExp])[] = [
    ["unavailable", /linkerd-destination does not run: kubectl -n linkerd describe pods/],
    ["gone", /linkerd-proxy-injector-webhook-config cannot be read: .*NotFound/],
    [
      "no-bundle",
      /has no caBundle for linkerd-proxy-injector\.linkerd\.io, which pulumi up --refresh/,
    ],
    ["unreachable", /a pod is refused that linkerd-proxy-injector should give a proxy: .*timeout/],
    ["no-proxy", /linkerd-proxy-injector leaves a pod without a proxy/],
    [
      "lenient",
      /linkerd-policy-validator did not judge an EgressNetwork without addresses: created/,
    ],
  ];
  for (const [fact, message] of closed) {
    it(`stays closed, and says why, where the cluster is ${fact}`, () => {
      const { status, stdout, stderr } = open(fact);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, message);
    });
  }

  const known = (signedBy: string, ...facts: readonly string[]) =>
    run("roots", facts, { SIGNED_BY: signedBy });

  it("lets the first root sign, and the same root again", () => {
    assert.equal(known("2026", "first", "behind").stdout, '{"signedBy":"2026","before":""}\n');
    assert.equal(known("2026").status, 0);
  });

  it("lets another root sign once every running proxy has it", () => {
    const { status, stdout, stderr } = known("2027", "finished");
    assert.equal(status, 0, stderr);
    assert.equal(stdout, '{"signedBy":"2027","before":"2026"}\n');
  });

  it("names proxies that would refuse what it signs, and changes nothing", () => {
    const { status, stdout, stderr } = known("2027", "behind");
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(
      stderr,
      /2 proxies started before root 2027 .*: shop\/old shop\/none\. The certificates were not changed/,
    );
  });
});

/** The script of the gate against a kubectl that answers as a cluster in a given state would. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readScripts } from "../../components/text/asset";
import { withVariables } from "../../components/text/shell";
import { root } from "../support/fixtures";

/** Functions come before programs, so that the script's own PATH does not matter. */
const kubectl = `
sleep() { :; }
lock() { :; }
has() { [ -e "$FOLDER/$1" ]; }
kubectl() {
  printf '%s\\n' "$*" >>"$FOLDER/calls"
  case "$*" in
    *" wait deployment/istiod-1-31-1 "*) ! has unavailable ;;
    *" get mutatingwebhookconfiguration istio-sidecar-injector-1-31-1 "*) webhooks rev.namespace. rev.object. ;;
    *" get validatingwebhookconfiguration istio-validator-1-31-1-istio-system "*) webhooks rev.validation. ;;
    *" get pods "*) echo pod/istiod-a; echo pod/istiod-b ;;
    *" logs pod/istiod-b "*) has skipped && echo 'info Skipping sidecar injector, template not found'; yes log | head -20000 ;;
    *" logs pod/istiod-a "*) echo started ;;
    *" get configmap istio-sidecar-injector-1-31-1 "*) ! has no-template ;;
    *" rollout restart deployment/istiod-1-31-1"*) rm -f "$FOLDER/skipped" "$FOLDER/no-bundle" ;;
    *" rollout status "*) : ;;
    *" create "*) created "$(cat)" ;;
    *) echo "unexpected: $*" >&2; return 1 ;;
  esac
}
webhooks() {
  has gone && { echo 'Error from server (NotFound): not found'; return 1; }
  local name bundle=LS0tLS1CRUdJTiBDRVJUSUZJQ0FURQo==
  if has no-bundle || has never-bundle; then bundle=""; fi
  for name in "$@"; do printf '%s=%s\\n' "$name" "$bundle"; done
}
created() {
  case $1 in
    *'"kind":"Pod"'*)
      has unreachable && { echo 'failed calling webhook "rev.object.sidecar-injector.istio.io": dial tcp: i/o timeout'; return 1; }
      if has skipped || has no-bundle || has no-proxy; then echo ' probe'; else printf 'Warning: would violate\\nistio-init istio-proxy probe'; fi ;;
    *) has lenient && { echo created; return 0; }
      echo 'admission webhook "rev.validation.istio.io" denied the request: http, tcp or tls must be provided'; return 1 ;;
  esac
}
`;

describe("the gate of a control plane", function () {
  this.timeout(60_000);

  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "nordmesh-gate-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the script in a cluster of which `facts` are true. */
  function open(facts: readonly string[], variables: Readonly<Record<string, string>> = {}) {
    for (const fact of facts) writeFileSync(join(folder, fact), "");
    writeFileSync(join(folder, "calls"), "");
    const [common, injection] = [
      ["steps", "common"],
      ["mesh", "injection"],
    ].map(([slice = "", name = ""]) =>
      readScripts(join(root, "components"), [`${slice}/scripts/${name}`]),
    );
    const script = withVariables([common, kubectl, injection].join("\n"), {
      HOST: "cp-1",
      FOLDER: folder,
      REVISION: "1-31-1",
      INJECTOR: "istio-sidecar-injector-1-31-1",
      VALIDATOR: "istio-validator-1-31-1-istio-system",
      CHART: "digest",
      ...variables,
    });
    const done = spawnSync("bash", ["-s", "--", "ensure"], { input: script, encoding: "utf8" });
    const calls = readFileSync(join(folder, "calls"), "utf8");
    const restarts = calls.split("rollout restart").length - 1;
    return { status: done.status, stdout: done.stdout, stderr: done.stderr, restarts, calls };
  }

  it("opens where pods get a proxy and wrong objects are refused, and changes nothing", () => {
    const first = open([]);
    assert.deepEqual([first.status, first.restarts], [0, 0], first.stderr);
    assert.equal(first.stdout, '{"revision":"1-31-1","restarted":false}\n');
    const creations = first.calls.split("\n").filter((call) => call.includes(" create "));
    assert.ok(
      creations.length === 2 && creations.every((call) => call.includes("--dry-run=server")),
    );
    assert.equal(open([]).stdout, first.stdout);
  });

  it("starts an istiod again that left injection out, once, and opens", () => {
    const done = open(["skipped", "no-bundle"]);
    assert.deepEqual([done.status, done.restarts], [0, 1], done.stderr);
    assert.match(
      done.stderr,
      /istiod-1-31-1 found no template when it started and left injection out; starting/,
    );
    assert.equal(done.stdout, '{"revision":"1-31-1","restarted":true}\n');
    assert.deepEqual([open([]).restarts, existsSync(join(folder, "skipped"))], [0, false]);
  });

  it("starts an istiod again that runs and does not complete its webhooks", () => {
    const done = open(["no-bundle"]);
    assert.deepEqual([done.status, done.restarts], [0, 1], done.stderr);
  });

  const failures: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    [
      "a webhook without caBundle after the restart",
      ["never-bundle"],
      1,
      /the mesh is not ready, mutatingwebhookconfiguration istio-sidecar-injector-1-31-1 has no caBundle for rev\.namespace\. rev\.object\.,.*logs deployment\/istiod-1-31-1.*run pulumi up again/,
    ],
    [
      "a webhook that the API server cannot reach",
      ["unreachable"],
      0,
      /a pod of revision 1-31-1 is refused while mutatingwebhookconfiguration istio-sidecar-injector-1-31-1 should inject it: failed calling webhook.*i\/o timeout.*port 15017/,
    ],
    [
      "a webhook that leaves pods alone",
      ["no-proxy"],
      0,
      /leaves a pod of revision 1-31-1 without a proxy/,
    ],
    [
      "a validator that lets everything pass",
      ["lenient"],
      0,
      /validatingwebhookconfiguration istio-validator-1-31-1-istio-system did not judge a VirtualService without routes: created/,
    ],
    ["a webhook configuration that is gone", ["gone"], 0, /cannot be read: .*NotFound/],
    ["a template that is gone", ["skipped", "no-template"], 0, /configmap .* is not there, so/],
    ["an istiod that does not run", ["unavailable"], 0, /istiod-1-31-1 does not run: kubectl/],
  ];
  for (const [title, facts, restarts, message] of failures) {
    it(`stays shut for ${title}, and says what to do`, () => {
      const done = open(facts);
      assert.equal(done.status, 1);
      assert.match(done.stderr, message);
      assert.equal(done.restarts, restarts);
      assert.equal(done.stdout, "");
    });
  }

  it("asks nothing of what is switched off", () => {
    const off = { INJECTOR: "", VALIDATOR: "" };
    assert.equal(open(["gone", "skipped", "lenient"], off).status, 0);
  });
});

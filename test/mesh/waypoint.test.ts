/** The script that waits for a waypoint, against a kubectl that answers as a cluster would. */
import * as assert from "node:assert/strict";
import type { ScriptStep } from "../../components/steps/step";
import { HostFolder, type Ran } from "../support/host-folder";
import { ambient, plan } from "./examples";

const kubectl = `
echo "$*" >>"$ROOT/calls"
case "$*" in
  "-n shop get deployment waypoint "*) [ -e "$ROOT/made" ] ;;
  "-n shop rollout status deployment/waypoint "*) [ ! -e "$ROOT/crashes" ] ;;
  "-n shop get pods -l gateway.networking.k8s.io/gateway-name=waypoint "*)
    printf 'waypoint-6d9-abc CrashLoopBackOff containers with unready status: [istio-proxy]\\n' ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac`;

describe("the gate of a waypoint", function () {
  this.timeout(60_000);
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder();
    host.program("kubectl", kubectl);
    host.program("sleep", "touch $ROOT/waited");
  });
  afterEach(() => host.remove());

  function open(): Ran {
    const planned = plan(ambient({ namespaces: { shop: { waypoint: true } } }));
    const step = planned.steps.find(({ name }) => name === "mesh-waypoint-ready-shop");
    const { scripts, values } = step as ScriptStep;
    return host.run({ scripts, variables: { HOST: "cp-1", ...values }, action: "ensure" });
  }

  it("opens where its pods run", () => {
    host.write("/made", "");
    const done = open();
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stdout, /^\{"waypoint":"shop\/waypoint"\}$/m);
  });

  it("waits for istiod to make it", () => {
    host.program("sleep", "touch $ROOT/made");
    assert.equal(open().status, 0);
  });

  it("fails with what Kubernetes says of pods that crash, although the Gateway is accepted", () => {
    host.write("/made", "");
    host.write("/crashes", "");
    const done = open();
    assert.equal(done.status, 1);
    assert.match(
      done.stderr,
      /waypoint of shop does not run \(waypoint-6d9-abc CrashLoopBackOff containers with unready status: \[istio-proxy\]\)\. Services that use it already get no answer\. Read: kubectl -n shop logs deployment\/waypoint/,
    );
  });

  it("fails where istiod makes none", () => {
    const done = open();
    assert.equal(done.status, 1);
    assert.match(done.stderr, /istiod made no waypoint in shop within 2 minutes.*istiod-1-31-1/);
    assert.equal(host.has("/waited"), true);
  });
});

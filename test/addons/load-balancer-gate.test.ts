/** The script that waits until MetalLB judges pools, against a kubectl that answers as an API server would. */
import * as assert from "node:assert/strict";
import { planLoadBalancer } from "../../components/addons";
import type { ScriptStep } from "../../components/steps/step";
import { HostFolder, type Ran } from "../support/host-folder";
import { cluster, loadBalancer } from "./fixtures";

const pools = { public: { mode: "l2", addresses: ["192.0.2.80-192.0.2.95"] } };
const { steps } = planLoadBalancer({ config: loadBalancer({ pools }), cluster });

/** First nobody listens, then nobody knows who signed, then the webhook answers. */
const kubectl = `
cat >"$ROOT/asked"
case "$*" in
  *--dry-run=server*) ;;
  *) echo "makes something: $*" >&2; exit 2 ;;
esac
case $(wc -l <"$ROOT/waits" 2>/dev/null || echo 0) in
  0) echo 'Error from server (InternalError): failed calling webhook "ipaddresspoolvalidationwebhook.metallb.io": connection refused' ;;
  1) echo 'Error from server (InternalError): failed calling webhook "ipaddresspoolvalidationwebhook.metallb.io": x509: certificate signed by unknown authority' ;;
  *) echo 'Error from server (Forbidden): admission webhook "ipaddresspoolvalidationwebhook.metallb.io" denied the request: invalid CIDR "nordmesh"' ;;
esac >&2
exit 1`;

describe("the gate of MetalLB", function () {
  this.timeout(60_000);
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder();
    host.program("kubectl", kubectl);
    host.program("sleep", 'echo >>"$ROOT/waits"');
  });
  afterEach(() => host.remove());

  function open(): Ran {
    const step = steps.find(({ name }) => name === "loadbalancer-ready");
    const { scripts, values } = step as ScriptStep;
    return host.run({ scripts, variables: { HOST: "cp-1", ...values }, action: "ensure" });
  }

  it("is what pools wait for", () => {
    const waiting = steps.find(({ name }) => name === "loadbalancer-pool-public");
    assert.deepEqual(waiting?.after, ["loadbalancer-ready"]);
  });

  it("opens when the webhook refuses what it must, and makes nothing", () => {
    const done = open();
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stdout, /^\{"judges":true\}$/m);
  });

  it("fails with the API server's words where nobody listens", () => {
    host.program("kubectl", `echo 'connection refused' >&2; exit 1`);
    const done = open();
    assert.equal(done.status, 1);
    assert.match(
      done.stderr,
      /MetalLB did not judge a pool without addresses within 5 minutes: connection refused\. Read: .*deployment\/metallb-controller/,
    );
  });
});

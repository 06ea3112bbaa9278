import * as assert from "node:assert/strict";
import { guardRails, refuseBroken } from "../../components/environment/guard-rails";
import type { StackPlan } from "../../components/environment/plan";
import { checkStack } from "../../components/environment/rules";
import { controlPlane, localHost, planOf, stack, type Fields } from "../support/fixtures";

const { rules, protect } = guardRails.production;
const three = {
  "cp-1": controlPlane(),
  "cp-2": controlPlane({ address: "192.0.2.12", bootstrap: false }),
  "cp-3": controlPlane({ address: "192.0.2.13", bootstrap: false }),
};
const production = (overrides: Fields): StackPlan =>
  planOf(stack({ guardRails: "production", hosts: three, ...overrides }));
const problems = (overrides: Fields): readonly string[] => checkStack(production(overrides), rules);

describe("production", () => {
  it("protects what it created", () => assert.equal(protect, true));

  it("accepts three pinned control planes behind an endpoint of their own", () => {
    assert.deepEqual(problems({}), []);
  });

  it("refuses a single control plane", () => {
    assert.deepEqual(problems({ hosts: { "cp-1": controlPlane() } }), [
      "stack.hosts: 1 of role control-plane; stack.guardRails production needs at least 3",
    ]);
  });

  it("refuses an endpoint that is one of the hosts", () => {
    assert.deepEqual(problems({ kubernetes: { endpoint: "192.0.2.12:6443" } }), [
      "stack.kubernetes.endpoint: 192.0.2.12 is cp-2 alone; stack.guardRails production needs node-local, or a load balancer or virtual address of its own",
    ]);
  });

  it("refuses pods that may take over their node", () => {
    const endpoint = "api.example.net:6443";
    assert.deepEqual(problems({ kubernetes: { endpoint, podSecurity: "privileged" } }), [
      "stack.kubernetes.podSecurity: privileged lets any pod take over its node; stack.guardRails production takes baseline or restricted, and a namespace that needs more gets the label pod-security.kubernetes.io/enforce",
    ]);
    assert.deepEqual(problems({ kubernetes: { endpoint, podSecurity: "restricted" } }), []);
  });

  it("refuses plaintext that development takes on the way, unless somebody accepted it", () => {
    const mesh = { mode: "sidecar", mtls: "permissive" };
    assert.deepEqual(
      problems({ mesh }).map((line) => line.split(" ")[0]),
      ["stack.mesh.mtls:"],
    );
    const accept = [
      {
        rule: "plaintext-accepted",
        at: "mtls",
        reason: "until the gateway moves in May",
        by: "us",
      },
    ];
    assert.deepEqual(problems({ mesh: { ...mesh, accept } }), []);
    assert.deepEqual(checkStack(production({ mesh }), guardRails.development.rules), []);
  });

  it("refuses a bundle that nothing identifies", () => {
    const bundle = { source: "bundle", path: "/media/nordmesh" };
    assert.deepEqual(problems({ artifacts: bundle }), [
      "stack.artifacts.manifestSha256: missing; stack.guardRails production pins its bundle (sha256sum SHA256SUMS)",
    ]);
    assert.deepEqual(problems({ artifacts: { ...bundle, manifestSha256: "0".repeat(64) } }), []);
  });

  it("refuses machines on this computer", () => {
    const plan = production({ hosts: { "lab-1": localHost() } });
    assert.throws(() => refuseBroken(plan), {
      name: "ConfigError",
      message: [
        "stack.hosts: 1 of role control-plane; stack.guardRails production needs at least 3",
        "stack.hosts.lab-1.source: local is for development; stack.guardRails production takes existing or libvirt",
      ].join("\n"),
    });
  });

  it("refuses a host whose key is not pinned", () => {
    const plan = production({});
    const [first, ...rest] = plan.hosts;
    assert.ok(first !== undefined);
    const { hostKey: _, ...connection } = first.connection;
    assert.deepEqual(checkStack({ ...plan, hosts: [{ ...first, connection }, ...rest] }, rules), [
      "stack.hosts.cp-1: no hostKey; stack.guardRails production pins the key of every SSH server",
    ]);
  });
});

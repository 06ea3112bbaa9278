import * as assert from "node:assert/strict";
import { load } from "js-yaml";
import { membersOf, stepOf } from "../support/steps";
import { controlPlane, planOf, stack, worker } from "../support/fixtures";

describe("the cluster plan", () => {
  it("writes labels and taints of every node as rows of four cells", () => {
    const labels = { "topology.kubernetes.io/zone": "b", "example.net/pool": "edge" };
    const hosts = { "cp-1": controlPlane(), "w-1": worker({ labels, taints: ["spot:NoExecute"] }) };
    assert.equal(
      stepOf(planOf(stack({ hosts })), "cluster-nodes").variables["NODES"],
      [
        "cp-1|control-plane||node-role.kubernetes.io/control-plane:NoSchedule",
        "w-1|worker|example.net/pool=edge topology.kubernetes.io/zone=b|spot:NoExecute",
      ].join("\n"),
    );
  });

  it("gives the encryption key to control planes alone", () => {
    const second = { bootstrap: false, address: "192.0.2.12" };
    const third = { bootstrap: false, address: "192.0.2.13" };
    const hosts = {
      "cp-1": controlPlane(),
      "cp-2": controlPlane(second),
      "cp-3": controlPlane(third),
      "w-1": worker(),
    };
    const plan = planOf(stack({ hosts }));
    for (const step of membersOf(plan, "control-plane")) {
      assert.ok(step.secrets.includes("ENCRYPTION_KEY"), step.name);
    }
    assert.deepEqual(
      membersOf(plan, "worker").map(({ secrets }) => secrets),
      [["AUTHORITY", "TOKEN"]],
    );
  });

  it("encrypts secrets before it reads plain ones", () => {
    const { variables } = stepOf(planOf(stack()), "cp-1-join");
    const { resources } = load(variables["ENCRYPTION_CONFIG"] ?? "") as {
      readonly resources: readonly { readonly providers: readonly object[] }[];
    };
    const providers = resources[0]?.providers.flatMap((provider) => Object.keys(provider));
    assert.deepEqual(providers, ["secretbox", "identity"]);
  });

  it("answers nobody without a credential but health checks", () => {
    const { variables } = stepOf(planOf(stack()), "cp-1-join");
    const { anonymous } = load(variables["AUTHENTICATION_CONFIG"] ?? "") as {
      readonly anonymous: { readonly conditions: readonly { readonly path: string }[] };
    };
    const paths = anonymous.conditions.map((condition) => condition.path);
    assert.deepEqual(paths, ["/livez", "/readyz", "/healthz"]);
  });

  it("tells operators the external endpoint and nodes the internal one", () => {
    const endpoints = { endpoint: "10.0.0.1:6443", externalEndpoint: "api.example.net:443" };
    const plan = planOf(stack({ kubernetes: endpoints }));
    assert.equal(plan.kubernetes.endpoint.operators, "api.example.net:443");
    const { variables } = stepOf(plan, "worker-1-join");
    assert.match(variables["DISCOVERY"] ?? "", /server: https:\/\/10\.0\.0\.1:6443/);
  });
});

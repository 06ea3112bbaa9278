/** Two machines at once: one control plane, one worker that joins it. Long; see CONTRIBUTING.md. */
import assert from "node:assert/strict";
import type { LabStack } from "../../lab/engine/stack";
import {
  developmentStack,
  freePort,
  openEnvironment,
  type LabEnvironment,
} from "./support/environment";
import { Kubectl } from "./support/machine";

describe("a control plane with a worker", function () {
  this.bail(true);
  let environment: LabEnvironment;
  let stack: LabStack;
  let kubectl: Kubectl;

  before(async function () {
    this.timeout("60m");
    environment = await openEnvironment();
    const file = developmentStack();
    const [template] = Object.values(file["hosts"] as Record<string, object>);
    const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    stack = await environment.open({
      ...file,
      kubernetes: { ...(file["kubernetes"] as object), externalEndpoint: `127.0.0.1:${ports[1]}` },
      hosts: {
        "pair-1": { ...template, sshPort: ports[0], apiPort: ports[1] },
        "pair-2": {
          ...template,
          sshPort: ports[2],
          apiPort: ports[3],
          role: "worker",
          bootstrap: false,
          nodeAddress: "10.77.0.12",
          labels: { "example.org/zone": "oslo" },
          taints: ["example.org/dedicated=ingress:PreferNoSchedule"],
        },
      },
    });
  });

  after(async function () {
    this.timeout("10m");
    kubectl?.close();
    await stack?.destroy();
    await stack?.close();
    environment?.remove();
  });

  it("is Ready on both, with labels and taints as declared", async function () {
    this.timeout("60m");
    const { outputs } = await stack.up();
    kubectl = new Kubectl(environment.lab.kubectl, String(outputs["kubeconfig"]?.value));
    const { items } = JSON.parse(await kubectl.run("get", "nodes", "-o", "json")) as {
      items: {
        metadata: { name: string; labels: Record<string, string> };
        spec: { taints?: { key: string; effect: string }[] };
        status: { conditions: { type: string; status: string }[] };
      }[];
    };
    const ready = items.map(({ status }) => status.conditions.find(({ type }) => type === "Ready"));
    assert.deepEqual(
      ready.map((condition) => condition?.status),
      ["True", "True"],
    );
    const worker = items.find(({ metadata }) => metadata.name === "pair-2");
    assert.equal(worker?.metadata.labels["example.org/zone"], "oslo");
    assert.equal(worker?.metadata.labels["node-role.kubernetes.io/worker"], "");
    const keys = items.map(({ spec }) => spec.taints?.map(({ key }) => key) ?? []);
    assert.deepEqual(keys, [["node-role.kubernetes.io/control-plane"], ["example.org/dedicated"]]);
  });

  it("has deleted what let the worker join", async function () {
    this.timeout("1m");
    const secrets = await kubectl.run("-n", "kube-system", "get", "secrets", "-o", "name");
    assert.doesNotMatch(secrets, /bootstrap-token|kubeadm-certs/);
  });

  it("has nothing to change on the second run", async function () {
    this.timeout("5m");
    assert.deepEqual((await stack.preview()).changes, []);
  });
});

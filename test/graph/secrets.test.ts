import * as assert from "node:assert/strict";
import type { Graph } from "../support/graph";
import { isSecret, openTexts, unmarked } from "../support/marks";
import { authority, kubeconfig, seedOf } from "../support/graph";
import {
  commandsOf,
  environmentGraph,
  environmentNames,
  named,
  remoteCommandsOf,
  secretsOf,
} from "./environments";

for (const environment of environmentNames) {
  for (const withKey of [false, true]) {
    describe(`secrets of ${environment} ${withKey ? "with a declared key" : ""}`.trim(), () => {
      let graph: Graph;

      before(async () => {
        graph = await environmentGraph(environment, { withKey });
        assert.equal(graph.failure, undefined);
      });

      it("stand in the open in no input and no output", () => {
        const secrets = secretsOf(graph);
        assert.ok(secrets.length > 10);
        const places = [
          ...graph.resources.map(({ name, inputs }) => [name, inputs] as const),
          ...graph.registeredOutputs,
        ];
        const leaks = places.flatMap(([place, values]) =>
          openTexts(values)
            .filter((text) => secrets.some((secret) => text.includes(secret)))
            .map(() => place),
        );
        assert.deepEqual(leaks, []);
      });

      it("reach the steps that need them", () => {
        const seed = seedOf("cluster-encryption-key").toString("base64");
        const users = remoteCommandsOf(graph).filter(({ inputs }) =>
          String(unmarked(inputs["stdin"])).includes(seed),
        );
        assert.ok(users.length > 0);
        assert.ok(users.every(({ name }) => name.endsWith("-join")));
      });

      it("come out of the stack as secrets", () => {
        assert.ok(isSecret(graph.outputs["kubeconfig"]));
        assert.equal(unmarked(graph.outputs["kubeconfig"]), kubeconfig);
        const generated = graph.resources.some(({ name }) => name === "cluster-ssh-key");
        assert.equal(generated, environment !== "prod" && !withKey);
        assert.equal(isSecret(graph.outputs["sshPrivateKey"]), generated);
      });

      it("are in no command line and no environment in the open", () => {
        const secrets = secretsOf(graph);
        for (const { name, inputs } of commandsOf(graph)) {
          const open = [inputs["create"], inputs["delete"], inputs["environment"]];
          for (const text of openTexts(open)) {
            assert.ok(!secrets.some((secret) => text.includes(secret)), name);
          }
        }
      });
    });
  }
}

describe("a worker", () => {
  it("never gets the keys that only control planes need", async () => {
    const graph = await environmentGraph("prod");
    for (const worker of ["worker-1-join", "worker-2-join", "worker-3-join"]) {
      const script = String(unmarked(named(graph, worker).inputs["stdin"]));
      for (const key of ["cluster-encryption-key", "cluster-certificate-key"]) {
        assert.ok(!script.includes(seedOf(key).toString("base64")), `${worker}: ${key}`);
        assert.ok(!script.includes(seedOf(key).toString("hex")), `${worker}: ${key}`);
      }
    }
  });

  it("gets no administrator's kubeconfig: the authority and a token let it join", async () => {
    const graph = await environmentGraph("prod");
    const administrator = [
      kubeconfig,
      Buffer.from(kubeconfig).toString("base64"),
      "classified-admin",
    ];
    for (const worker of ["worker-1", "worker-2", "worker-3"]) {
      const scripts = ["preflight", "node", "join"].map((step) =>
        String(unmarked(named(graph, `${worker}-${step}`).inputs["stdin"])),
      );
      assert.ok(scripts[2]?.includes(authority));
      for (const script of scripts) {
        assert.ok(!administrator.some((text) => script.includes(text)), worker);
      }
    }
  });
});

describe("a machine's user data", () => {
  it("holds the host's private key, so it travels as a secret", async () => {
    const local = named(await environmentGraph("dev-vm"), "lab-1-machine");
    const variables = local.inputs["environment"];
    const userData = (unmarked(variables) as Record<string, unknown>)["MACHINE_USER_DATA"];
    assert.ok(isSecret(variables) || isSecret(userData));
    assert.match(String(unmarked(userData)), /BEGIN OPENSSH PRIVATE KEY/);
    const libvirt = named(await environmentGraph("libvirt"), "kvm-1-machine");
    assert.ok(isSecret(libvirt.inputs["stdin"]));
    assert.match(String(unmarked(libvirt.inputs["stdin"])), /BEGIN OPENSSH PRIVATE KEY/);
  });
});

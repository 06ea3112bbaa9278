import * as assert from "node:assert/strict";
import { stepsOf } from "../support/steps";
import { planOf } from "../support/fixtures";
import type { Registered } from "../support/fake-engine";
import { operatorKey, type Graph } from "../support/graph";
import { isSecret, unmarked } from "../support/marks";
import {
  commandsOf,
  environmentGraph,
  environmentNames,
  environments,
  remoteCommandsOf,
} from "./environments";

for (const environment of environmentNames) {
  describe(`each command of ${environment}`, () => {
    let graph: Graph;
    let commands: readonly Registered[];
    const plan = planOf(environments[environment].stack, environments[environment].environment);
    const steps = new Map(stepsOf(plan).map((step) => [step.name, step]));
    const secretive = ({ name }: Registered): boolean =>
      (steps.get(name)?.secrets.length ?? 0) > 0 || name === "cluster-credentials";

    before(async () => {
      graph = await environmentGraph(environment);
      commands = remoteCommandsOf(graph);
    });

    it("is one step of the plan, under its name", () => {
      assert.deepEqual(commands.map(({ name }) => name).sort(), [...steps.keys()].sort());
      const names = graph.resources.map(({ name }) => name);
      assert.deepEqual(
        names.filter((name, index) => names.indexOf(name) !== index),
        [],
      );
    });

    it("connects only to a server that shows the pinned ed25519 key", () => {
      for (const command of commands) {
        assert.match(String(connectionOf(command)["hostKey"]), /^ssh-ed25519 [A-Za-z0-9+/]{68}$/);
      }
    });

    it("keeps its whole connection secret", () => {
      for (const { name, inputs } of commands) assert.ok(isSecret(inputs["connection"]), name);
    });

    it("gives up on a host that does not answer, after more tries where one boots", () => {
      for (const command of commands) {
        const { dialErrorLimit, perDialTimeout } = connectionOf(command);
        assert.ok(Number(dialErrorLimit) >= 20 && Number(dialErrorLimit) <= 500, command.name);
        assert.equal(perDialTimeout, 15);
      }
    });

    it("is never replaced: no triggers, as a replacement's delete would reset the new node", () => {
      for (const command of commandsOf(graph)) {
        assert.equal(command.inputs["triggers"], undefined, command.name);
        // The SDK itself adds this one to every command.
        assert.deepEqual(command.replaceOnChanges, ["triggers[*]"]);
        // Two machines of one name cannot be: the old one goes first. No step on a host does that.
        assert.equal(command.deleteBeforeReplace, command.name.endsWith("-machine"), command.name);
      }
    });

    it("hides no change but that of texts a machine reads on its first boot only", () => {
      const firstBoot = [
        "CONTAINER_AUTHORIZED_KEYS",
        "CONTAINER_HOST_KEY",
        "CONTAINER_HOST_PUBLIC_KEY",
        "MACHINE_NETWORK_CONFIG",
        "MACHINE_USER_DATA",
      ];
      for (const { name, type, ignoreChanges, inputs } of graph.resources) {
        const allowed = type === "command:local:Command" && name.endsWith("-machine");
        const given = Object.keys((unmarked(inputs["environment"]) as object | undefined) ?? {});
        const expected = firstBoot.filter((variable) => allowed && given.includes(variable));
        assert.deepEqual(
          [...ignoreChanges].sort(),
          expected.map((variable) => `environment.${variable}`),
          name,
        );
      }
    });

    it("sends no environment variable over SSH, its own former output neither", () => {
      for (const { name, inputs } of commands) {
        assert.equal(inputs["environment"], undefined, name);
        assert.equal(inputs["addPreviousOutputInEnv"], false, name);
      }
    });

    it("carries its script on standard input and only a short launcher in the command line", () => {
      for (const { name, inputs } of commands) {
        const step = steps.get(name);
        const seconds = String(step?.timeoutSeconds);
        for (const word of ["create", "delete"] as const) {
          const line = inputs[word];
          if (word === "delete" && step?.removes !== true) {
            assert.equal(line, undefined, name);
            continue;
          }
          const action = word === "create" ? "ensure" : "remove";
          assert.ok(typeof line === "string" && line.length < 300, name);
          assert.ok(line.endsWith(`timeout --kill-after=30 ${seconds} bash -s -- ${action}`), name);
        }
        assert.equal(inputs["update"], undefined, "create runs again, it is idempotent");
        const script = String(unmarked(inputs["stdin"]));
        assert.match(script, /\n(main|run_action) "\$@" <\/dev\/null\n$/, name);
        assert.match(script, /^set -euo pipefail$/m, name);
      }
    });

    it("takes one lock on the host, unless it only reads", () => {
      const unlocked = commands.filter(
        ({ inputs }) => !/^\s+lock$/m.test(String(unmarked(inputs["stdin"]))),
      );
      const readers = unlocked.filter(({ name }) => /-(preflight|credentials)$/.test(name));
      assert.deepEqual(
        unlocked.map(({ name }) => name).sort(),
        readers.map(({ name }) => name).sort(),
      );
    });

    it("has a secret standard input exactly where the step has secrets", () => {
      for (const { name, inputs } of commands) {
        const expected = (steps.get(name)?.secrets.length ?? 0) > 0;
        assert.equal(isSecret(inputs["stdin"]), expected, name);
      }
    });

    it("shows and keeps no output in the open where it handles a secret", () => {
      assert.ok(commands.some(secretive) && !commands.every(secretive));
      for (const command of commands) {
        const { name, inputs, additionalSecretOutputs } = command;
        assert.equal(inputs["logging"], secretive(command) ? "none" : "stderr", name);
        const secret = secretive(command) ? ["stderr", "stdout"] : [];
        assert.deepEqual(
          [...additionalSecretOutputs].sort(),
          ["connection", ...secret].sort(),
          name,
        );
      }
    });

    it("may take two hours, as the remote side ends it earlier", () => {
      for (const { name, createTimeout, updateTimeout } of commands) {
        assert.deepEqual([createTimeout, updateTimeout], ["2h", "2h"], name);
        assert.ok((steps.get(name)?.timeoutSeconds ?? 0) < 7200, name);
      }
    });

    it("has a hook that explains its failure", () => {
      for (const { name, onError } of commands) assert.equal(onError.length, 1, name);
    });

    it("is the only way onto a host: nothing is copied", () => {
      const types = new Set(graph.resources.map(({ type }) => type));
      assert.deepEqual(
        [...types].filter((type) => /Copy|:asset|:Provider/.test(type)),
        [],
      );
    });
  });
}

describe("the connection", () => {
  it("holds the declared key, and none where the SSH agent has it", async () => {
    const graph = await environmentGraph("prod", { withKey: true });
    assert.equal(graph.failure, undefined);
    for (const command of remoteCommandsOf(graph)) {
      assert.equal(connectionOf(command)["privateKey"], operatorKey);
    }
    for (const command of remoteCommandsOf(await environmentGraph("prod"))) {
      assert.ok(!("privateKey" in connectionOf(command)), command.name);
      assert.ok(!("agentSocketPath" in connectionOf(command)), command.name);
    }
  });

  it("has only fields the provider knows, as it prints an unknown one with all others", async () => {
    const known = ["host", "port", "user", "hostKey", "dialErrorLimit", "perDialTimeout"];
    const graph = await environmentGraph("prod", { withKey: true });
    for (const command of remoteCommandsOf(graph)) {
      assert.deepEqual(Object.keys(connectionOf(command)).sort(), [...known, "privateKey"].sort());
    }
  });
});

describe("the largest script", () => {
  it("fits many times into what one SSH connection carries", async () => {
    const commands = remoteCommandsOf(await environmentGraph("prod"));
    const sizes = commands.map(({ name, inputs }) => ({
      name,
      bytes: Buffer.byteLength(String(unmarked(inputs["stdin"]))),
    }));
    const largest = sizes.sort((a, b) => b.bytes - a.bytes)[0];
    process.stderr.write(`      largest: ${largest?.name} with ${largest?.bytes} bytes\n`);
    assert.ok((largest?.bytes ?? 0) < 1 << 20);
  });
});

function connectionOf({ inputs }: Registered): Readonly<Record<string, unknown>> {
  return unmarked(inputs["connection"]) as Readonly<Record<string, unknown>>;
}

/** A preview needs no SSH key; what a run would refuse, it says. */
import * as assert from "node:assert/strict";
import { join } from "node:path";
import { graphOf, operatorKey, type Graph } from "../support/graph";
import { environmentGraph, environments, remoteCommandsOf } from "./environments";

const ignored = (graph: Graph): readonly string[] => [
  ...new Set(remoteCommandsOf(graph).flatMap(({ ignoreChanges }) => ignoreChanges)),
];
const away = join(__dirname, "no-agent");
const wayOut =
  "start an SSH agent (SSH_AUTH_SOCK) or run pulumi config set --secret nordmesh:sshPrivateKey";
const noKey = `no SSH key for cp-1, cp-2, cp-3, worker-1, worker-2, worker-3: ${wayOut}`;
const noAgent = `SSH_AUTH_SOCK names ${away}, which does not exist; start the agent or unset it`;
const goesOn = "; a preview goes on without, up does not";

for (const [title, agentSocket, problem] of [
  ["with neither a key nor an agent", "", noKey],
  ["with an agent that is gone", away, noAgent],
] as const) {
  describe(`a preview of servers ${title}`, () => {
    let graph: Graph;
    before(async () => {
      graph = await graphOf({ ...environments.prod, preview: true, agentSocket });
    });

    it("shows the whole of it and says what a run will want", async () => {
      assert.equal(graph.failure, undefined);
      const urns = (one: Graph) => one.resources.map(({ urn }) => urn).sort();
      assert.deepEqual(urns(graph), urns(await environmentGraph("prod", { preview: true })));
      assert.deepEqual(graph.warnings, [`${problem}${goesOn}`]);
    });

    it("takes private keys as the state has them, and nothing else", () => {
      assert.deepEqual(ignored(graph), ["connection.privateKey"]);
      for (const { name, ignoreChanges } of remoteCommandsOf(graph)) {
        assert.deepEqual(ignoreChanges, ["connection.privateKey"], name);
      }
    });
  });

  describe(`a run on servers ${title}`, () => {
    it("is refused before it registers anything", async () => {
      const graph = await graphOf({ ...environments.prod, agentSocket });
      assert.match(graph.failure ?? "", new RegExp(problem.replace(/[()]/g, "\\$&")));
      assert.deepEqual(
        graph.resources.map(({ type }) => type),
        ["pulumi:pulumi:Stack"],
      );
    });
  });
}

describe("a preview that has what a run needs", () => {
  for (const [title, request] of [
    ["an agent", environments.prod],
    ["a key", { ...environments.prod, sshPrivateKey: operatorKey, agentSocket: "" }],
    ["machines on this computer alone", { ...environments.dev, agentSocket: "" }],
  ] as const) {
    it(`compares private keys and warns of nothing: ${title}`, async () => {
      const graph = await graphOf({ ...request, preview: true });
      assert.equal(graph.failure, undefined);
      assert.deepEqual([ignored(graph), graph.warnings], [[], []]);
    });
  }

  it("compares a declared key even where the agent is gone", async () => {
    const sshPrivateKey = operatorKey;
    const request = { ...environments.prod, sshPrivateKey, agentSocket: away };
    const graph = await graphOf({ ...request, preview: true });
    assert.deepEqual([ignored(graph), graph.warnings], [[], [`${noAgent}${goesOn}`]]);
  });
});

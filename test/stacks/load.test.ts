import * as assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { sshKeyPair } from "../../components/host/ssh-key";
import { loadStack } from "../../stacks/load";
import { localHost, stack } from "../support/fixtures";
import { inFolder } from "../support/programs";

const servers = JSON.stringify(stack());
const machines = JSON.stringify(stack({ hosts: { "lab-1": localHost() } }));
const noKey =
  "no SSH key for cp-1, worker-1: start an SSH agent (SSH_AUTH_SOCK) or run pulumi config set --secret nordmesh:sshPrivateKey";

const key = sshKeyPair(Buffer.alloc(32, 3).toString("base64")).privateKey;

describe("loadStack", () => {
  const agent = process.env["SSH_AUTH_SOCK"];
  beforeEach(() => {
    delete process.env["SSH_AUTH_SOCK"];
  });
  afterEach(() => {
    delete process.env["NORDMESH_STACK_FILE"];
  });
  after(() => {
    pulumi.runtime.setAllConfig({});
    if (agent !== undefined) process.env["SSH_AUTH_SOCK"] = agent;
  });

  it("refuses servers that no key opens", () => {
    assertRefused({ "nordmesh:stack": servers }, noKey);
  });

  it("takes a key from the configuration, as a secret", async () => {
    pulumi.runtime.setAllConfig({ "nordmesh:stack": servers, "nordmesh:sshPrivateKey": key });
    const { sshPrivateKey } = loadStack().secrets;
    assert.ok(sshPrivateKey !== undefined);
    assert.equal(await pulumi.isSecret(sshPrivateKey), true);
  });

  it("takes an agent instead", () => {
    process.env["SSH_AUTH_SOCK"] = __filename;
    pulumi.runtime.setAllConfig({ "nordmesh:stack": servers });
    assert.deepEqual(loadStack().secrets, {});
  });

  it("needs neither for machines on this computer", () => {
    pulumi.runtime.setAllConfig({ "nordmesh:stack": machines });
    assert.deepEqual(Object.keys(loadStack().config.hosts), ["lab-1"]);
  });

  it("refuses an agent socket that is not there, even with a key", () => {
    const socket = join(__dirname, "no-agent");
    process.env["SSH_AUTH_SOCK"] = socket;
    assertRefused(
      { "nordmesh:stack": servers, "nordmesh:sshPrivateKey": key },
      `SSH_AUTH_SOCK names ${socket}, which does not exist; start the agent or unset it`,
    );
  });

  it("refuses an unknown key of its own namespace and leaves others alone", () => {
    assertRefused(
      { "nordmesh:stak": servers, "other:key": "x" },
      'config: unknown key "nordmesh:stak"; did you mean "nordmesh:stack"?\nconfig: nordmesh:stack is missing; it holds the whole environment',
    );
  });

  it("sees how keys are written in the file that it is told of, not in another", () => {
    const canary = (version: string): string => `{ ${version}: 90, v2: 10 }`;
    const fileOf = (version: string): string => `config:
  nordmesh:stack:
    release: "2026.1"
    kubernetes: { endpoint: api.example.net:6443 }
    hosts: { lab-1: ${JSON.stringify(localHost())} }
    mesh: { mode: sidecar, namespaces: { shop: {} }, services: { shop/orders: { port: 80, canary: ${canary(version)} } } }
`;
    const { config } = load(fileOf('"1"')) as { config: Record<string, unknown> };
    pulumi.runtime.setAllConfig({ "nordmesh:stack": JSON.stringify(config["nordmesh:stack"]) });
    inFolder((folder) => {
      const told = (version: string): void => {
        const file = join(folder, "north.yaml");
        writeFileSync(file, fileOf(version));
        process.env["NORDMESH_STACK_FILE"] = file;
        loadStack();
      };
      told('"1"');
      assert.throws(() => told("1.0"), /canary\["1\.0"\]: .*; quote it: "1\.0"$/);
      assert.throws(() => told('"v1"'), /canary\.1: may have been 1\.0 without quotes; quote/);
    });
  });

  it("refuses a stack that is no map", () => {
    assertRefused({ "nordmesh:stack": "text" }, 'stack: got "text", expected a map');
  });
});

/** Refused in words alone: Pulumi prints such an error without a stack trace. */
function assertRefused(config: Record<string, string>, message: string): void {
  pulumi.runtime.setAllConfig(config);
  assert.throws(loadStack, (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.message, message);
    return pulumi.RunError.isInstance(error);
  });
}

import * as assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { prepareWorkspace } from "../engine/workspace";
import { controlPlane, localHost, root, stack, type Fields } from "../../test/support/fixtures";

describe("the workspace of a stack", () => {
  let folder: string;
  const agent = process.env["SSH_AUTH_SOCK"];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "nordmesh-workspace-"));
    process.env["SSH_AUTH_SOCK"] = "/run/agent";
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (agent === undefined) delete process.env["SSH_AUTH_SOCK"];
    else process.env["SSH_AUTH_SOCK"] = agent;
  });

  /** Of a file with these fields, outside of the project. */
  const prepared = (fields: Fields, more: { readonly secrets?: Record<string, string> } = {}) => {
    const stackFile = join(folder, "anything.yaml");
    writeFileSync(stackFile, JSON.stringify({ config: fields }));
    const place = { environment: "north", stateDir: join(folder, "state"), projectDir: root };
    return prepareWorkspace({ ...place, stackFile, ...more });
  };
  const servers = { "nordmesh:stack": stack() };

  it("has the file of the environment under the stack's name, wherever it lies", () => {
    const { directory, stack: declared } = prepared(servers);
    const copy = load(readFileSync(join(directory, "Pulumi.north.yaml"), "utf8"));
    assert.deepEqual(copy, { config: servers });
    assert.deepEqual(declared, stack());
  });

  it("gives providers the user's SSH agent where nothing else opens the servers", () => {
    const mixed = { hosts: { "lab-1": localHost(), "cp-1": controlPlane() } };
    assert.equal(prepared(servers).agentSocket, "/run/agent");
    assert.equal(prepared({ "nordmesh:stack": stack(mixed) }).agentSocket, "/run/agent");
  });

  it("withholds it where there is a key, and from machines that the stack makes", () => {
    const here = { "nordmesh:stack": stack({ hosts: { "lab-1": localHost() } }) };
    const key = { "nordmesh:sshPrivateKey": { secure: "v1:x" } };
    assert.equal(prepared(here).agentSocket, "");
    assert.equal(prepared({}).agentSocket, "");
    assert.equal(prepared(servers, { secrets: { sshPrivateKey: "x" } }).agentSocket, "");
    assert.equal(prepared({ ...servers, ...key }).agentSocket, "");
    // An earlier run left the key in the workspace.
    assert.equal(prepared(servers).agentSocket, "");
  });
});

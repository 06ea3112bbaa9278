import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  choosePlugins,
  describePlugins,
  linkPlugins,
  type PluginChoice,
} from "../../engine/plugins";
import { findPulumi } from "../../engine/pulumi";
import { ensureTool } from "../../toolchain";
import { type Loopback, serve } from "../support/loopback";

const variables = ["XDG_CACHE_HOME", "PULUMI_HOME", "NORDMESH_PLUGINS", "PATH"] as const;

describe("choice of plugins", function () {
  this.timeout(30_000);

  let pulumi: string;
  let directory: string;
  let server: Loopback;
  let lines: string[];
  /** Plugins the server has. */
  let served: readonly string[];
  const previous = variables.map((name) => [name, process.env[name]] as const);

  before(async function () {
    // Only a build for the first time takes long.
    this.timeout(60 * 60_000);
    pulumi = (await findPulumi()) ?? (await ensureTool("pulumi"));
  });

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "nordmesh-plugins-"));
    for (const name of ["plugin", "cache", "user"]) fs.mkdirSync(path.join(directory, name));
    process.env["XDG_CACHE_HOME"] = path.join(directory, "cache");
    process.env["PULUMI_HOME"] = path.join(directory, "user");
    process.env["PATH"] = "/usr/bin:/bin";
    delete process.env["NORDMESH_PLUGINS"];
    lines = [];
    served = ["command", "kubernetes", "random"];
    server = await serve((request, response) => {
      const [, name = ""] = /pulumi-resource-([a-z]+)-v/.exec(request.url ?? "") ?? [];
      if (!served.includes(name)) return void response.writeHead(404).end();
      response.end(archiveOf(`pulumi-resource-${name}`));
    });
  });

  afterEach(() => {
    server.close();
    for (const [name, value] of previous) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    fs.rmSync(directory, { recursive: true });
  });

  const choose = (from = server.origin): Promise<readonly PluginChoice[]> =>
    choosePlugins({ pulumi, server: from, print: (line) => lines.push(line) });

  function archiveOf(program: string): Buffer {
    const folder = path.join(directory, "plugin");
    fs.writeFileSync(path.join(folder, program), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    return execFileSync("tar", ["-cz", "-C", folder, program]);
  }

  it("is the official ones, installed once for all stacks, where the server has them", async () => {
    const choices = await choose();
    assert.match(describePlugins(choices), /^plugins: official command .*, random [0-9.]+$/);
    assert.equal(server.asked.length, 3);
    for (const home of ["first", "second"].map((name) => path.join(directory, name))) {
      linkPlugins(home, await choose());
      const env = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
      const text = execFileSync(pulumi, ["plugin", "ls", "--json"], { env }).toString();
      const known = (JSON.parse(text) as { name: string; version: string }[]).map(
        ({ name, version }) => `${name} ${version}`,
      );
      const chosen = choices.map(({ name, version }) => `${name} ${version}`);
      assert.deepEqual(known.sort(), chosen.sort());
    }
    assert.equal(server.asked.length, 3);
  });

  it("is the user's own where they are installed, without a question", async () => {
    for (const { name, version } of await choose(await away())) {
      const place = path.join(directory, "user", "plugins", `resource-${name}-v${version}`);
      fs.mkdirSync(place, { recursive: true });
      fs.writeFileSync(path.join(place, `pulumi-resource-${name}`), "");
    }
    const choices = await choose();
    assert.ok(choices.every(({ official }) => official?.startsWith(path.join(directory, "user"))));
    assert.deepEqual(server.asked, []);
  });

  it("is the stand-ins, with one line that says why, where the server cannot be reached", async () => {
    const origin = await away();
    assert.equal(describePlugins(await choose(origin)), "plugins: stand-ins");
    await choose(origin);
    assert.deepEqual(lines, [
      `${new URL(origin).host} cannot be reached (ECONNREFUSED): the lab's stand-ins take the place of official plugins`,
    ]);
  });

  it("has a stand-in for what the server does not have, and asks once", async () => {
    served = ["command"];
    const text = describePlugins(await choose());
    assert.match(text, /^plugins: official command [0-9.]+; stand-ins kubernetes .*, random/);
    const asked = server.asked.length;
    assert.equal(describePlugins(await choose()), text);
    assert.equal(server.asked.length, asked);
    const reasons = lines.filter((line) => line.includes("stand-ins"));
    assert.equal(reasons.length, 1);
    assert.match(reasons[0] ?? "", /^plugin kubernetes [0-9.]+ cannot be installed \(.*404/);
  });

  it("passes over a plugin whose installation was killed, and installs it again", async () => {
    const [first] = await choose();
    assert.ok(first?.official !== undefined);
    fs.writeFileSync(`${first.official}.partial`, "");
    const asked = server.asked.length;
    assert.deepEqual((await choose())[0], first);
    assert.equal(server.asked.length, asked + 1);
  });

  it("is the stand-ins where NORDMESH_PLUGINS=lab asks for them, whatever there is", async () => {
    await choose();
    process.env["NORDMESH_PLUGINS"] = "lab";
    const asked = server.asked.length;
    assert.equal(describePlugins(await choose()), "plugins: stand-ins");
    assert.equal(server.asked.length, asked);
  });
});

/** An address where nothing listens. */
async function away(): Promise<string> {
  const server = await serve(() => undefined);
  server.close();
  return server.origin;
}

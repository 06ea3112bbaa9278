import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as url from "node:url";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CreateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { toStruct } from "../stand-ins/rpc";

/** The process of the stand-ins, as the engine's parent starts it. */
describe("the stand-ins for plugins", function () {
  this.timeout(60_000);

  for (const way of ["their input ends", "they are told to end"]) {
    it(`end with the command that is under way when ${way}`, async () => {
      const home = fs.mkdtempSync(path.join(os.tmpdir(), "lab-stand-ins-"));
      const loader = url.pathToFileURL(require.resolve("tsx")).href;
      const main = path.join(__dirname, "..", "stand-ins", "main.ts");
      const child = spawn(process.execPath, ["--import", loader, main], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const ended = once(child, "exit");
      const [line] = (await once(child.stdout, "data")) as [Buffer];
      const port = /^command:(\d+),/.exec(line.toString())?.[1];
      const client = new ResourceProviderClient(
        `127.0.0.1:${port}`,
        grpc.credentials.createInsecure(),
      );
      const file = path.join(home, "pid");
      const request = new CreateRequest()
        .setUrn("urn:pulumi:test::nordmesh::command:local:Command::one")
        .setProperties(toStruct({ create: `echo $$ >${file}; exec sleep 600` }));
      const answered = new Promise<Error | null>((resolve) => client.create(request, resolve));
      while (!fs.existsSync(file) || fs.readFileSync(file, "utf8") === "") {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const pid = Number(fs.readFileSync(file, "utf8"));
      if (way === "their input ends") child.stdin.end();
      else child.kill("SIGTERM");
      assert.deepEqual(await ended, [0, null]);
      assert.ok((await answered) !== null);
      assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
      client.close();
      fs.rmSync(home, { recursive: true });
    });
  }
});

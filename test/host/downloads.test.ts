/** The shell functions that bring files onto a host, in a folder of their own. */
import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { planArtifacts, type ArtifactSource } from "../../components/host/artifacts";
import { readScripts } from "../../components/text/asset";
import { withVariables } from "../../components/text/shell";
import { root } from "../support/fixtures";

const components = join(root, "components");
const content = randomBytes(300_000);
const digest = sha256(content);
const vendorPath = "/release/v1/kubelet";

function sha256(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

type Responder = (request: IncomingMessage, response: ServerResponse) => void;

describe("artifacts on a host", function () {
  this.timeout(40_000);

  let folder: string;
  let server: Server;
  let base: string;
  let respond: Responder;
  let requests: string[];

  before(async () => {
    server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url} ${request.headers.range ?? ""}`.trim());
      respond(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "nordmesh-artifacts-"));
    requests = [];
    respond = (_, response) => response.end(content);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const cache = (): string => join(folder, "cache");
  const cached = (): readonly string[] => (existsSync(cache()) ? readdirSync(cache()) : []);

  /** Asks for one file and resolves with what `artifact` printed. */
  async function fetch(from: ArtifactSource, options: { name?: string; sha?: string } = {}) {
    const { name = "kubelet", sha = digest } = options;
    const url =
      from.source === "mirror" ? `https://dl.example.net${vendorPath}` : `${base}${vendorPath}`;
    const files = [{ name: "kubelet", version: "1", url, sha256: sha }];
    const plan = planArtifacts({ files, from });
    const variables = {
      HOST: "cp-1",
      SOURCE: plan.source,
      ARTIFACTS: plan.files.map(({ name, sha256, url }) => `${name} ${sha256} ${url}`).join("\n"),
      BUNDLE: plan.bundlePath,
      BUNDLE_SHA256: plan.bundleManifestSha256,
      RELEASE: "2026.1",
    };
    const scripts = readScripts(components, ["steps/scripts/common", "host/scripts/artifacts"]);
    const drive = [`CACHE='${cache()}'`, "check_bundle", `artifact '${name}'`].join("\n");
    return bash(withVariables(`${scripts}\n${drive}`, variables));
  }

  function bash(
    script: string,
  ): Promise<{ status: number | null; stdout: string; stderr: string }> {
    // A private HOME keeps the user's curlrc out; proxies would see loopback addresses.
    const env = { PATH: process.env["PATH"], HOME: folder, NO_PROXY: "*" };
    const child = spawn("bash", ["-s"], { env, cwd: folder });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    child.stdin.end(script);
    return new Promise((resolve) =>
      child.once("close", (status) => resolve({ status, ...output })),
    );
  }

  const internet: ArtifactSource = { source: "internet" };

  it("are downloaded once and kept under their digest", async () => {
    const first = await fetch(internet);
    const path = join(cache(), digest);
    assert.deepEqual([first.status, first.stdout], [0, path]);
    assert.deepEqual(readFileSync(path), content);
    assert.equal((await fetch(internet)).status, 0);
    assert.deepEqual(requests, [`GET ${vendorPath}`]);
    assert.deepEqual(cached(), [digest]);
  });

  it("come from a mirror below the vendor's host name", async () => {
    const mirror = {
      source: "mirror",
      url: `${base}/files/`,
      imageRepository: "m.example",
    } as const;
    assert.equal((await fetch(mirror)).status, 0);
    assert.deepEqual(requests, [`GET /files/dl.example.net${vendorPath}`]);
  });

  it("with another digest are refused and removed", async () => {
    const declared = "ab".repeat(32);
    const { status, stdout, stderr } = await fetch(internet, { sha: declared });
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(
      stderr,
      new RegExp(`cp-1: kubelet has digest ${digest}, declared is ${declared}: `),
    );
    assert.match(stderr, /was not installed \(http:\/\/127\.0\.0\.1:\d+\/release\/v1\/kubelet\)/);
    assert.deepEqual(cached(), []);
  });

  it("damaged in the cache are refused and fetched again by the next run", async () => {
    await fetch(internet);
    writeFileSync(join(cache(), digest), "damaged");
    assert.match((await fetch(internet)).stderr, /it was tampered with or damaged/);
    assert.equal((await fetch(internet)).status, 0);
  });

  it("survive a server that cuts the connection", async () => {
    respond = (_, response) => {
      if (requests.length > 1) return void response.end(content);
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 100_000), () => response.socket?.destroy());
    };
    const { status, stderr } = await fetch(internet);
    assert.equal(status, 0, stderr);
    assert.equal(requests.length, 2);
    assert.deepEqual(readFileSync(join(cache(), digest)), content);
  });

  it("survive a server that is overloaded for a moment", async () => {
    respond = (_, response) => {
      if (requests.length === 1) response.writeHead(503).end();
      else response.end(content);
    };
    assert.equal((await fetch(internet)).status, 0);
  });

  it("leave nothing half behind when they cannot be had", async () => {
    respond = (_, response) => response.writeHead(404).end("no such file");
    const { status, stderr } = await fetch(internet);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /cp-1: cannot download http:.*: check egress, or use artifacts: mirror or bundle/,
    );
    assert.ok(!cached().includes(digest));
  });

  describe("in a bundle", () => {
    const files: Readonly<Record<string, string>> = {
      RELEASE: "2026.1\n",
      kubelet: "a kubelet",
      "images/pause.tar": "an image",
    };
    const bundle = (): string => join(folder, "bundle");
    let manifestSha256: string;

    beforeEach(() => {
      const rows = Object.entries(files).map(([name, text]) => {
        mkdirSync(dirname(join(bundle(), name)), { recursive: true });
        writeFileSync(join(bundle(), name), text);
        return `${sha256(text)}  ${name}\n`;
      });
      writeFileSync(join(bundle(), "SHA256SUMS"), rows.sort().join(""));
      manifestSha256 = sha256(rows.sort().join(""));
    });

    const fetchFrom = (pinned: boolean, name = "kubelet") =>
      fetch({ source: "bundle", path: bundle(), ...(pinned && { manifestSha256 }) }, { name });

    it("are taken as they are, without any request", async () => {
      for (const name of ["kubelet", "images/pause.tar"]) {
        const { status, stdout, stderr } = await fetchFrom(true, name);
        assert.deepEqual(
          { status, stdout, stderr },
          { status: 0, stdout: join(bundle(), name), stderr: "" },
        );
      }
      assert.deepEqual([requests, cached()], [[], []]);
    });

    it("are refused when one was tampered with, and stay where they are", async () => {
      writeFileSync(join(bundle(), "kubelet"), "another kubelet");
      const { status, stdout, stderr } = await fetchFrom(true);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(
        stderr,
        /cp-1: kubelet has digest [0-9a-f]{64}, declared is [0-9a-f]{64}: it was/,
      );
      assert.ok(existsSync(join(bundle(), "kubelet")));
    });

    it("are refused when the manifest was tampered with", async () => {
      const forged = `${sha256("another kubelet")}  kubelet\n`;
      writeFileSync(join(bundle(), "kubelet"), "another kubelet");
      writeFileSync(join(bundle(), "SHA256SUMS"), forged);
      const { status, stdout, stderr } = await fetchFrom(true);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /this is another bundle or it was tampered with; nothing was installed/);
    });

    it("are refused when they are of another release", async () => {
      writeFileSync(join(bundle(), "RELEASE"), "2025.9\n");
      const { status, stderr } = await fetchFrom(true);
      assert.equal(status, 1);
      assert.match(
        stderr,
        /the bundle holds release 2025\.9, declared is 2026\.1; nothing was installed/,
      );
    });

    it("are refused when a file is missing", async () => {
      rmSync(join(bundle(), "kubelet"));
      const { status, stdout, stderr } = await fetchFrom(true);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /cp-1: cannot read .*\/bundle\/kubelet/);
    });

    it("are refused when the manifest does not list them", async () => {
      const { status, stderr } = await fetchFrom(true, "kubeadm");
      assert.equal(status, 1);
      assert.match(stderr, /cp-1: no checksum is declared for kubeadm/);
    });

    it("are refused when there is no bundle", async () => {
      rmSync(bundle(), { recursive: true });
      const { status, stderr } = await fetchFrom(false);
      assert.equal(status, 1);
      assert.match(stderr, /cp-1: no bundle at .*: SHA256SUMS is missing/);
    });
  });
});

import * as assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { download, NotServed, whyUnreachable } from "../toolchain/download";
import { type Loopback, serve } from "./support/loopback";

const content = Buffer.from("a program\n".repeat(20_000));
const sha256 = crypto.createHash("sha256").update(content).digest("hex");

describe("download", () => {
  let directory: string;
  let server: Loopback;
  let broken = 0;

  before(async () => {
    server = await serve((request, response) => {
      const url = request.url ?? "";
      if (url === "/good") return void response.end(content);
      if (url === "/moved") return void response.writeHead(302, { location: "/good" }).end();
      if (url === "/silent") return void response.write(content.subarray(0, 100));
      if (url === "/short") return void response.end(content.subarray(0, 100));
      if (url === "/breaks" || (url === "/breaks-once" && broken++ === 0)) {
        response.writeHead(200, { "content-length": content.length });
        return void response.write(content.subarray(0, 100), () => response.destroy());
      }
      if (url === "/breaks-once") return void response.end(content);
      response.writeHead(url === "/busy" ? 503 : 404).end("no such file");
    });
  });

  after(() => server.close());

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "lab-download-"));
  });

  afterEach(() => {
    fs.rmSync(directory, { recursive: true });
  });

  const fetchInto = (where: string, expected = sha256): Promise<void> =>
    download({
      url: `${server.origin}${where}`,
      file: path.join(directory, "file"),
      sha256: expected,
      patience: 300,
    });

  const timesAsked = (where: string): number => server.asked.filter((one) => one === where).length;

  for (const where of ["/good", "/moved", "/breaks-once"]) {
    it(`puts the whole file there, and nothing else, from ${where}`, async () => {
      await fetchInto(where);
      assert.deepEqual(fs.readFileSync(path.join(directory, "file")), content);
      assert.deepEqual(fs.readdirSync(directory), ["file"]);
    });
  }

  for (const { where, expected } of [
    { where: "/good", expected: "0".repeat(64) },
    { where: "/short", expected: sha256 },
  ]) {
    it(`refuses other content than the digest's from ${where}, asks once and keeps nothing`, async () => {
      const before = timesAsked(where);
      await assert.rejects(fetchInto(where, expected), (error: Error) => {
        assert.ok(!(error instanceof NotServed), "a wrong digest is no reason to build instead");
        assert.match(error.message, /has SHA-256 [0-9a-f]{64}, expected is [0-9a-f]{64}: not used/);
        return true;
      });
      assert.equal(timesAsked(where), before + 1);
      assert.deepEqual(fs.readdirSync(directory), []);
    });
  }

  for (const { where, message, times } of [
    { where: "/absent", message: /\/absent: the server answers 404$/, times: 1 },
    { where: "/busy", message: /\/busy: the server answers 503$/, times: 3 },
    { where: "/silent", message: /\/silent: nothing came for 0\.3 s$/, times: 3 },
    { where: "/breaks", message: /\/breaks: (other side closed|UND_ERR_SOCKET)/, times: 3 },
  ]) {
    it(`says that ${where} was not served, after asking ${times} times, and keeps nothing`, async () => {
      await assert.rejects(fetchInto(where), (error: Error) => {
        assert.ok(error instanceof NotServed, error.message);
        assert.match(error.message, message);
        return true;
      });
      assert.equal(timesAsked(where), times);
      assert.deepEqual(fs.readdirSync(directory), []);
    });
  }

  it("takes any content under its own digest only", async () => {
    let bytes: Uint8Array = Buffer.alloc(0);
    const echo = await serve((_request, response) => void response.end(bytes));
    const file = path.join(directory, "any");
    try {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.nat(63), async (chosen, place) => {
          bytes = chosen;
          const digest = crypto.createHash("sha256").update(bytes).digest("hex");
          const other = digest[place] === "0" ? "1" : "0";
          const wrong = digest.slice(0, place) + other + digest.slice(place + 1);
          fs.rmSync(file, { force: true });
          await assert.rejects(download({ url: echo.origin, file, sha256: wrong }), /not used/);
          assert.equal(fs.existsSync(file), false);
          await download({ url: echo.origin, file, sha256: digest });
          assert.deepEqual(fs.readFileSync(file), Buffer.from(bytes));
        }),
        { numRuns: 20 },
      );
    } finally {
      echo.close();
    }
  });
});

describe("question whether a server is there", () => {
  it("is answered by any status, and asked once for all of its files", async () => {
    let questions = 0;
    const server = await serveRaw((socket) => {
      questions += 1;
      socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    });
    const urls = ["/a", "/b", "/c"].map((where) => `${server.origin}${where}`);
    assert.deepEqual(await Promise.all(urls.map(whyUnreachable)), [
      undefined,
      undefined,
      undefined,
    ]);
    assert.equal(questions, 1);
    server.close();
  });

  it("is answered no where nothing listens", async () => {
    const server = await serveRaw(() => undefined);
    server.close();
    const { host } = new URL(server.origin);
    assert.equal(
      await whyUnreachable(`${server.origin}/file`),
      `${host} cannot be reached (ECONNREFUSED)`,
    );
  });

  it("is given up after two seconds where a server accepts and says nothing", async () => {
    const server = await serveRaw(() => undefined);
    const started = Date.now();
    assert.match((await whyUnreachable(server.origin)) ?? "", /\(no answer in 2 s\)$/);
    assert.ok(Date.now() - started < 4000);
    server.close();
  });
});

async function serveRaw(
  accept: (socket: net.Socket) => void,
): Promise<{ origin: string; close: () => void }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => accept(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { origin: `http://127.0.0.1:${port}`, close };
}

import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { printProgressWith } from "../toolchain/progress";
import { ensureDownloaded, findDownloaded, publishedDigest } from "../toolchain/release";
import { TOOL_GROUPS } from "../toolchain/table";
import type { ToolGroup } from "../toolchain/tool-group";
import { downloadRelease } from "../toolchain/tool";
import { VENDOR_FILES, type VendorFile } from "../toolchain/vendor";
import { releases } from "../../components/releases/releases";
import { type Loopback, serve } from "./support/loopback";

const digestOf = (bytes: Buffer): string => crypto.createHash("sha256").update(bytes).digest("hex");

describe("release of a vendor", () => {
  let directory: string;
  let server: Loopback;
  let archive: Buffer;
  let lines: string[];
  const previous = process.env["XDG_CACHE_HOME"];
  const script = Buffer.from("#!/bin/sh\necho tool 1.0\n");
  const group: ToolGroup = {
    name: "sample",
    module: "example.org/sample",
    version: "v1.0.0",
    programs: {},
    cgo: false,
    tags: [],
    linkerFlags: [],
    seconds: 1,
  };

  before(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "lab-release-"));
    fs.mkdirSync(path.join(directory, "in", "tool-1.0"), { recursive: true });
    for (const name of ["tool", "helper", "README"]) {
      fs.writeFileSync(path.join(directory, "in", "tool-1.0", name), script, { mode: 0o644 });
    }
    const file = path.join(directory, "tool.tar.gz");
    execFileSync("tar", ["-czf", file, "-C", path.join(directory, "in"), "./tool-1.0"]);
    archive = fs.readFileSync(file);
    server = await serve((request, response) => {
      const files: Record<string, Buffer | string> = {
        "/tool.tar.gz": archive,
        "/tool": script,
        "/tool.sha256": digestOf(script),
        "/sums": `${"0".repeat(64)}  other.tar.gz\n${digestOf(archive)} *tool.tar.gz\n`,
        "/wrong-sums": `${"0".repeat(64)}  tool.tar.gz\n`,
        "/other-sums": `${"0".repeat(64)}  other.tar.gz\n${"1".repeat(64)}  another.tar.gz\n`,
      };
      const found = files[request.url ?? ""];
      response.writeHead(found === undefined ? 404 : 200).end(found);
    });
  });

  after(() => {
    server.close();
    fs.rmSync(directory, { recursive: true });
  });

  beforeEach(() => {
    process.env["XDG_CACHE_HOME"] = fs.mkdtempSync(path.join(directory, "cache-"));
    lines = [];
    printProgressWith((line) => lines.push(line));
  });

  afterEach(() => {
    printProgressWith((line) => void process.stderr.write(`${line}\n`));
    if (previous === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = previous;
  });

  const inArchive = (sha256: VendorFile["sha256"]): VendorFile => ({
    url: `${server.origin}/tool.tar.gz`,
    sha256,
    programs: { tool: "tool-1.0/tool", helper: "tool-1.0/helper" },
  });

  it("gives the programs of an archive, executable, and nothing else of it", async () => {
    const made = await ensureDownloaded(inArchive(digestOf(archive)));
    assert.deepEqual(fs.readdirSync(made).sort(), ["helper", "tool"]);
    assert.equal(execFileSync(path.join(made, "tool")).toString(), "tool 1.0\n");
  });

  it("gives a program that is the file itself, by the digest published beside it", async () => {
    const url = `${server.origin}/tool`;
    const sha256 = { publishedAt: `${url}.sha256` };
    const made = await ensureDownloaded({ url, sha256, programs: { tool: "tool" } });
    assert.equal(execFileSync(path.join(made, "tool")).toString(), "tool 1.0\n");
  });

  it("is asked for once, and found from then on", async () => {
    const file = inArchive({ publishedAt: `${server.origin}/sums` });
    assert.equal(findDownloaded(file, "tool"), undefined);
    const made = await ensureDownloaded(file);
    const asked = server.asked.length;
    assert.equal(await ensureDownloaded(file), made);
    assert.equal(findDownloaded(file, "tool"), path.join(made, "tool"));
    assert.equal(server.asked.length, asked);
  });

  it("is not mistaken for another pin of the same file", async () => {
    await ensureDownloaded(inArchive(digestOf(archive)));
    assert.equal(findDownloaded(inArchive("0".repeat(64)), "tool"), undefined);
  });

  for (const { title, sha256 } of [
    { title: "pinned", sha256: () => "0".repeat(64) },
    { title: "published", sha256: () => ({ publishedAt: `${server.origin}/wrong-sums` }) },
  ]) {
    it(`is refused, and no build takes its place, when its digest is not the ${title} one`, async () => {
      const file = inArchive(sha256());
      await assert.rejects(downloadRelease({ file, group }), /has SHA-256 .* not used/);
      assert.equal(findDownloaded(file, "tool"), undefined);
      assert.ok(!lines.some((line) => line.includes("is built")));
    });
  }

  it("is refused when the vendor's digests leave it out", async () => {
    const file = inArchive({ publishedAt: `${server.origin}/other-sums` });
    await assert.rejects(downloadRelease({ file, group }), /no SHA-256 of tool\.tar\.gz/);
  });

  it("is refused when a program is not where it was", async () => {
    const file = { ...inArchive(digestOf(archive)), programs: { tool: "tool-2.0/tool" } };
    await assert.rejects(ensureDownloaded(file), /tool\.tar\.gz holds no tool-2\.0\/tool/);
    assert.equal(findDownloaded(file, "tool"), undefined);
  });

  it("is built, with one line that says why, where the server has no such file", async () => {
    const url = `${server.origin}/gone.tar.gz`;
    const file = { ...inArchive("0".repeat(64)), url };
    assert.equal(await downloadRelease({ file, group }), undefined);
    assert.deepEqual(
      lines.filter((line) => line.includes("built")),
      [`${url}: the server answers 404: sample v1.0.0 is built from its Go module`],
    );
  });

  it("is built, with one line that names the host, where the server cannot be reached", async () => {
    const away = await serve(() => undefined);
    away.close();
    const file = { ...inArchive("0".repeat(64)), url: `${away.origin}/tool.tar.gz` };
    assert.equal(await downloadRelease({ file, group }), undefined);
    const { host } = new URL(away.origin);
    assert.deepEqual(lines, [
      `${host} cannot be reached (ECONNREFUSED): sample v1.0.0 is built from its Go module`,
    ]);
  });
});

describe("published digests", () => {
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
  const fileName = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9._-]{0,30}$/);

  it("give every name its own, however the lines are spelt", () => {
    const table = fc.uniqueArray(fc.tuple(fileName, hex), {
      minLength: 1,
      maxLength: 8,
      selector: ([name]) => name,
    });
    const spelling = fc.constantFrom("  ", " *", "  ./", "\t");
    fc.assert(
      fc.property(table, spelling, fileName, (entries, between, stranger) => {
        const text = entries.map(([name, digest]) => `${digest}${between}${name}\n`).join("");
        for (const [name, digest] of entries) {
          assert.equal(publishedDigest({ text, name }), digest);
        }
        fc.pre(entries.every(([name]) => name !== stranger));
        assert.equal(publishedDigest({ text, name: stranger }), undefined);
      }),
    );
  });

  it("are for any name when they stand alone, and nothing else is a digest", () => {
    const digest = "ab".repeat(32);
    assert.equal(publishedDigest({ text: `${digest}\n`, name: "any" }), digest);
    for (const text of ["", "Not Found", "<html>", `${digest}0`, digest.slice(1)]) {
      assert.equal(publishedDigest({ text, name: "any" }), undefined, text);
    }
  });
});

describe("table of vendors", () => {
  const known = Object.entries(VENDOR_FILES).flatMap(([name, files]) =>
    files.map((file) => ({ group: TOOL_GROUPS.find((one) => one.name === name), file })),
  );

  it("has programs of the table's groups only, each once, and all of a group but Istio's in images", () => {
    const names = known.flatMap(({ group, file }) => {
      for (const program of Object.keys(file.programs)) {
        assert.ok(group !== undefined && program in group.programs, program);
      }
      return Object.keys(file.programs);
    });
    assert.deepEqual(names, [...new Set(names)]);
    const absent = TOOL_GROUPS.filter(({ name }) => name in VENDOR_FILES)
      .flatMap(({ programs }) => Object.keys(programs))
      .filter((program) => !names.includes(program));
    assert.deepEqual(absent.sort(), ["install-cni", "istio-cni", "pilot-agent", "pilot-discovery"]);
  });

  it("names each file by the version of its group, and takes it over TLS", () => {
    for (const { group, file } of known) {
      const version = group?.name === "istio" ? "1.31.1" : (group?.version.slice(1) ?? "");
      const published = typeof file.sha256 === "string" ? [] : [file.sha256.publishedAt];
      for (const url of [file.url, ...published]) {
        assert.match(url, /^https:\/\//);
        assert.ok(url.includes(version), `${url} is not of ${version}`);
      }
      if (typeof file.sha256 === "string") assert.match(file.sha256, /^[0-9a-f]{64}$/);
    }
  });

  it("agrees with the release set that the product downloads itself", () => {
    const set = releases["2026.1"]?.files ?? [];
    for (const { url, sha256 } of set) {
      const file = known.find((one) => one.file.url === url)?.file;
      assert.equal(file?.sha256, sha256, url);
    }
  });
});

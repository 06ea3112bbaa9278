import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import type * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { IMAGE_SETS } from "../bundle/images";
import { IMAGE_DIGESTS } from "../bundle/pins";
import { pullImage, registryOrigin } from "../bundle/pull";
import { writeTar } from "../bundle/tar";
import { NotServed } from "../toolchain";
import { type Loopback, serve } from "./support/loopback";

const reference = "registry.example/team/sample:v1";
const digestOf = (bytes: Buffer | string): string =>
  `sha256:${crypto.createHash("sha256").update(bytes).digest("hex")}`;

/** A registry that gives a token to anybody and takes nothing without it, as Docker Hub does. */
class Registry {
  readonly contents = new Map<string, Buffer>();
  readonly bearers: string[] = [];
  server: Loopback | undefined;

  put(bytes: Buffer | string, kind: "manifests" | "blobs"): string {
    const digest = digestOf(bytes);
    this.contents.set(`/v2/team/sample/${kind}/${digest}`, Buffer.from(bytes));
    return digest;
  }

  answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = request.url ?? "";
    if (url.startsWith("/token?")) {
      const token = url.includes("scope=repository") ? "for-anybody" : "none";
      return void response.end(JSON.stringify({ token }));
    }
    if (request.headers.authorization !== "Bearer for-anybody") {
      const realm = `${this.server?.origin}/token`;
      const scope = "repository:team/sample:pull";
      const challenge = `Bearer realm="${realm}",service="registry.example",scope="${scope}"`;
      return void response.writeHead(401, { "www-authenticate": challenge }).end();
    }
    const found = this.contents.get(url);
    response.writeHead(found === undefined ? 404 : 200).end(found);
  }
}

describe("image of a registry", () => {
  let directory: string;
  let registry: Registry;
  let layers: Buffer[];
  let config: string;
  let index: string;
  let packedLayer: string;

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "lab-pull-"));
    registry = new Registry();
    registry.server = await serve((request, response) => registry.answer(request, response));
    layers = [];
    for (const name of ["etc/base", "sample"]) {
      const file = path.join(directory, "layer");
      const entries = [{ name, kind: "text", mode: 0o644, text: name } as const];
      await writeTar({ path: file, gzip: false, entries });
      layers.push(fs.readFileSync(file));
      fs.rmSync(file);
    }
    config = JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config: { Entrypoint: ["/sample"] },
      rootfs: { type: "layers", diff_ids: layers.map(digestOf) },
    });
    const packed = layers.map((layer) => zlib.gzipSync(layer));
    const blobs = packed.map((blob) => registry.put(blob, "blobs"));
    packedLayer = blobs[0] ?? "";
    const manifest = registry.put(
      JSON.stringify({
        config: { digest: registry.put(config, "blobs") },
        layers: blobs.map((digest) => ({
          digest,
          mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
        })),
      }),
      "manifests",
    );
    const others = ["arm64", "unknown"].map((architecture) => ({
      digest: digestOf(architecture),
      platform: { os: "linux", architecture },
    }));
    const own = { digest: manifest, platform: { os: "linux", architecture: "amd64" } };
    const text = JSON.stringify({ manifests: [...others, own] });
    index = registry.put(text, "manifests");
    registry.contents.set("/v2/team/sample/manifests/v1", Buffer.from(text));
  });

  afterEach(() => {
    registry.server?.close();
    fs.rmSync(directory, { recursive: true });
  });

  const pull = (digest?: string): Promise<void> => {
    const file = path.join(directory, "image.tar");
    return pullImage({ reference, digest, file, origin: registry.server?.origin ?? "" });
  };

  const member = (name: string): Buffer =>
    execFileSync("tar", ["-xOf", path.join(directory, "image.tar"), name]);

  for (const by of ["tag", "digest"]) {
    it(`is written by ${by} as an archive of its uncompressed layers under its own name`, async () => {
      await pull(by === "digest" ? index : undefined);
      const [manifest] = JSON.parse(member("manifest.json").toString()) as [
        { RepoTags: string[]; Config: string; Layers: string[] },
      ];
      assert.deepEqual(manifest.RepoTags, [reference]);
      assert.equal(member(manifest.Config).toString(), config);
      assert.deepEqual(manifest.Layers.map(member), layers);
      assert.deepEqual(fs.readdirSync(directory), ["image.tar"]);
    });
  }

  for (const { title, spoil } of [
    { title: "index", spoil: () => `/v2/team/sample/manifests/${index}` },
    { title: "layer", spoil: () => `/v2/team/sample/blobs/${packedLayer}` },
    { title: "configuration", spoil: () => `/v2/team/sample/blobs/${digestOf(config)}` },
  ]) {
    it(`is refused and not written when its ${title} is not what its digest says`, async () => {
      registry.contents.set(spoil(), zlib.gzipSync(Buffer.from("something else")));
      await assert.rejects(pull(index), (error: Error) => {
        assert.ok(!(error instanceof NotServed));
        assert.match(error.message, /expected is .*: not used/);
        return true;
      });
      assert.deepEqual(fs.readdirSync(directory), []);
    });
  }

  it("is not served, rather than wrong, where the registry has no such tag", async () => {
    registry.contents.delete("/v2/team/sample/manifests/v1");
    await assert.rejects(pull(), (error: Error) => {
      assert.ok(error instanceof NotServed);
      assert.match(error.message, /manifests\/v1: the server answers 404$/);
      return true;
    });
  });

  it("is refused when it has no variant for this kind of machine", async () => {
    const text = JSON.stringify({ manifests: [] });
    registry.contents.set("/v2/team/sample/manifests/v1", Buffer.from(text));
    await assert.rejects(pull(), /no variant for x86-64 Linux/);
  });
});

describe("registries of the bundle's images", () => {
  it("answer under the host in the image's name, Docker Hub's under its own", () => {
    const images = Object.values(IMAGE_SETS).flat();
    for (const { reference: name } of images) {
      const host = name.split("/")[0] ?? "";
      const expected = host === "docker.io" ? "registry-1.docker.io" : host;
      assert.equal(registryOrigin(name), `https://${expected}`);
    }
  });

  it("have no pinned digest for an image that the bundle no longer holds", () => {
    const names = Object.values(IMAGE_SETS)
      .flat()
      .map(({ reference: name }) => name);
    for (const [name, digest] of Object.entries(IMAGE_DIGESTS)) {
      assert.ok(names.includes(name), name);
      assert.match(digest, /^sha256:[0-9a-f]{64}$/);
    }
  });
});

import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { MANIFEST, writeManifest } from "../bundle/checksums";
import { writeDockerArchive } from "../bundle/docker-archive";
import { RELEASE } from "../bundle/contents";
import { FLANNEL_IMAGES, IMAGE_SETS, KUBEADM_IMAGES, MESH_IMAGES } from "../bundle/images";
import { type TarEntry, writeTar } from "../bundle/tar";
import { releases } from "../../components/releases/releases";

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "lab-bundle-"));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

describe("archive writer", () => {
  const member = fc.record({
    name: fc.stringMatching(/^[a-z]{1,12}(\/[a-z]{1,120}){0,2}$/),
    text: fc.string({ maxLength: 2000 }),
    mode: fc.constantFrom(0o644, 0o755, 0o600),
  });

  it("writes what tar reads back, byte for byte the same each time", async () => {
    // Asked for a file, tar also prints what is below its name, as if it were a folder.
    const members = fc
      .uniqueArray(member, { maxLength: 6, selector: ({ name }) => name })
      .filter((all) => !all.some((a) => all.some((b) => b.name.startsWith(`${a.name}/`))));
    await fc.assert(
      fc.asyncProperty(members, async (chosen) => {
        const entries = chosen.map((one): TarEntry => ({ ...one, kind: "text" }));
        const [first, second] = [path.join(directory, "a.tar"), path.join(directory, "b.tar")];
        const digest = await writeTar({ path: first, entries, gzip: false });
        await writeTar({ path: second, entries, gzip: false });
        assert.equal(digest, sha256(fs.readFileSync(first)));
        assert.deepEqual(fs.readFileSync(first), fs.readFileSync(second));
        for (const { name, text } of chosen) {
          assert.deepEqual(tar("-xOf", first, name), Buffer.from(text), name);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("answers the digest of the uncompressed bytes when it compresses", async () => {
    const file = path.join(directory, "a.tgz");
    const entries: TarEntry[] = [{ name: "a", kind: "text", mode: 0o644, text: "hello" }];
    const digest = await writeTar({ path: file, entries, gzip: true });
    assert.equal(digest, sha256(execFileSync("gzip", ["-dc", file])));
  });
});

describe("image archive", () => {
  it("names each layer by its content and lists it in both documents, bottom first", async () => {
    const file = path.join(directory, "image.tar");
    const base = path.join(directory, "base.tar");
    await writeTar({ path: base, gzip: false, entries: [text({ name: "etc/base" })] });
    const image = {
      reference: "registry.k8s.io/sample:v1",
      entrypoint: ["/sample"],
      command: ["serve"],
      user: "65535:65535",
      workingDirectory: "/srv",
      layers: [{ archive: base }, { entries: [text({ name: "sample" })] }],
    };
    await writeDockerArchive({ file, image });
    const [manifest] = json(tar("-xOf", file, "manifest.json")) as [Manifest];
    const config = tar("-xOf", file, manifest.Config);
    const layers = manifest.Layers.map((name) => tar("-xOf", file, name));
    assert.deepEqual(manifest.RepoTags, [image.reference]);
    assert.equal(manifest.Config, `${sha256(config)}.json`);
    assert.deepEqual(layers[0], fs.readFileSync(base));
    assert.deepEqual(
      (json(config) as Config).rootfs.diff_ids,
      layers.map((layer) => `sha256:${sha256(layer)}`),
    );
    assert.deepEqual((json(config) as Config).config, {
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      WorkingDir: "/srv",
      Entrypoint: ["/sample"],
      Cmd: ["serve"],
      User: "65535:65535",
    });
    assert.deepEqual(fs.readdirSync(directory).sort(), ["base.tar", "image.tar"]);
  });
});

describe("bundle images", () => {
  it("are those kubeadm 1.36.4 asks for", () => {
    assert.deepEqual(KUBEADM_IMAGES.map(({ reference }) => reference).sort(), [
      "registry.k8s.io/coredns/coredns:v1.14.2",
      "registry.k8s.io/etcd:3.6.8-0",
      "registry.k8s.io/kube-apiserver:v1.36.4",
      "registry.k8s.io/kube-controller-manager:v1.36.4",
      "registry.k8s.io/kube-proxy:v1.36.4",
      "registry.k8s.io/kube-scheduler:v1.36.4",
      "registry.k8s.io/pause:3.10.2",
    ]);
  });

  it("are those of the pod network of its release set, where every cluster finds them", () => {
    const { daemon, cniPlugin } = releases[RELEASE]?.flannel ?? {};
    const held = IMAGE_SETS.kubernetes?.map(({ reference }) => reference) ?? [];
    assert.deepEqual(
      [daemon, cniPlugin].filter((one) => one === undefined || !held.includes(one)),
      [],
    );
  });

  it("hold what the containers of the pod network run", () => {
    const commands = ["/opt/bin/flanneld", "/opt/bin/install-conf", "/flannel"];
    const paths = FLANNEL_IMAGES.flatMap(({ programs }) => Object.values(programs));
    assert.deepEqual(
      paths.map((one) => `/${one}`),
      commands,
    );
  });

  it("are, besides, those that a sidecar mesh of Istio 1.31.1 and its sample ask for", () => {
    assert.deepEqual(MESH_IMAGES.map(({ reference }) => reference).sort(), [
      "docker.io/fortio/fortio:1.75.3",
      "docker.io/istio/install-cni:1.31.1",
      "docker.io/istio/pilot:1.31.1",
      "docker.io/istio/proxyv2:1.31.1",
    ]);
  });

  it("have each a file of their own and start a program that they hold, or that their tree has", () => {
    for (const images of Object.values(IMAGE_SETS)) {
      const names = images.map(({ name }) => name);
      assert.deepEqual(names, [...new Set(names)]);
    }
    for (const { name, entrypoint, command = [], programs } of Object.values(IMAGE_SETS).flat()) {
      const start = [...entrypoint, ...command][0];
      // FRR is Debian's: the script of its tree starts it once to see that it is there.
      if (start === undefined || Object.keys(programs).length === 0) continue;
      assert.ok(Object.values(programs).includes(start.slice(1)), `${name}: ${start}`);
    }
  });

  it("run the control plane as a numbered user that is not root, with an account", () => {
    const pilot = MESH_IMAGES.find(({ name }) => name === "istio-pilot");
    assert.equal(pilot?.user, "1337:1337");
    assert.deepEqual(pilot.accounts, { "istio-proxy": 1337 });
  });

  it("give every sidecar the bootstrap template where the agent looks for it", () => {
    const proxy = MESH_IMAGES.find(({ name }) => name === "istio-proxyv2");
    assert.deepEqual(Object.keys(proxy?.files ?? {}), [
      "var/lib/istio/envoy/envoy_bootstrap_tmpl.json",
    ]);
    assert.equal(proxy?.tree, "packet-filter");
  });
});

describe("bundle manifest", () => {
  beforeEach(() => {
    fs.mkdirSync(path.join(directory, "images"));
    fs.writeFileSync(path.join(directory, "runc"), "runc");
    fs.writeFileSync(path.join(directory, "RELEASE"), "2026.1\n");
    fs.writeFileSync(path.join(directory, "images", "pause.tar"), "pause");
  });

  it("covers every file but itself, in byte order, and answers its own digest", async () => {
    const digest = await writeManifest(directory);
    const manifest = fs.readFileSync(path.join(directory, MANIFEST), "utf8");
    const names = manifest
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(66));
    assert.deepEqual(names, ["RELEASE", "images/pause.tar", "runc"]);
    assert.equal(digest, sha256(Buffer.from(manifest)));
    assert.equal(await writeManifest(directory), digest);
  });

  it("is accepted by sha256sum, which refuses a changed file", async () => {
    await writeManifest(directory);
    const check = (): Buffer =>
      execFileSync("sha256sum", ["-c", "--strict", "--quiet", MANIFEST], {
        cwd: directory,
        stdio: "pipe",
      });
    check();
    fs.appendFileSync(path.join(directory, "runc"), "!");
    assert.throws(check, (error: { stdout: Buffer }) => {
      return error.stdout.toString("utf8").includes("runc: FAILED");
    });
  });
});

interface Manifest {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

interface Config {
  readonly config: unknown;
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

function text({ name }: { name: string }): TarEntry {
  return { name, kind: "text", mode: 0o644, text: name };
}

function json(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString("utf8"));
}

function tar(...args: string[]): Buffer {
  return execFileSync("tar", args, { stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 24 });
}

function sha256(bytes: Buffer): string {
  return crypto.createHash("sha256").update(bytes).digest("hex");
}

import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { bundleKey, setsOf, setsWith } from "../bundle";
import { imagesOf } from "../bundle/images";
import { chartsKey } from "../charts";
import { cachedPath } from "../toolchain";

describe("sets of images", () => {
  let home: string;
  const previous = process.env["XDG_CACHE_HOME"];

  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), "lab-sets-"));
    process.env["XDG_CACHE_HOME"] = home;
  });

  afterEach(() => {
    if (previous === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = previous;
    fs.rmSync(home, { recursive: true });
  });

  it("are Kubernetes and the mesh where nothing else is asked for", () => {
    assert.deepEqual(setsWith([]), ["kubernetes", "mesh"]);
    assert.deepEqual(setsWith(["mesh"]), ["kubernetes", "mesh"]);
  });

  it("are, besides, what is asked for and the lab makes, in one order", () => {
    const asked = ["cilium", "metrics-server", "load-balancer"] as const;
    const made = ["kubernetes", "mesh", "load-balancer", "metrics-server"];
    assert.deepEqual(
      setsWith(asked).filter((set) => set !== "cilium"),
      made,
    );
  });

  it("have for ambient what its profile asks for, the variants without a shell, and its proxy of the nodes", () => {
    const references = (set: "mesh" | "ambient"): readonly string[] =>
      (imagesOf([set])[set] ?? []).map(({ reference }) => reference);
    const ofIstio = references("mesh").filter((name) => name.startsWith("docker.io/istio/"));
    assert.equal(ofIstio.length, 3);
    const found = references("ambient");
    for (const name of ofIstio) assert.ok(found.includes(`${name}-distroless`), name);
    assert.ok(found.some((name) => /^docker\.io\/istio\/ztunnel:[\d.]+-distroless$/.test(name)));
  });

  it("change the bundle and the charts of those who ask for them, and of nobody else", () => {
    const common = ["kubernetes", "mesh"] as const;
    const more = [...common, "load-balancer"] as const;
    assert.notEqual(bundleKey(more), bundleKey(common));
    assert.notEqual(chartsKey(more), chartsKey(common));
    assert.equal(chartsKey(common), chartsKey([]));
  });

  it("are read back from the bundle that is there, by whatever name it is reached", () => {
    const link = path.join(home, "link");
    fs.symlinkSync(bundleOf(["kubernetes", "mesh"]), link);
    assert.deepEqual(setsOf(link), ["kubernetes", "mesh"]);
    fs.rmSync(link);
    fs.symlinkSync(bundleOf(["kubernetes", "mesh", "load-balancer"]), link);
    assert.deepEqual(setsOf(link), ["kubernetes", "mesh", "load-balancer"]);
  });

  it("are not read from a bundle that another recipe made, nor from one that is not there", () => {
    const old = path.join(home, "nordmesh", "bundle-0123456789abcdef", "bundle");
    for (const set of ["kubernetes", "mesh"]) {
      fs.mkdirSync(path.join(old, "images", set), { recursive: true });
    }
    assert.deepEqual(setsOf(old), []);
    assert.deepEqual(setsOf(path.join(home, "absent")), []);
  });

  function bundleOf(sets: Parameters<typeof bundleKey>[0]): string {
    const dir = path.join(cachedPath({ name: "bundle", key: bundleKey(sets) }), "bundle");
    for (const set of sets) fs.mkdirSync(path.join(dir, "images", set), { recursive: true });
    return dir;
  }
});

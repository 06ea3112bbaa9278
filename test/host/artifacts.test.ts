import * as assert from "node:assert/strict";
import { planArtifacts } from "../../components/host/artifacts";
import { releases } from "../../components/releases/releases";

const files = releases["2026.1"]?.files ?? [];

describe("artifacts", () => {
  it("come from the vendor's own address over TLS, each with its digest", () => {
    assert.ok(files.length > 0);
    for (const file of files) {
      assert.match(file.url, /^https:\/\//);
      assert.ok(file.url.includes(file.version), file.name);
      assert.match(file.sha256, /^[0-9a-f]{64}$/);
    }
  });

  it("come from the same path below a mirror, whatever slashes its address ends in", () => {
    const from = {
      source: "mirror",
      url: "http://mirror.example.net/x//",
      imageRepository: "r",
    } as const;
    const [kubeadm] = planArtifacts({ files, from }).files;
    assert.equal(
      kubeadm?.url,
      "http://mirror.example.net/x/dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubeadm",
    );
  });

  it("keep the digest whatever the source", () => {
    const digests = files.map((file) => file.sha256);
    const sources = [
      { source: "internet" },
      { source: "mirror", url: "http://m", imageRepository: "r" },
      { source: "bundle", path: "/b" },
    ] as const;
    for (const from of sources) {
      assert.deepEqual(
        planArtifacts({ files, from }).files.map((file) => file.sha256),
        digests,
      );
    }
  });
});

import * as assert from "node:assert/strict";
import { parse } from "smol-toml";
import { renderContainerd } from "../../components/host/containerd";
import { needs, releaseProgram, run, inFolder } from "../support/programs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const config = renderContainerd({ pauseImage: "registry.k8s.io/pause:3.10.2" });

describe("containerd configuration", () => {
  it("is understood by containerd, field by field", function () {
    const found = releaseProgram("containerd", "NORDMESH_CONTAINERD");
    const program = needs(this, {
      program: found,
      probe: [found ?? "", "--version"],
      hint: "no containerd; NORDMESH_CONTAINERD may name one",
    });
    const dump = inFolder((folder) => {
      const file = join(folder, "config.toml");
      writeFileSync(file, config);
      return run([program, "--config", file, "config", "dump"]);
    });
    assert.equal(dump.status, 0, dump.output);
    assert.doesNotMatch(dump.output, /level=(warning|error)/);
    const merged = parse(dump.output.slice(dump.output.indexOf("version = "))) as Document;
    assertHolds(merged, parse(config), "");
  });

  it("puts containers under systemd's cgroups and keeps kubeadm's pause image", () => {
    assert.match(config, /SystemdCgroup = true/);
    assert.match(config, /sandbox = "registry\.k8s\.io\/pause:3\.10\.2"/);
  });
});

type Document = Readonly<Record<string, unknown>>;

/** Every value of ours is in what containerd works with; a key it dropped would be missing. */
function assertHolds(merged: unknown, ours: unknown, path: string): void {
  if (typeof ours !== "object" || ours === null || Array.isArray(ours)) {
    assert.deepEqual(merged, ours, path);
    return;
  }
  for (const [key, value] of Object.entries(ours)) {
    assertHolds((merged as Document | undefined)?.[key], value, `${path}.${key}`);
  }
}

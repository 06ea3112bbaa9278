import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { buildArgs } from "../toolchain/tool";
import { ISTIO_RELEASE, PAUSE_VERSION, TOOL_GROUPS } from "../toolchain/table";
import { WHEELS } from "../toolchain/wheels";

const GO = path.join(__dirname, "../toolchain/go");

describe("toolchain table", () => {
  for (const group of TOOL_GROUPS) {
    const goMod = fs.readFileSync(path.join(GO, group.name, "go.mod"), "utf8");

    it(`pins ${group.name} to the version its go.mod selects`, () => {
      assert.match(
        goMod,
        new RegExp(`^\\s+${escape(`${group.module} ${group.version}`)}( |$)`, "m"),
      );
    });

    it(`names every program of ${group.name} as a tool of its go.mod, and no other`, () => {
      assert.deepEqual(toolsOf(goMod).sort(), Object.values(group.programs).sort());
    });
  }

  it("has one owner for every program name", () => {
    const built = TOOL_GROUPS.flatMap(({ programs }) => Object.keys(programs));
    const names = ["pause", ...WHEELS.map(({ name }) => name), ...built];
    assert.deepEqual(names, [...new Set(names)]);
  });

  it("stamps the pinned version wherever a program does not carry its own", () => {
    for (const name of ["pulumi", "kubernetes", "containerd", "cni", "flannel", "helm"]) {
      const group = TOOL_GROUPS.find((candidate) => candidate.name === name);
      assert.ok(group && buildArgs(group).join(" ").includes(`ersion=${group.version}`), name);
    }
  });

  it("stamps Istio's programs with the release they stand for, and with their real commit", () => {
    const istio = TOOL_GROUPS.find(({ name }) => name === "istio");
    const args = istio === undefined ? "" : buildArgs(istio).join(" ");
    assert.match(args, new RegExp(`buildVersion=${escape(ISTIO_RELEASE)} `));
    const commit = istio?.version.split("-").at(-1);
    assert.ok(commit !== undefined && args.includes(`buildGitRevision=${commit} `));
  });

  it("pins every wheel by a digest and by a file name of its version for x86-64", () => {
    for (const { file, project, version, sha256 } of WHEELS) {
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.ok(file.startsWith(`${project.replaceAll("-", "_")}-${version}-`), file);
      assert.match(file, /_x86_64\.whl$/);
    }
  });

  it("spells the pause version as an image tag", () => {
    assert.match(PAUSE_VERSION, /^\d+\.\d+(\.\d+)?$/);
  });
});

function toolsOf(goMod: string): string[] {
  const block = /^tool \(\n([^)]*)\)/m.exec(goMod)?.[1] ?? "";
  const single = /^tool ([^(\s]\S*)$/m.exec(goMod)?.[1];
  const lines = block.split("\n").map((line) => line.trim());
  return single === undefined ? lines.filter((line) => line !== "") : [single];
}

function escape(text: string): string {
  return text.replaceAll(/[.\/]/g, "\\$&");
}

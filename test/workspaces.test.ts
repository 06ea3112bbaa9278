import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./support/fixtures";
import { sources } from "./support/sources";

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly private?: boolean;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly peerDependencies?: Versions;
}

const top = manifestOf(".");
const folders = top.workspaces ?? [];
const manifests = new Map([".", ...folders].map((folder) => [folder, manifestOf(folder)]));

describe("the workspaces", () => {
  it("declare each package that their files import", () => {
    const undeclared = sources.flatMap(({ file, packages }) => {
      const owner = folders.find((folder) => file.startsWith(`${folder}/`)) ?? ".";
      const { dependencies, devDependencies, peerDependencies } = manifestIn(owner);
      const declared = { ...dependencies, ...devDependencies, ...peerDependencies };
      return packages
        .filter((name) => !Object.hasOwn(declared, name))
        .map((name) => `${file} imports ${name}, which ${owner}/package.json does not declare`);
    });
    assert.deepEqual(undeclared, []);
  });

  it("pin what they do not publish exactly, and a package to one version everywhere", () => {
    const pins = [...manifests.values()].flatMap((manifest) =>
      manifest.private ? pinsOf(manifest) : [],
    );
    const ranges = pins.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    assert.deepEqual(ranges, []);
    const versions = new Set(pins.map((pin) => pin.join(" ")));
    assert.equal(versions.size, new Set(pins.map(([name]) => name)).size, [...versions].join(", "));
  });
});

function pinsOf({ dependencies, devDependencies }: Manifest): readonly [string, string][] {
  return Object.entries({ ...dependencies, ...devDependencies });
}

function manifestIn(folder: string): Manifest {
  return manifests.get(folder) ?? assert.fail(`${folder} is no workspace`);
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
}

import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentFile, findEnvironment, readEnvironment } from "../../stacks/environment";
import { parseStack } from "../../components/environment/parse";
import { root, stack } from "../support/fixtures";

describe("what a command is told to work on", () => {
  let folder: string;
  const outer = process.env["INIT_CWD"];
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "nordmesh-environment-"));
  });
  afterEach(() => {
    if (outer === undefined) delete process.env["INIT_CWD"];
    else process.env["INIT_CWD"] = outer;
  });
  after(() => rmSync(folder, { recursive: true }));

  it("may be the name of an environment, whose file lies beside Pulumi.yaml", () => {
    const file = join(root, "Pulumi.dev-vm.yaml");
    assert.deepEqual(findEnvironment("dev-vm"), { environment: "dev-vm", file });
  });

  it("may be the path of a file, which names the environment", () => {
    for (const [path, environment] of [
      ["/srv/Pulumi.g3.yaml", "g3"],
      ["/srv/Pulumi.north.2.yaml", "north.2"],
      ["/srv/g3.yaml", "g3"],
      ["/srv/g3.yml", "g3"],
      ["/srv/g3", "g3"],
    ] as const) {
      assert.deepEqual(environmentFile(path), { environment, file: path });
    }
  });

  it("may be a path from where npm was called", () => {
    process.env["INIT_CWD"] = join(root, "examples");
    const file = join(root, "examples/Pulumi.g3.yaml");
    assert.deepEqual(findEnvironment("Pulumi.g3.yaml"), { environment: "g3", file });
    delete process.env["INIT_CWD"];
    assert.equal(environmentFile("Pulumi.g3.yaml").file, join(process.cwd(), "Pulumi.g3.yaml"));
  });

  it("is read alike, wherever its file is", () => {
    const file = join(folder, "north.yaml");
    writeFileSync(file, JSON.stringify({ config: { "nordmesh:stack": stack() } }));
    const config = parseStack(stack());
    assert.deepEqual(readEnvironment(file), { environment: "north", file, config });
  });

  const refused: readonly (readonly [string, string, string])[] = [
    [
      "a misspelt name",
      "prdo",
      'no environment "prdo", as there is no Pulumi.prdo.yaml; did you mean "prod"?',
    ],
    [
      "a name that nothing resembles",
      "constructor",
      'no environment "constructor", as there is no Pulumi.constructor.yaml; allowed are dev, dev-vm, prod',
    ],
    ["a file that is not there", "/nowhere/g3.yaml", "/nowhere/g3.yaml does not exist"],
    ...["", "-x", "dev!", "/srv/my cluster.yaml", "/srv/.yaml", ".."].map(
      (word) =>
        [
          `${JSON.stringify(word)}, which no stack can be called`,
          word,
          `${JSON.stringify(word)} names no environment; expected letters, digits, "-", "_" or ".", or a file named like Pulumi.north-2.yaml`,
        ] as const,
    ),
  ];
  for (const [title, word, message] of refused) {
    it(`is refused as ${title}`, () => {
      assert.throws(() => readEnvironment(word), { name: "ConfigError", message });
    });
  }

  it("is refused by path for text that is no YAML", () => {
    const file = join(folder, "broken.yaml");
    writeFileSync(file, "config: [");
    assert.throws(() => readEnvironment(file), {
      name: "ConfigError",
      message: new RegExp(`^${file}: `),
    });
  });
});

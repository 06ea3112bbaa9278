import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { renderLauncher, renderScript } from "../../components/steps/script";
import type { ScriptStep } from "../../components/steps/step";
import { withVariables } from "../../components/text/shell";

const step: ScriptStep = {
  kind: "script",
  after: [],
  name: "cp-1-node",
  host: "cp-1",
  title: "a step",
  scripts: [],
  files: {},
  values: {},
  inputs: {},
  removes: true,
  timeoutSeconds: 1,
};

/** Programs on PATH: `id` that says who we are, and `sudo` that allows or refuses. */
function programs(folder: string, as: { readonly root: boolean; readonly sudo: boolean }): void {
  const program = (name: string, body: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  for (const name of ["bash", "timeout", "sh", "sleep", "cat", "trap"]) {
    const found = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();
    if (found.startsWith("/")) symlinkSync(found, join(folder, name));
  }
  program("id", `case $1 in -u) echo ${as.root ? 0 : 1000} ;; *) echo ops ;; esac`);
  program("hostname", "echo cp-1");
  const allowed = 'shift; [ "$1" = true ] && exit 0; echo sudo >>"$TRACE"; exec "$@"';
  const refused = "echo sudo: a password is required >&2; exit 1";
  program("sudo", as.sudo ? allowed : refused);
}

describe("the launcher", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "nordmesh-launcher-"));
    writeFileSync(join(folder, "trace"), "");
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function launch(args: {
    readonly root?: boolean;
    readonly sudo?: boolean;
    readonly action?: "ensure" | "remove";
    readonly stdin?: string;
  }) {
    const { root = false, sudo = true, action = "ensure", stdin = 'echo "got $1"' } = args;
    programs(folder, { root, sudo });
    const done = spawnSync("/bin/sh", ["-c", renderLauncher(step, action)], {
      input: stdin,
      encoding: "utf8",
      env: { PATH: folder, TRACE: join(folder, "trace") },
    });
    const usedSudo = readFileSync(join(folder, "trace"), "utf8") !== "";
    return { status: done.status, stdout: done.stdout, stderr: done.stderr, usedSudo };
  }

  it("runs the script from standard input as root, without sudo", () => {
    const expected = { status: 0, stdout: "got ensure\n", stderr: "", usedSudo: false };
    assert.deepEqual(launch({ root: true, sudo: false }), expected);
  });

  it("becomes root by sudo", () => {
    const expected = { status: 0, stdout: "got remove\n", stderr: "", usedSudo: true };
    assert.deepEqual(launch({ action: "remove" }), expected);
  });

  it("refuses with status 77 and who may not do what where", () => {
    assert.deepEqual(launch({ sudo: false }), {
      status: 77,
      stdout: "",
      stderr: "ops may not run sudo without a password on cp-1\n",
      usedSudo: false,
    });
  });

  it("hands the script's own status on", () => {
    assert.equal(launch({ stdin: "exit 3" }).status, 3);
  });

  it("ends a script that takes too long", () => {
    const { status } = launch({ stdin: "while :; do sleep 0.2; done" });
    assert.equal(status, 124);
  });
});

describe("the text of a script", () => {
  const hostile = [
    "it's",
    "$(touch /tmp/never) `id` $HOME ${x}",
    'a"b\\c\\',
    "line one\nline two\n\n",
    "\t tab and blanks  ",
    "-n",
    "!history *glob? [a-z] ~ {a,b}",
    "EOF\nmain\n",
    "\u001b[31m ünïcödé ✓",
    "",
    "x".repeat(200_000),
  ];

  function readBack(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const print = Object.keys(values).map((name) => `printf '%s\\0' "$${name}"`);
    const script = withVariables(print.join("\n"), values);
    const done = spawnSync("bash", ["-s"], { input: script, encoding: "utf8", maxBuffer: 1 << 26 });
    assert.equal(done.stderr, "");
    const printed = done.stdout.split("\0");
    return Object.fromEntries(
      Object.keys(values).map((name, index) => [name, printed[index] ?? ""]),
    );
  }

  it("carries hostile values through bash as they are", () => {
    const values = Object.fromEntries(hostile.map((text, index) => [`VALUE_${index}`, text]));
    assert.deepEqual(readBack(values), values);
  });

  it("carries any text through bash as it is", () => {
    const text = fc.string({ unit: "binary" }).filter((value) => !value.includes("\0"));
    fc.assert(
      fc.property(fc.array(text, { minLength: 20, maxLength: 40 }), (texts) => {
        const values = Object.fromEntries(texts.map((value, index) => [`VALUE_${index}`, value]));
        assert.deepEqual(readBack(values), values);
      }),
      { numRuns: 20 },
    );
  });

  it("puts plain values and secrets in front of the same script", () => {
    const given = { ...step, scripts: ["steps/common"], values: { HOST: "it's" } };
    const script = renderScript(given, { TOKEN: "a'b" });
    assert.match(script, /^HOST='it'\\''s'\nTOKEN='a'\\''b'\n#!\/usr\/bin\/env bash\n/);
  });

  it("leaves no trace of a value in the command line", () => {
    const inputs = { TOKEN: "secret" } as const;
    const given: ScriptStep = { ...step, values: { HOST: "classified" }, inputs };
    assert.doesNotMatch(renderLauncher(given, "ensure"), /classified|TOKEN/);
  });
});

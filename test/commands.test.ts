import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { benches } from "./bench/bench";
import { tests } from "./run";
import { root } from "./support/fixtures";
import { filesBelow } from "./support/golden";
import { runPart, type Command } from "./support/parts";
import { run } from "./support/programs";
import { sources } from "./support/sources";

/** Ends with the status that an expression yields. */
const ending = (expression: string, variables = {}): Command => ({
  words: [process.execPath, "-e", `process.exit(${expression})`],
  variables,
});

describe("a part of a command", () => {
  const statusOf = (commands: readonly Command[], more: readonly string[] = []): Promise<number> =>
    runPart({ name: "npm test", parts: { some: commands }, whole: [] }, ["some", ...more]);

  it("ends with the status of the first command that fails, which is the last to run", async () => {
    assert.equal(await statusOf([ending("0"), ending("3"), ending("5")]), 3);
    assert.equal(await statusOf([ending("0"), ending("0")]), 0);
  });

  it("hands further words to its last command, and variables to each", async () => {
    const echo = ending("Number(process.argv[1] ?? 0)");
    assert.equal(await statusOf([echo, echo], ["7"]), 7);
    assert.equal(await statusOf([ending("Number(process.env.STATUS)", { STATUS: "9" })]), 9);
  });

  it("ends as a shell would where a signal ends its command", async () => {
    assert.equal(await statusOf([ending("process.kill(process.pid, 'SIGTERM')")]), 143);
  });

  it("may be left out, also where options follow", async () => {
    const whole = [ending("process.argv.length")];
    const some = { name: "npm test", parts: {}, whole };
    assert.equal(await runPart(some, []), 1);
    assert.equal(await runPart(some, ["--", "a"]), 2);
  });

  it("is refused with the parts there are", () => {
    assert.deepEqual(run(["npm", "test", "--silent", "--", "nods"], { cwd: root }), {
      status: 1,
      output:
        'npm test has no part "nods"; expected unit, nodes, programs, mesh, borders, cilium, services, bgp, guides, changes, metrics, traces, linkerd, kills, server, golden or nothing\n',
    });
  });
});

describe("the commands of the project", () => {
  it("are at most eight at the top", () => {
    assert.ok(scriptsOf(".").length <= 8, scriptsOf(".").join(", "));
  });

  it("exist where a text, a message or a comment names them", () => {
    const wrong = texts().flatMap(({ file, text }) => {
      const line = text.replace(/\s*\n[\s*#/]*/g, " ");
      const named =
        /\bnpm (?:run ([a-z][\w:-]*)|(start|test)\b)(?: -w (\w+))?(?: -- ([a-z][\w-]*))?/g;
      return [...line.matchAll(named)]
        .filter(([, ran, plain, workspace, part]) => {
          const script = ran ?? plain ?? "";
          return !scriptsOf(workspace ?? ".").includes(script) || !isPart(script, part);
        })
        .map(([words]) => `${file}: ${words}`);
    });
    assert.deepEqual(wrong, []);
  });
});

/** Other commands take environments, whatever their names. */
function isPart(script: string, word: string | undefined): boolean {
  const { parts } = { test: tests, bench: benches }[script] ?? {};
  return word === undefined || parts === undefined || Object.hasOwn(parts, word);
}

function scriptsOf(folder: string): readonly string[] {
  const text = readFileSync(join(root, folder, "package.json"), "utf8");
  return Object.keys((JSON.parse(text) as { readonly scripts: object }).scripts);
}

function texts(): readonly { readonly file: string; readonly text: string }[] {
  const below = ["docs", "examples", "lab"].flatMap((folder) =>
    filesBelow(join(root, folder))
      .filter((file) => !file.includes("node_modules"))
      .map((file) => join(folder, file)),
  );
  const files = [...readdirSync(root), ...below].filter((file) => /\.(md|ya?ml)$/.test(file));
  return [
    ...files.map((file) => ({ file, text: readFileSync(join(root, file), "utf8") })),
    ...sources.filter(({ file }) => file !== "test/commands.test.ts"),
  ];
}

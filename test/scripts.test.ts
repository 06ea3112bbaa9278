import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stepsOf as allSteps } from "../components/environment/plan";
import { withKubeconfig } from "../components/steps/place";
import { renderLauncher, renderScript, shellText } from "../components/steps/script";
import { committedPlan, controlPlane, libvirtHost, planOf, root, stack } from "./support/fixtures";
import { run, runOnFile } from "./support/programs";
import { sent, stepsOf, type SentStep } from "./support/steps";

const volumes = { data: { device: "/dev/disk/by-id/nvme-1", sizeGiB: 10 } };
const plans = [
  committedPlan("prod"),
  committedPlan("dev"),
  committedPlan("dev-vm"),
  planOf(stack({ hosts: { "cp-1": libvirtHost() } })),
  planOf(stack({ storage: {}, hosts: { "cp-1": controlPlane({ volumes }) } })),
  planOf(stack({ mesh: { mode: "ambient", namespaces: { shop: { waypoint: true } } } })),
  planOf(stack({ mesh: { mode: "sidecar", trust: { roots: ["2026"], signedBy: "2026" } } })),
  planOf(stack({ mesh: { mode: "linkerd", namespaces: { shop: {} } } })),
  planOf(stack({ loadBalancer: { pools: { a: { mode: "l2", addresses: ["10.9.0.0/28"] } } } })),
];
const onHosts = plans.flatMap(stepsOf);
/** Gates run on a computer too. */
const gates = onHosts.filter(({ scripts }) =>
  scripts.some((name) => /^(mesh|linkerd)\//.test(name)),
);
const steps = [...onHosts, ...gates.map((step) => sent(withKubeconfig(step)))];
/** One step of every combination of scripts and parameters. */
const kinds = [...new Map(steps.map((step) => [kindOf(step), step])).values()];
/** One step of every script that makes a machine on this computer. */
const machines = [
  ...new Map(
    plans
      .flatMap(allSteps)
      .flatMap((step) => (step.kind === "local" ? [[step.scripts.at(-1), step] as const] : [])),
  ).values(),
];
const shellFiles = ["components", "lab"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".sh"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("components/dist/")),
);

describe("the script of a step", () => {
  before("shellcheck is here", () => {
    const hint =
      "install shellcheck: apt-get install shellcheck, or github.com/koalaman/shellcheck";
    assert.equal(run(["shellcheck", "--version"]).status, 0, hint);
  });

  for (const step of kinds) {
    describe(kindOf(step), () => {
      it("parses and lints as it is sent", () => {
        const content = renderScript(step, lateOf(step));
        const name = "script.sh";
        const parsed = runOnFile({ words: ["bash", "-n"], name, content });
        assert.deepEqual(parsed, { status: 0, output: "" });
        // The variables in front lead to code of other cases: SC2050, SC2194 and the like.
        const words = ["shellcheck", "--shell=bash"];
        const linted = runOnFile({ words, name, content: shellText(step.scripts) });
        assert.deepEqual(linted, { status: 0, output: "" });
      });

      it("declares every variable it is given", () => {
        const declared = step.scripts.flatMap((name) => [...parametersOf(name)]);
        const given = variablesOf(step);
        assert.deepEqual(
          given.filter((name) => !declared.includes(name)),
          [],
        );
      });

      it("is given every variable its scripts demand at once", () => {
        const demanded = step.scripts.flatMap((name) => guardsOf(name));
        const given = variablesOf(step);
        assert.deepEqual(
          demanded.filter((name) => !given.includes(name)),
          [],
        );
      });

      it("takes its action from the command line and everything else from standard input", () => {
        assert.match(shellText(step.scripts), /\n(main|run_action) "\$@" <\/dev\/null\n$/);
        const launcher = renderLauncher(step, "ensure");
        assert.deepEqual(runOnFile({ words: ["sh", "-n"], name: "launcher", content: launcher }), {
          status: 0,
          output: "",
        });
        assert.ok(launcher.length < 400);
      });
    });
  }
});

describe("the script of a machine on this computer", () => {
  it("is known for both kinds", () => {
    const names = machines.map(({ scripts }) => scripts.at(-1)).sort();
    assert.deepEqual(names, ["host/container-verbs", "host/local-verbs"]);
  });

  for (const step of machines) {
    it(`${step.scripts.at(-1)} parses and lints as it is sent`, () => {
      const file = { name: "script.sh", content: shellText(step.scripts) };
      for (const words of [
        ["bash", "-n"],
        ["shellcheck", "--severity=style"],
      ]) {
        assert.deepEqual(runOnFile({ words, ...file }), { status: 0, output: "" });
      }
      assert.match(file.content, /\nmain "\$@" <\/dev\/null\n$/);
    });

    it(`${step.scripts.at(-1)} declares every variable it is given`, () => {
      const declared = step.scripts.flatMap((name) => [...parametersOf(name)]);
      const given = [step.values, step.paths, step.files, step.inputs].flatMap(Object.keys);
      assert.ok(given.length > 6);
      assert.deepEqual(
        given.filter((name) => !declared.includes(name)),
        [],
      );
    });
  }
});

describe("shell files", () => {
  const used = new Set(steps.flatMap((step) => step.scripts));
  const parts = [...used, ...machines.flatMap(({ scripts }) => scripts)].map(pathOf);

  it("have at most 300 lines", () => {
    const long = shellFiles.filter(
      (file) => readFileSync(join(root, file), "utf8").split("\n").length > 300,
    );
    assert.deepEqual(long, []);
  });

  it("of components are parts of a step, or run by themselves", () => {
    const alone = [
      "components/host/scripts/mount-volumes.sh",
      "components/kubernetes/scripts/approve-serving.sh",
    ];
    const found = shellFiles.filter((file) => file.startsWith("components/"));
    assert.deepEqual(
      found.filter((file) => !parts.includes(file) && !alone.includes(file)),
      [],
    );
  });

  for (const name of used) {
    it(`${name} declares what it guards, guards what it declares, and is given all of it`, () => {
      const declared = [...parametersOf(name)].sort();
      const guarded = [...textOf(name).matchAll(/^\s*:.*$/gm)]
        .flatMap(([line]) => [...line.matchAll(/\$\{([A-Z0-9_]+)(:?\?|:=)/g)])
        .map(([, variable = ""]) => variable);
      assert.deepEqual([...new Set(guarded)].sort(), declared);
      const given = new Set(
        steps.filter((step) => step.scripts.includes(name)).flatMap(variablesOf),
      );
      assert.deepEqual(
        declared.filter((variable) => !given.has(variable)),
        [],
      );
    });
  }

  // Those of components that are parts were judged above, in the scripts they are parts of.
  for (const file of shellFiles.filter((one) => !parts.includes(one))) {
    it(`${file} lints`, () => {
      const done = run(["shellcheck", "--severity=style", join(root, file)]);
      assert.deepEqual(done, { status: 0, output: "" });
    });
  }
});

function kindOf(step: SentStep): string {
  const role = step.variables["ROLE"];
  return [
    step.scripts.at(-1),
    ...(step.scripts.includes("steps/here") ? ["here"] : []),
    ...(step.scripts.includes("host/disks") ? ["with disks"] : []),
    ...(role === undefined ? [] : [`as ${role}`]),
  ].join(" ");
}

/** Names of every variable a step has at run time. */
function variablesOf(step: SentStep): readonly string[] {
  return [...Object.keys(step.variables), ...Object.keys(step.inputs), ...environmentOf(step)];
}

/** What the launcher of such a step sets around it. */
function environmentOf(step: SentStep): readonly string[] {
  return step.scripts.includes("steps/here") ? ["OPERATOR_PATH"] : [];
}

function lateOf(step: SentStep): Readonly<Record<string, string>> {
  const late = Object.keys(step.inputs);
  return Object.fromEntries(late.map((name) => [name, "it's $(secret)\n"]));
}

/** Names behind `# @param`, up to the two blanks that begin the explanation. */
function parametersOf(name: string): ReadonlySet<string> {
  const lines = [...textOf(name).matchAll(/^# @param ([A-Z0-9_]+(?: [A-Z0-9_]+)*)(?=  |$)/gm)];
  return new Set(lines.flatMap(([, words = ""]) => words.split(" ")));
}

/** Variables guarded outside functions: no run gets past a missing one. */
function guardsOf(name: string): readonly string[] {
  return [...textOf(name).matchAll(/^:.*$/gm)]
    .flatMap(([line]) => [...line.matchAll(/\$\{([A-Z0-9_]+):?\?\}/g)])
    .map(([, variable = ""]) => variable);
}

function pathOf(name: string): string {
  const [slice = "", file = ""] = name.split("/");
  return join("components", slice, "scripts", `${file}.sh`);
}

function textOf(name: string): string {
  return readFileSync(join(root, pathOf(name)), "utf8");
}

import * as fs from "node:fs";
import * as path from "node:path";
import * as util from "node:util";

import { load } from "js-yaml";

import { environmentFile, findEnvironment } from "../../stacks/environment";
import { ensureTool } from "../toolchain";
import { findPulumi } from "./pulumi";
import { programFromFile } from "./program";
import { openStack, type LabStack, type StepCounts } from "./stack";
import { defaultStateDir, isThere, startedEnvironment } from "./state-dir";

const usage = `usage: cli.ts up|preview|destroy|refresh|outputs [ENVIRONMENT] [options]
  ENVIRONMENT        its name, or the path of its file; default: the one that npm start made
  --state-dir DIR    where state lives (default: the nordmesh state directory)
  --program FILE     the program (default: index.ts of this checkout)
  --config FILE      YAML map of config values that win over those of its file
  --replace NAME     a resource that up makes anew, such as cp-1-machine; may be given again
  --parallel NUMBER  steps at the same time (default: as many as the hosts can bear)`;

async function main(): Promise<void> {
  const { values, positionals } = util.parseArgs({
    allowPositionals: true,
    options: {
      "state-dir": { type: "string" },
      program: { type: "string" },
      config: { type: "string" },
      parallel: { type: "string" },
      replace: { type: "string", multiple: true },
    },
  });
  const [operation = "", word = startedEnvironment(), ...more] = positionals;
  if (more.length > 0 || !Object.hasOwn(operations, operation)) throw new Error(usage);
  const { environment, file } = environmentFile(word);
  const stateDir = values["state-dir"] ?? defaultStateDir(environment);
  const declaredHere = values.program === undefined && values.config === undefined;
  // What is there can be looked at and destroyed after its file is gone.
  if (declaredHere && !isThere(environment, stateDir)) findEnvironment(word);
  const program = values.program ?? path.join(__dirname, "..", "..", "index.ts");
  const stack = await openStack({
    environment,
    stackFile: file,
    stateDir,
    program: programFromFile(program, file),
    pulumi: (await findPulumi()) ?? (await ensureTool("pulumi")),
    ...(values.config !== undefined && { config: readConfig(values.config) }),
    ...(values.parallel !== undefined && { parallel: Number(values.parallel) }),
  });
  try {
    await operations[operation as keyof typeof operations](stack, values.replace ?? []);
  } finally {
    await stack.close();
  }
}

const operations = {
  up: async (stack: LabStack, replace: readonly string[]) =>
    printCounts((await stack.up({ replace })).counts),
  destroy: async (stack: LabStack) => printCounts(await stack.destroy()),
  refresh: async (stack: LabStack) => printCounts(await stack.refresh()),
  preview: async (stack: LabStack) => {
    const { text, counts } = await stack.preview();
    process.stdout.write(text.trimEnd() + "\n");
    printCounts(counts);
  },
  outputs: async (stack: LabStack) => {
    const outputs = Object.entries(await stack.outputs()).map(
      ([name, { value, secret }]) => [name, secret ? "[secret]" : (value as unknown)] as const,
    );
    process.stdout.write(`${JSON.stringify(Object.fromEntries(outputs), undefined, 2)}\n`);
  },
} as const;

function printCounts(counts: StepCounts): void {
  const parts = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  process.stdout.write(`${parts.join(", ")}\n`);
}

function readConfig(file: string): Record<string, unknown> {
  return load(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

/** Offline commands: describe an environment; write all that is generated from the schemas. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderArgs } from "./codegen";
import { ConfigError } from "../components/config/error";
import { describePlan } from "./describe";
import { renderDocs } from "./docs";
import { readEnvironment } from "./environment";
import { planGuarded } from "../components/environment/guard-rails";
import { stackFileSchema } from "./json-schema";

const root = join(__dirname, "..");
const usage = "usage: npm run describe -- <environment or file> | npx tsx stacks/cli.ts generate";

/** Text for standard output; what a command writes to a file it names there. */
export function runCommand(words: readonly string[]): string {
  const [command, word] = words;
  switch (command) {
    case "describe":
      if (word === undefined) throw new ConfigError([usage]);
      return describeEnvironment(word);
    case "generate":
      return write(generatedFiles());
    default:
      throw new ConfigError([usage]);
  }
}

/** By path from the root: the JSON schema of an environment, typed arguments, and the reference. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    "schema/stack.schema.json": `${JSON.stringify(stackFileSchema(), null, 2)}\n`,
    ...renderArgs(),
    "docs/config.md": renderDocs(),
  };
}

/** `word` is the name of an environment or the path of its file. */
function describeEnvironment(word: string): string {
  return describePlan(planGuarded(readEnvironment(word)));
}

function write(files: Readonly<Record<string, string>>): string {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  }
  return Object.keys(files)
    .map((file) => `wrote ${file}\n`)
    .join("");
}

function main(): void {
  try {
    process.stdout.write(runCommand(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

if (require.main === module) main();

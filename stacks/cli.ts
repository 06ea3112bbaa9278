/** Offline commands: describe an environment; write the JSON schema and docs/config.md. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { declarationOf } from "./index";
import { ConfigError } from "./config-error";
import { describePlan } from "./describe";
import { renderDocs } from "./docs";
import { readEnvironment } from "./environment";
import { stackFileSchema } from "./json-schema";
import { planStack } from "./plan";
import { refuseBroken } from "./rules";

const root = join(__dirname, "..");
const usage = "usage: npm run describe -- <environment> | npm run schema | npm run docs";

/** Text for standard output; what a command writes to a file it names there. */
export function runCommand(words: readonly string[]): string {
  const [command, environment] = words;
  switch (command) {
    case "describe":
      if (environment === undefined) throw new ConfigError([usage]);
      return describeEnvironment(environment);
    case "schema":
      return write("schema/stack.schema.json", renderSchema());
    case "docs":
      return write("docs/config.md", renderDocs());
    default:
      throw new ConfigError([usage]);
  }
}

export function renderSchema(): string {
  return `${JSON.stringify(stackFileSchema(), null, 2)}\n`;
}

function describeEnvironment(environment: string): string {
  const declaration = declarationOf(environment);
  const config = readEnvironment(environment);
  const plan = planStack({ environment, config });
  refuseBroken(plan, declaration.rules);
  return describePlan(plan);
}

function write(file: string, content: string): string {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
  return `wrote ${file}\n`;
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

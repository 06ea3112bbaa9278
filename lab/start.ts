/** `npm start [-- ENVIRONMENT or FILE]`: from a clean clone to a mesh with a sample application on this computer. */
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { readEnvironment } from "../stacks/environment";
import { planGuarded } from "../components/environment/guard-rails";
import type { StackConfig } from "../components/environment/config";
import { chooseEnvironment, refuseImpossible } from "./choice";
import type { Done } from "./engine/progress";
import { programFromFile } from "./engine/program";
import { openStack } from "./engine/stack";
import { defaultStateDir, isThere } from "./engine/state-dir";
import { kubectlOf, waitForApi } from "./kubectl";
import { containerObstacle, startStopped } from "./machines";
import { phaseTable, type Span } from "./phases";
import { prepareFor, type HostKind } from "./prepare";
import { askSample, enrolsSample, startSample } from "./sample/run";

type Say = (text: string) => void;

async function main(words: readonly string[]): Promise<void> {
  const began = Date.now();
  const say: Say = (text) => {
    process.stderr.write(`[${Math.round((Date.now() - began) / 1000)} s] ${text}\n`);
  };
  const word = await choose(words, say);
  const { environment, file, config } = readEnvironment(word);
  const plan = planGuarded({ environment, config });
  const sources = plan.hosts.map((host) => host.machine.source);
  await refuseImpossible({ environment, sources, obstacle: containerObstacle });
  const emulated = sources.includes("local");
  const lab = await prepareFor({ print: say, kinds: kindsOf(sources), sets: plan.imageSets });
  const parts = { began, ended: Date.now() };

  const stateDir = defaultStateDir(environment);
  const kubectl = kubectlOf({ program: lab.kubectl, kubeconfig: join(stateDir, "kubeconfig") });
  const started = startStopped(plan.hosts);
  if (started.length > 0) {
    say(`started ${started.join(", ")}, which did not run`);
    await waitForApi(kubectl, say);
  }
  const steps: Done[] = [];
  const stack = await openStack({
    environment,
    stackFile: file,
    stateDir,
    program: programFromFile(join(__dirname, "..", "index.ts"), file),
    pulumi: lab.pulumi,
    print: say,
    onDone: (step) => steps.push(step),
  });
  try {
    const { outputs } = await stack.up();
    writeFileSync(kubectl.kubeconfig, String(outputs["kubeconfig"]?.value), { mode: 0o600 });
  } finally {
    await stack.close();
  }
  const sample = enrolsSample(config.mesh)
    ? await proveSample({ kubectl, inTurn: emulated, say })
    : undefined;

  const roles = Object.fromEntries(plan.hosts.map(({ name, role }) => [name, role]));
  const table = phaseTable({ began, parts, steps, roles, sample, ended: Date.now() });
  const nodes = kubectl.run(["get", "nodes,pods", "-A", "-o", "wide"]);
  const next = advice({ word, file, lab, kubectl: kubectl.line, mesh: config.mesh });
  const lines = [nodes, table, ...(sample?.proof ?? []), "", ...next, ""];
  process.stdout.write(lines.join("\n"));
}

async function choose(words: readonly string[], say: Say): Promise<string> {
  const [asked, ...more] = words;
  if (more.length > 0 || asked?.startsWith("-") === true) {
    throw new Error("usage: npm start [-- ENVIRONMENT or FILE]");
  }
  const { environment, why } = await chooseEnvironment({
    asked,
    isThere,
    obstacle: containerObstacle,
  });
  if (why !== undefined) say(why);
  return environment;
}

/** Puts the sample in and asks it. */
async function proveSample(
  args: Parameters<typeof startSample>[0],
): Promise<Span & { readonly proof: readonly string[] }> {
  const began = Date.now();
  await startSample(args);
  const proof = await askSample(args.kubectl, args.say);
  return { began, ended: Date.now(), proof };
}

function kindsOf(sources: readonly string[]): readonly HostKind[] {
  const kinds: readonly HostKind[] = ["local", "container"];
  return kinds.filter((kind) => sources.includes(kind));
}

function advice(args: {
  /** What the user called the environment. */
  readonly word: string;
  readonly file: string;
  readonly lab: { readonly kubectl: string; readonly istioctl: string };
  readonly kubectl: string;
  readonly mesh: StackConfig["mesh"];
}): readonly string[] {
  const { word, file, lab, kubectl, mesh } = args;
  const curl = "/usr/bin/fortio curl -timeout 30s http://catalog.shop:8080/debug";
  const load = "/usr/bin/fortio load -n 100 -timeout 30s http://catalog.shop:8080/debug";
  const inShop = `${kubectl} -n shop exec deploy/customer -c customer --`;
  const sample = [
    `Ask the catalog:     ${inShop} ${curl}`,
    `A hundred times:     ${inShop} ${load}`,
    `Without an identity: ${kubectl} exec deploy/stranger -- ${curl}`,
  ];
  const proof = `Prove the mesh:      npm run verify -- ${word} --kubectl ${lab.kubectl} --istioctl ${lab.istioctl}`;
  return [
    `Look around:         ${kubectl} get pods -A`,
    ...(enrolsSample(mesh) ? sample : []),
    ...(mesh === undefined ? [] : [proof]),
    `Change something:    edit ${relative("", file)}, then npm run preview -- ${word} and npm start -- ${word}`,
    `Remove it all:       npm run destroy -- ${word}`,
  ];
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

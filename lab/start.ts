/** `npm start [-- ENVIRONMENT]`: from a clean clone to a mesh with a sample application on this computer. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readEnvironment } from "../stacks/environment";
import { planStack } from "../stacks/plan";
import { chooseEnvironment, refuseImpossible } from "./choice";
import type { Done } from "./engine/progress";
import { programFromFile } from "./engine/program";
import { openStack } from "./engine/stack";
import { defaultStateDir, isThere } from "./engine/state-dir";
import { kubectlOf, waitForApi } from "./kubectl";
import { containerObstacle, startStopped } from "./machines";
import { phaseTable } from "./phases";
import { prepareFor, type HostKind } from "./prepare";
import { askSample, startSample } from "./sample/run";

type Say = (text: string) => void;

async function main(words: readonly string[]): Promise<void> {
  const began = Date.now();
  const say: Say = (text) => {
    process.stderr.write(`[${Math.round((Date.now() - began) / 1000)} s] ${text}\n`);
  };
  const environment = await choose(words, say);
  const plan = planStack({ environment, config: readEnvironment(environment) });
  const sources = plan.hosts.map((host) => host.machine.source);
  await refuseImpossible({ environment, sources, obstacle: containerObstacle });
  const emulated = sources.includes("local");
  const lab = await prepareFor({ print: say, kinds: kindsOf(sources) });
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
    stateDir,
    program: programFromFile(join(__dirname, "..", "index.ts")),
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
  const sample = { began: Date.now(), ended: 0 };
  await startSample({ kubectl, inTurn: emulated, say });
  const proof = await askSample(kubectl, say);
  sample.ended = Date.now();

  const roles = Object.fromEntries(plan.hosts.map(({ name, role }) => [name, role]));
  const table = phaseTable({ began, parts, steps, roles, sample, ended: Date.now() });
  const nodes = kubectl.run(["get", "nodes,pods", "-A", "-o", "wide"]);
  process.stdout.write(
    [nodes, table, ...proof, "", ...advice({ environment, lab, kubectl: kubectl.line }), ""].join(
      "\n",
    ),
  );
}

async function choose(words: readonly string[], say: Say): Promise<string> {
  const [asked, ...more] = words;
  if (more.length > 0 || asked?.startsWith("-") === true) {
    throw new Error("usage: npm start [-- ENVIRONMENT]");
  }
  const { environment, why } = await chooseEnvironment({
    asked,
    isThere,
    obstacle: containerObstacle,
  });
  if (why !== undefined) say(why);
  return environment;
}

function kindsOf(sources: readonly string[]): readonly HostKind[] {
  const kinds: readonly HostKind[] = ["local", "container"];
  return kinds.filter((kind) => sources.includes(kind));
}

function advice(args: {
  readonly environment: string;
  readonly lab: { readonly kubectl: string; readonly istioctl: string };
  readonly kubectl: string;
}): readonly string[] {
  const { environment, lab, kubectl } = args;
  const curl = "/usr/bin/fortio curl -timeout 30s http://catalog.shop:8080/debug";
  const load = "/usr/bin/fortio load -n 100 -timeout 30s http://catalog.shop:8080/debug";
  const inShop = `${kubectl} -n shop exec deploy/customer -c customer --`;
  return [
    `Look around:         ${kubectl} get pods -A`,
    `Ask the catalog:     ${inShop} ${curl}`,
    `A hundred times:     ${inShop} ${load}`,
    `Without an identity: ${kubectl} exec deploy/stranger -- ${curl}`,
    `Prove the mesh:      npm run verify -- ${environment} --kubectl ${lab.kubectl} --istioctl ${lab.istioctl}`,
    `Change something:    edit Pulumi.${environment}.yaml, then npm run preview -- ${environment} and npm start -- ${environment}`,
    `Remove it all:       npm run destroy -- ${environment}`,
  ];
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

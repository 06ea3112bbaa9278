/** `npm start`: from a clean clone to a mesh with a sample application in a virtual machine on this computer. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readEnvironment } from "../stacks/environment";
import { programFromFile } from "./engine/program";
import { openStack } from "./engine/stack";
import { defaultStateDir } from "./engine/state-dir";
import { prepareLab } from "./prepare";
import { shop, startInTurn } from "./sample/sample";

const environment = "dev";
/** As the mesh of Pulumi.dev.yaml enrols it. */
const sampleNamespace = "shop";

async function main(): Promise<void> {
  const started = Date.now();
  const say = (text: string): void => {
    process.stderr.write(`[${Math.round((Date.now() - started) / 1000)} s] ${text}\n`);
  };
  const lab = await prepareLab(say);
  for (const name of localHosts()) startStopped(name);
  const stateDir = defaultStateDir(environment);
  const stack = await openStack({
    environment,
    stateDir,
    program: programFromFile(join(__dirname, "..", "index.ts")),
    pulumi: lab.pulumi,
    print: say,
  });
  try {
    const { outputs } = await stack.up();
    const kubeconfig = join(stateDir, "kubeconfig");
    writeFileSync(kubeconfig, String(outputs["kubeconfig"]?.value), { mode: 0o600 });
    say("the cluster is ready");
    const run = (words: readonly string[], input = ""): string =>
      execFileSync(lab.kubectl, ["--kubeconfig", kubeconfig, ...words], {
        encoding: "utf8",
        input,
        stdio: ["pipe", "pipe", "inherit"],
      });
    await startSample(run, say);
    process.stdout.write(run(["get", "nodes,pods", "-A", "-o", "wide"]));
    const kubectl = `${lab.kubectl} --kubeconfig ${kubeconfig}`;
    const ask = `-n ${sampleNamespace} exec deploy/customer -c customer -- /usr/bin/fortio`;
    process.stdout.write(
      [
        "",
        "Look around:       " + `${kubectl} get pods -A`,
        "Ask the catalog:   " + `${kubectl} ${ask} curl -timeout 30s http://catalog:8080/debug`,
        "A hundred times:   " +
          `${kubectl} ${ask} load -n 100 -timeout 30s http://catalog:8080/debug`,
        "Prove the mesh:    " +
          `npm run verify -- dev --kubectl ${lab.kubectl} --istioctl ${lab.istioctl}`,
        "Change something:  edit Pulumi.dev.yaml, then npm run preview and npm start",
        "Remove it all:     npm run destroy",
        "",
      ].join("\n"),
    );
  } finally {
    await stack.close();
  }
}

/** The sample belongs to its users, not to the stack: applied as they would, restarted by nobody. */
function startSample(
  run: (words: readonly string[], input?: string) => string,
  say: (text: string) => void,
): Promise<void> {
  const apply = ["apply", "--server-side", "--validate=false", "-f", "-"];
  const wait = ["wait", "--for=condition=Available", "--timeout=10m", "-n", sampleNamespace];
  return startInTurn(shop(sampleNamespace), {
    apply: (object) => void run(apply, JSON.stringify(object)),
    ready: ({ name }) => void run([...wait, `deployment/${name}`]),
    say,
  });
}

function localHosts(): readonly string[] {
  const hosts = Object.entries(readEnvironment(environment).hosts).filter(
    ([, host]) => host.source === "local",
  );
  return hosts.map(([name]) => name);
}

/** A machine of an earlier run may have gone down with the computer; its disk is still there. */
function startStopped(name: string): void {
  const script = join(__dirname, "..", "components/host/scripts/local.sh");
  const env = { ...process.env, MACHINE_NAME: name };
  execFileSync("bash", [script, "start"], { env, stdio: ["ignore", "ignore", "inherit"] });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

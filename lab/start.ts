/** `npm start`: from a clean clone to a Ready cluster in a virtual machine on this computer. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { programFromFile } from "./engine/program";
import { openStack } from "./engine/stack";
import { defaultStateDir } from "./engine/state-dir";
import { prepareLab } from "./prepare";

const environment = "dev";

async function main(): Promise<void> {
  const started = Date.now();
  const say = (text: string): void => {
    process.stderr.write(`[${Math.round((Date.now() - started) / 1000)} s] ${text}\n`);
  };
  say("preparing programs, guest image and bundle (the first time takes about 15 minutes)");
  const lab = await prepareLab();
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
    const show = ["--kubeconfig", kubeconfig, "get", "nodes,pods", "-A", "-o", "wide"];
    process.stdout.write(execFileSync(lab.kubectl, show, { encoding: "utf8" }));
    process.stdout.write(
      [
        "",
        "Look around:      " + `${lab.kubectl} --kubeconfig ${kubeconfig} get pods -A`,
        "Change something: edit Pulumi.dev.yaml, then npm run preview and npm start",
        "Remove it all:    npm run destroy",
        "",
      ].join("\n"),
    );
  } finally {
    await stack.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

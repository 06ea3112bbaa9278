/** The lab's environment for tests: the parts, a stack of its own, and ports of its own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import type { ImageSet } from "../../../components/host/artifacts";
import { programFromFile } from "../../../lab/engine/program";
import { openStack, type LabStack, type StackRequest } from "../../../lab/engine/stack";
import { prepareLab, programsToBuild, type WholeLab } from "../../../lab/prepare";

export const root = join(__dirname, "..", "..", "..");

/** Prints what a test run is doing, with the time since it began. */
export function say(text: string): void {
  process.stderr.write(`    [${Math.round(process.uptime())} s] ${text}\n`);
}

/** The sample environment of one virtual machine as plain data without its mesh, to be varied by a test. */
export function developmentStack(): Record<string, unknown> {
  const { mesh: _, ...stack } = declaredStack();
  return stack;
}

/** The same on one machine of this name, with ports of its own. */
export async function oneMachine(name: string): Promise<Record<string, unknown>> {
  const [sshPort, apiPort] = [await freePort(), await freePort()];
  const file = developmentStack();
  const [template] = Object.values(file["hosts"] as Record<string, object>);
  return {
    ...file,
    kubernetes: { ...(file["kubernetes"] as object), externalEndpoint: `127.0.0.1:${apiPort}` },
    hosts: { [name]: { ...template, sshPort, apiPort } },
  };
}

/** Its mesh section. */
export function developmentMesh(): Record<string, unknown> {
  return declaredStack()["mesh"] as Record<string, unknown>;
}

function declaredStack(): Record<string, unknown> {
  const file = load(readFileSync(join(root, "Pulumi.dev-vm.yaml"), "utf8")) as {
    config: Record<string, Record<string, unknown>>;
  };
  return structuredClone(file.config["nordmesh:stack"] ?? {});
}

export interface LabEnvironment {
  readonly name: string;
  readonly stateDir: string;
  readonly lab: WholeLab;
  open(stack: Record<string, unknown>, watched?: Watched): Promise<LabStack>;
  /** Whether a run is at work on it. */
  isLocked(): boolean;
  remove(): void;
}

/** Secret config of a stack, and who is told of its lines and steps. */
interface Watched extends Pick<StackRequest, "secrets" | "onDone"> {
  readonly keep?: (line: string) => void;
}

/** Prepares the parts of the lab, with these further sets of images, and an empty place for the state of one test file. */
export async function openEnvironment(
  name: string,
  sets: readonly ImageSet[] = [],
): Promise<LabEnvironment> {
  const lab = await prepareLab({ sets });
  const stateDir = mkdtempSync(join(tmpdir(), "nordmesh-e2e-"));
  return {
    name,
    stateDir,
    lab,
    open: (stack, { keep = () => undefined, ...watched } = {}) =>
      openStack({
        environment: name,
        stateDir,
        pulumi: lab.pulumi,
        program: programFromFile(join(root, "index.ts")),
        config: { stack },
        ...watched,
        print: (line) => {
          keep(line);
          say(line);
        },
      }),
    isLocked: () =>
      readdirSync(join(stateDir, "backend", ".pulumi", "locks"), { recursive: true }).some((file) =>
        String(file).endsWith(".json"),
      ),
    remove: () => rmSync(stateDir, { recursive: true, force: true }),
  };
}

/** Skips a suite whose images would have to be built first, and says how. */
export async function skipUnlessBuilt(
  suite: { skip(): never },
  sets: readonly ImageSet[],
): Promise<void> {
  const absent = await programsToBuild(sets);
  if (absent.length === 0) return;
  const build = `npm run build -w lab -- --with ${sets.join(",")}`;
  say(`left out: ${absent.join(", ")} are not built; ${build}`);
  suite.skip();
}

/** A port of 127.0.0.1 that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

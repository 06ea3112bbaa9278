/** `npm run verify -- <environment or file>`: the mesh is proven on the live cluster, not just applied. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import type { MeshPlan } from "../components/mesh/plan";
import { observeMesh } from "../components/verify/observe-mesh";
import { checkMesh } from "../components/verify/check-mesh";
import { boundedRun, type Programs, type Run } from "../components/verify/kubectl";
import { passed, renderChecks, renderJson } from "../components/verify/render";
import { ConfigError } from "../components/config/error";
import { findEnvironment, readEnvironment, type EnvironmentFile } from "./environment";
import { planStack } from "../components/environment/plan";
import type { StackConfig } from "../components/environment/config";

const usage =
  "usage: npm run verify -- <environment or file> [--json] [--kubeconfig FILE] [--kubectl PATH] [--istioctl PATH]";

/** A proxy's config dump is the heaviest question; more at once slow each other down. */
const parallel = 4;

export interface VerifyWords extends EnvironmentFile {
  readonly json: boolean;
  readonly programs: Programs;
}

export interface VerifyResult {
  readonly text: string;
  /** 0: all passed; 1: findings. */
  readonly exitCode: 0 | 1;
}

export async function verifyMesh(args: {
  readonly environment: string;
  readonly expected: MeshPlan;
  readonly programs: Programs;
  readonly json: boolean;
  readonly run: Run;
}): Promise<VerifyResult> {
  const { environment, expected, json } = args;
  await refuseSilence(args);
  const observed = await observeMesh(args);
  const checks = checkMesh(expected, observed);
  const text = json
    ? renderJson({ environment, time: observed.time, checks })
    : renderChecks({ environment, checks });
  return { text, exitCode: passed(checks) ? 0 : 1 };
}

/** @throws ConfigError when words are missing, unknown, or name what does not exist. */
export function parseWords(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): VerifyWords {
  const { values, positionals } = parsed(words);
  const [word, ...more] = positionals;
  if (word === undefined || more.length > 0) throw new ConfigError([usage]);
  const { environment, file } = findEnvironment(word);
  const state = variables["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state");
  const kubeconfig =
    values.kubeconfig ??
    [variables["KUBECONFIG"], join(state, "nordmesh", environment, "kubeconfig")].find(
      (file) => file !== undefined && existsSync(file),
    );
  if (kubeconfig === undefined || !existsSync(kubeconfig)) {
    const named = kubeconfig ?? `$KUBECONFIG and the state of ${environment}`;
    throw new ConfigError([`no kubeconfig: ${named} do not exist; give one by --kubeconfig FILE`]);
  }
  const kubectl = values.kubectl ?? onPath("kubectl", variables["PATH"]);
  if (kubectl === undefined) {
    throw new ConfigError(["kubectl is not on PATH; give it by --kubectl PATH"]);
  }
  const istioctl = values.istioctl ?? onPath("istioctl", variables["PATH"]);
  return {
    environment,
    file,
    json: values.json,
    programs: { kubectl, kubeconfig, ...(istioctl === undefined ? {} : { istioctl }) },
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        kubeconfig: { type: "string" },
        kubectl: { type: "string" },
        istioctl: { type: "string" },
      },
    });
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : String(error), usage]);
  }
}

function onPath(program: string, path = ""): string | undefined {
  return path
    .split(delimiter)
    .map((directory) => join(directory, program))
    .find((file) => existsSync(file));
}

/** A cluster that does not answer is one problem, not one for each question. */
async function refuseSilence(args: {
  readonly programs: Programs;
  readonly run: Run;
}): Promise<void> {
  const { kubectl, kubeconfig } = args.programs;
  const words = ["--kubeconfig", kubeconfig, "--request-timeout=30s", "get", "--raw", "/version"];
  const answer = await args.run(kubectl, words);
  if (answer.error === "") return;
  throw new ConfigError([`the cluster of ${kubeconfig} does not answer: ${answer.error}`]);
}

/** @throws ConfigError when the environment declares no mesh, or one that is not Istio. */
export function expectedMesh(environment: string, config: StackConfig): MeshPlan {
  const { mesh, linkerd } = planStack({ environment, config });
  if (mesh !== undefined) return mesh;
  if (linkerd !== undefined) {
    throw new ConfigError([
      `${environment} declares Linkerd, and verify judges Istio alone: run linkerd check --proxy; up itself proved that pods get proxies and that wrong policies are refused`,
    ]);
  }
  throw new ConfigError([`${environment} declares no mesh; there is nothing to verify`]);
}

async function main(): Promise<void> {
  try {
    const { environment, file, json, programs } = parseWords(process.argv.slice(2), process.env);
    const expected = expectedMesh(environment, readEnvironment(file).config);
    const run = boundedRun(parallel);
    const result = await verifyMesh({ environment, expected, programs, json, run });
    process.stdout.write(result.text);
    process.exitCode = result.exitCode;
  } catch (error) {
    const known = error instanceof ConfigError;
    process.stderr.write(`${known ? error.message : ((error as Error).stack ?? String(error))}\n`);
    process.exitCode = 2;
  }
}

if (require.main === module) void main();

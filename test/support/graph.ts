/** The resource graph of an environment, as index.ts registers it. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { programFromFile } from "../../lab/engine/program";
import { deriveKey } from "../../components/text/derive-key";
import { startFakeEngine, type Answer, type Registered } from "./fake-engine";
import { root, type Fields } from "./fixtures";
import { asSecret, unknown } from "./marks";
import { runProgram } from "./run-program";

export interface Graph {
  readonly resources: readonly Registered[];
  readonly hooks: readonly string[];
  /** Outputs of the stack, with marks. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly registeredOutputs: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Messages logged as errors. */
  readonly errors: readonly string[];
  /** Messages logged as warnings. */
  readonly warnings: readonly string[];
  /** Why the run failed. */
  readonly failure: string | undefined;
}

export interface GraphRequest {
  /** Value of `nordmesh:stack`. */
  readonly stack: unknown;
  readonly environment?: string;
  /** True where outputs are unknown, as in the first preview. */
  readonly preview?: boolean;
  readonly sshPrivateKey?: string;
  /** SSH_AUTH_SOCK. Default: a path that exists, as nothing here connects to it. */
  readonly agentSocket?: string;
  /** What a host's preflight finds, by host; besides made facts of its own. */
  readonly facts?: Readonly<Record<string, Fields>>;
  /** What a machine that the stack made calls itself, by host; besides a made name. */
  readonly instances?: Readonly<Record<string, string>>;
  /** A step that fails. */
  readonly failing?: string;
  /** What an earlier run registered; a difference to it is an update. */
  readonly old?: Graph;
}

/** A private key that only these tests know. */
export const operatorKey = [
  "-----BEGIN OPENSSH PRIVATE KEY-----",
  "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
  "QyNTUxOQAAACAaMsn6AYsE+TFv7e+4eunawsDfjghN0Sa63/MIVbMCEgAAAIhVqTABVakw",
  "AQAAAAtzc2gtZWQyNTUxOQAAACAaMsn6AYsE+TFv7e+4eunawsDfjghN0Sa63/MIVbMCEg",
].join("\n");

export async function graphOf(request: GraphRequest): Promise<Graph> {
  const preview = request.preview ?? false;
  const answer = answerOf({ ...request, preview });
  const old = new Map(request.old?.resources.map(({ urn, inputs }) => [urn, inputs]));
  const engine = await startFakeEngine({ answer, preview, old });
  const key = request.sshPrivateKey;
  const config = {
    "nordmesh:stack": JSON.stringify(request.stack),
    ...(key !== undefined && { "nordmesh:sshPrivateKey": key }),
  };
  const socket = process.env["SSH_AUTH_SOCK"];
  process.env["SSH_AUTH_SOCK"] = request.agentSocket ?? root;
  try {
    const failure = await runProgram({
      address: engine.address,
      failed: engine.failed,
      environment: request.environment ?? "dev",
      preview,
      config,
      secretKeys: ["nordmesh:sshPrivateKey"],
      program: programFromFile(join(root, "index.ts")),
    });
    const stack = engine.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    const outputs = engine.outputs.get(stack?.urn ?? "") ?? {};
    const { resources, hooks, errors, warnings, outputs: registeredOutputs } = engine;
    return { resources, hooks, errors, warnings, outputs, registeredOutputs, failure };
  } finally {
    engine.close();
    if (socket === undefined) delete process.env["SSH_AUTH_SOCK"];
    else process.env["SSH_AUTH_SOCK"] = socket;
  }
}

/** Outputs as providers would give them, with made values. */
export function answerOf(request: GraphRequest): Answer {
  const preview = request.preview ?? false;
  return (resource) => outputsOf(resource, { ...request, preview });
}

type Outputs = Readonly<Record<string, unknown>>;

function outputsOf(
  resource: Registered,
  request: Omit<GraphRequest, "preview"> & { readonly preview: boolean },
): Outputs {
  const { type, inputs } = resource;
  if (resource.name === request.failing) throw new Error("Process exited with status 1");
  const given = (value: string): string => (request.preview ? unknown : value);
  if (type === "pulumi:index:Stash") return { output: inputs["input"] };
  if (type.startsWith("random:index/randomString"))
    return { result: given(`some ${resource.name}`) };
  if (type.startsWith("random:index/randomPassword")) {
    const password = passwordOf(bornAs(resource)).slice(0, Number(inputs["length"]));
    return { result: asSecret(given(password)) };
  }
  if (!isCommand(resource)) return {};
  const printed = { stdout: given(stdoutOf(resource, request)), stderr: given("") };
  const marked = Object.entries(printed).map(([name, value]) =>
    resource.additionalSecretOutputs.includes(name) ? [name, asSecret(value)] : [name, value],
  );
  return Object.fromEntries(marked) as Outputs;
}

export function isCommand({ type }: Registered): boolean {
  return /^command:(remote|local):Command$/.test(type);
}

/** The name a resource was made under: it keeps its value when it gets another. */
export function bornAs({ name, aliases }: Registered): string {
  return aliases[0]?.split("::").at(-1) ?? name;
}

/** What a random password of this name is in these tests, 64 characters. */
export function passwordOf(name: string): string {
  return createHash("sha256").update(`seed of ${name}`).digest("hex");
}

/** The key bytes that the stack makes of it. */
export function seedOf(name: string): Buffer {
  return deriveKey(passwordOf(name));
}

/** Kubeconfig the credentials step prints in these tests. */
export const kubeconfig = "apiVersion: v1\nusers: [{ name: classified-admin }]\n";
export const authority = Buffer.from("classified authority").toString("base64");

function stdoutOf(
  { name }: Registered,
  { facts = {}, instances = {} }: Pick<GraphRequest, "facts" | "instances">,
): string {
  if (name.endsWith("-credentials")) {
    const encoded = Buffer.from(kubeconfig).toString("base64");
    return JSON.stringify({ authority, kubeconfig: encoded });
  }
  const made = /^(.*)-machine$/.exec(name)?.[1];
  if (made !== undefined)
    return JSON.stringify({ instance: instances[made] ?? `the first ${made}` });
  const host = /^(.*)-preflight$/.exec(name)?.[1];
  if (host === undefined) return "{}";
  const machineId = createHash("md5").update(host).digest("hex");
  const found = { machineId, hostname: host, kernel: "6.12.0", warnings: [] };
  return JSON.stringify({ ...found, ...facts[host] });
}

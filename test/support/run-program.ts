/** Runs a program the way the Automation API does, against a fake engine's address. */
import { RunRequest } from "@pulumi/pulumi/proto/language_pb";

export interface ProgramRun {
  readonly address: string;
  /** Ends the run early, as a real engine does when a step failed. */
  readonly failed?: Promise<string>;
  readonly environment: string;
  readonly preview: boolean;
  /** By full key; `secretKeys` names those that are secret. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  readonly program: () => Promise<Record<string, unknown>>;
}

/** Resolves with the message the run failed with, or undefined. */
export async function runProgram(run: ProgramRun): Promise<string | undefined> {
  const { LanguageServer } = await automationServer();
  const request = new RunRequest()
    .setProject("nordmesh")
    .setStack(run.environment)
    .setOrganization("organization")
    .setParallel(64)
    .setArgsList([run.address])
    .setMonitorAddress(run.address)
    .setDryrun(run.preview)
    .setConfigsecretkeysList([...run.secretKeys]);
  for (const [key, value] of Object.entries(run.config)) request.getConfigMap().set(key, value);
  const server = new LanguageServer(run.program);
  return aloneWithFailures(() => {
    const ended = new Promise<string | undefined>((resolve) => {
      void server.run({ request }, (error) => resolve(error && causeOf(error.message)));
    });
    return Promise.race([ended, ...(run.failed === undefined ? [] : [run.failed])]);
  });
}

/** Without what newer SDKs say before it: which property of which resource waited for it. */
function causeOf(message: string): string {
  return message
    .replace(/^(error serializing property "[^"]*": )+/, "")
    .replace(/^failed to register new resource \S+ \[\S+\]: \d+ UNKNOWN: /, "");
}

/** Internal to the SDK, so without types of its own. */
async function automationServer(): Promise<ServerModule> {
  const internal: string = "@pulumi/pulumi/automation/server.js";
  return (await import(internal)) as ServerModule;
}

interface ServerModule {
  readonly LanguageServer: new (program: ProgramRun["program"]) => {
    run(
      call: { readonly request: RunRequest },
      callback: (error: Error | undefined) => void,
    ): Promise<void>;
  };
}

/** A failed run leaves rejected promises; they belong to its result, not to the test runner. */
async function aloneWithFailures<Result>(work: () => Promise<Result>): Promise<Result> {
  const events = ["uncaughtException", "unhandledRejection"];
  const own = events.map((event) => process.rawListeners(event) as (() => void)[]);
  events.forEach((event) => process.removeAllListeners(event));
  process.on("unhandledRejection", ignore);
  try {
    const result = await work();
    // Late rejections of the same failure arrive in the turns after it.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return result;
  } finally {
    events.forEach((event) => process.removeAllListeners(event));
    events.forEach((event, index) =>
      own[index]?.forEach((listener) => process.on(event, listener)),
    );
  }
}

function ignore(): void {
  // The run reports it.
}

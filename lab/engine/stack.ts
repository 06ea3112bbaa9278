import * as fs from "node:fs";
import * as path from "node:path";

import * as automation from "@pulumi/pulumi/automation";

import { choosePlugins, describePlugins, linkPlugins, type PluginChoice } from "./plugins";
import { endOnUnhandled, UnhandledError } from "./guard";
import { findHelm } from "./helm";
import { stepsAtATime } from "./parallel";
import { Progress, type Done } from "./progress";
import { startProviders, type Providers } from "./providers";
import { exportState, recover } from "./recovery";
import { prepareWorkspace, type Workspace } from "./workspace";

/** Declares resources when called, and returns the stack's outputs. */
export type Program = () => Promise<Record<string, unknown>>;

/** One step a preview announces; `details` maps property paths to `add`, `update-replace`, ... */
export interface Change {
  readonly urn: string;
  readonly op: string;
  readonly details: Readonly<Record<string, string>>;
}

/** Steps by kind, as the engine counts them: `create`, `update`, `same`, ... */
export type StepCounts = Readonly<Record<string, number>>;

/** Whether a run looks first at what is really there; without it, the state is believed. */
export interface Looking {
  readonly refresh?: boolean;
}

/** Resources by name that are made anew, such as a machine that is gone. */
export interface Replacing {
  readonly replace?: readonly string[];
}

/** One open stack. Operations run one at a time; `close` ends what it started. */
export interface LabStack {
  /** Which provider plugins this stack uses, for the log. */
  readonly plugins: string;
  up(options?: Looking & Replacing): Promise<{ counts: StepCounts; outputs: automation.OutputMap }>;
  /** `text` is the engine's diff without colours; nothing is changed, no host is connected to. */
  preview(
    options?: Looking,
  ): Promise<{ counts: StepCounts; changes: readonly Change[]; text: string }>;
  destroy(): Promise<StepCounts>;
  refresh(): Promise<StepCounts>;
  /** Values by name; secret ones are plain here and marked, so never print them unseen. */
  outputs(): Promise<automation.OutputMap>;
  /** The whole state as the CLI exports it; secrets stay encrypted unless they are asked for. */
  exportState(options?: { readonly showSecrets?: boolean }): Promise<automation.Deployment>;
  close(): Promise<void>;
}

export interface StackRequest {
  readonly environment: string;
  /** Its config, if present; never written to. Default: `Pulumi.<environment>.yaml` of `projectDir`. */
  readonly stackFile?: string | undefined;
  /** Everything the engine writes lies here. */
  readonly stateDir: string;
  readonly program: Program;
  /** The `pulumi` program. */
  readonly pulumi: string;
  /** Directory of `Pulumi.yaml`; never written to. Default: this checkout. */
  readonly projectDir?: string;
  /** Config values that win over the file; keys without a colon belong to the project. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Secret config values; the CLI stores them encrypted. Keys as in `config`. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Steps done at the same time. Default: as many as the declared hosts can bear. */
  readonly parallel?: number;
  /** Receives each progress line. Default: standard error. */
  readonly print?: (line: string) => void;
  /** Receives each step of `up` and `destroy` that ended well. */
  readonly onDone?: (step: Done) => void;
}

const checkout = path.join(__dirname, "..", "..");

/** Opens or creates a stack of the real engine with file state under `stateDir`. */
export async function openStack(request: StackRequest): Promise<LabStack> {
  const workspace = prepareWorkspace({ projectDir: checkout, ...request });
  const print = request.print ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const choices = await choosePlugins({ pulumi: request.pulumi, print });
  linkPlugins(workspace.home, choices);
  print(describePlugins(choices));
  const providers = await startMissing(workspace, choices);
  try {
    const stack = await select({ request, workspace, providers });
    for (const [key, value] of Object.entries(request.secrets ?? {})) {
      await stack.setConfig(key, { value, secret: true });
    }
    return new OpenStack({ stack, workspace, providers, print, choices, request });
  } catch (error) {
    await providers?.close();
    throw error;
  }
}

async function startMissing(
  workspace: Workspace,
  choices: readonly PluginChoice[],
): Promise<Providers | undefined> {
  if (choices.every((choice) => choice.official !== undefined)) return undefined;
  const { directory } = workspace;
  const logFile = path.join(path.dirname(directory), "providers.log");
  const helm = await findHelm();
  const environment = {
    ...process.env,
    ...cliEnvironment(workspace),
    ...(helm !== undefined && { NORDMESH_HELM: helm }),
  };
  const providers = await startProviders({ directory, logFile, environment });
  const missing = choices.filter((choice) => choice.official === undefined);
  const attach = providers.attach
    .split(",")
    .filter((entry) => missing.some(({ name }) => entry.startsWith(`${name}:`)));
  return { ...providers, attach: attach.join(",") };
}

function cliEnvironment(workspace: Workspace): Record<string, string> {
  const passphrase = { PULUMI_CONFIG_PASSPHRASE_FILE: workspace.passphraseFile };
  return {
    ...passphrase,
    // The user's own passphrase would win over the file.
    ...("PULUMI_CONFIG_PASSPHRASE" in process.env && {
      PULUMI_CONFIG_PASSPHRASE: fs.readFileSync(workspace.passphraseFile, "utf8"),
    }),
    PULUMI_HOME: workspace.home,
    PULUMI_BACKEND_URL: `file://${workspace.backend}`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    SSH_AUTH_SOCK: workspace.agentSocket,
  };
}

async function select(opening: {
  request: StackRequest;
  workspace: Workspace;
  providers: Providers | undefined;
}): Promise<automation.Stack> {
  const { request, workspace, providers } = opening;
  const program = path.join(workspace.home, "bin", "pulumi");
  fs.mkdirSync(path.dirname(program), { recursive: true });
  fs.rmSync(program, { force: true });
  fs.symlinkSync(fs.realpathSync(request.pulumi), program);
  process.env["PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK"] = "true";
  return automation.LocalWorkspace.createOrSelectStack(
    {
      stackName: request.environment,
      projectName: workspace.project,
      program: request.program,
    },
    {
      workDir: workspace.directory,
      pulumiHome: workspace.home,
      pulumiCommand: await automation.PulumiCommand.get({
        root: workspace.home,
        skipVersionCheck: true,
      }),
      secretsProvider: "passphrase",
      envVars: {
        ...cliEnvironment(workspace),
        ...(providers && { PULUMI_DEBUG_PROVIDERS: providers.attach }),
      },
    },
  );
}

class OpenStack implements LabStack {
  readonly plugins: string;

  constructor(
    private readonly open: {
      readonly stack: automation.Stack;
      readonly workspace: Workspace;
      readonly providers: Providers | undefined;
      readonly print: (line: string) => void;
      readonly choices: readonly PluginChoice[];
      readonly request: StackRequest;
    },
  ) {
    this.plugins = describePlugins(open.choices);
  }

  async up({ replace = [], ...looking }: Looking & Replacing = {}): ReturnType<LabStack["up"]> {
    const urns = replace.length === 0 ? [] : await this.urnsOf(replace);
    const { summary, outputs } = await this.run("up", (options) =>
      this.open.stack.up({ ...options, ...looking, replace: [...urns] }),
    );
    return { counts: summary.resourceChanges ?? {}, outputs };
  }

  async preview(looking: Looking = {}): ReturnType<LabStack["preview"]> {
    const changes: Change[] = [];
    const { stdout, changeSummary } = await this.run("preview", ({ onEvent, ...options }) =>
      this.open.stack.preview({
        ...options,
        ...looking,
        diff: true,
        onEvent: (event) => {
          const step = event.resourcePreEvent?.metadata;
          if (step === undefined) onEvent(event);
          else if (!unchanging.includes(step.op)) changes.push(toChange(step));
        },
      }),
    );
    return { counts: changeSummary, changes, text: stdout };
  }

  async destroy(): Promise<StepCounts> {
    const { summary } = await this.run("destroy", (options) => this.open.stack.destroy(options));
    return summary.resourceChanges ?? {};
  }

  async refresh(): Promise<StepCounts> {
    const { summary } = await this.run("refresh", (options) => this.open.stack.refresh(options));
    return summary.resourceChanges ?? {};
  }

  outputs(): Promise<automation.OutputMap> {
    return this.open.stack.outputs();
  }

  exportState(options?: { readonly showSecrets?: boolean }): Promise<automation.Deployment> {
    return exportState(this.open.stack, this.open.workspace, options);
  }

  async close(): Promise<void> {
    await this.open.providers?.close();
  }

  /** @throws Error for a name that no resource of the state has. */
  private async urnsOf(names: readonly string[]): Promise<readonly string[]> {
    const { deployment } = (await this.exportState()) as {
      readonly deployment: { readonly resources?: readonly { readonly urn: string }[] };
    };
    return names.map((name) => {
      const found = deployment.resources?.find(({ urn }) => urn.endsWith(`::${name}`));
      if (found === undefined) throw new Error(`no resource ${name} in the state`);
      return found.urn;
    });
  }

  private async run<Result>(
    operation: string,
    work: (options: Options) => Promise<Result>,
  ): Promise<Result> {
    const { stack, workspace, print, request } = this.open;
    (await recover(stack, workspace)).forEach(print);
    const progress = new Progress(print, request.onDone);
    const { onEvent } = progress;
    const parallel = request.parallel ?? stepsAtATime(workspace.stack);
    // The CLI gets the same Ctrl-C and ends the run in order; this process must outlive it.
    const ignore = (): void => undefined;
    process.on("SIGINT", ignore);
    const title = `${operation} ${workspace.environment}`;
    try {
      return await endOnUnhandled(title, (signal) =>
        work({ ...display, parallel, onEvent, signal }),
      );
    } catch (error) {
      if (progress.errors.length === 0) throw error;
      // The library's own message repeats the command line and everything printed so far; what the program
      // threw may be no more than that the engine was gone.
      const causes = error instanceof UnhandledError ? [error.message] : [];
      throw new Error([`${title}: ${progress.errors.join("\n")}`, ...causes].join("\n"), {
        cause: error,
      });
    } finally {
      process.off("SIGINT", ignore);
    }
  }
}

const display = { color: "never", suppressProgress: true } as const;

type Options = typeof display & {
  readonly parallel: number;
  readonly onEvent: (event: automation.EngineEvent) => void;
  readonly signal: AbortSignal;
};

/** Steps that leave a resource as it is. */
const unchanging: readonly string[] = ["same", "read", "refresh"];

function toChange(step: automation.StepEventMetadata): Change {
  const details = Object.entries(step.detailedDiff ?? {}).map(
    ([property, { diffKind }]) => [property, diffKind] as const,
  );
  return { urn: step.urn, op: step.op, details: Object.fromEntries(details) };
}

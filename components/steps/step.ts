/** Work as data: every step of a stack, whatever carries it out. */
import type { ChartStep, FileStep, ObjectStep } from "./object";

export type * from "./object";

/** What a step is called, what it does and what it waits for. */
export interface StepHead {
  /** Resource name; permanent. */
  readonly name: string;
  /** What happens, for the reader of a plan. */
  readonly title: string;
  /** Names of the steps it waits for; a chart is done when its workloads are ready. */
  readonly after: readonly string[];
  /** The name this step had in earlier states. */
  readonly formerly?: string;
}

/** A document that a step brings. */
export interface RenderedFile {
  /** Short name, as descriptions have it. */
  readonly name: string;
  readonly content: string;
  /** What descriptions have in place of a content that is a vendor's and long. */
  readonly summary?: string;
}

/** What a step is given. */
export interface Given {
  /** Documents, by the shell variable that carries each. */
  readonly files: Readonly<Record<string, RenderedFile>>;
  /** Plain values, by shell variable. */
  readonly values: Readonly<Record<string, string>>;
  /** Variables whose values exist only at run time; one that is also a file is shown with placeholders. */
  readonly inputs: Readonly<Record<string, "plain" | "secret">>;
}

/** An idempotent script that runs on a host over SSH, values in front of it. */
export interface ScriptStep extends StepHead, Given {
  readonly kind: "script";
  /** Permanent name of the host; by default whichever host administers the cluster. */
  readonly host?: string;
  /** Server it runs on, where that is not its host. */
  readonly on?: string;
  /** Shell files in the order they are joined, as `<slice>/<file>`; the last one ends in `run_action`. */
  readonly scripts: readonly string[];
  /** True where the step's removal runs the script's `remove`. */
  readonly removes: boolean;
  /** The remote side ends the script after this time. */
  readonly timeoutSeconds: number;
  /** True where what the script prints is itself a secret. */
  readonly secretOutput?: true;
}

/** A script that runs on the computer that runs Pulumi, values in its environment. */
export interface LocalStep extends StepHead, Given {
  readonly kind: "local";
  /** Shell files in the order they are joined, as `<slice>/<file>`; the last one acts. */
  readonly scripts: readonly string[];
  /** Values that are paths of this computer and may begin with `~/`. */
  readonly paths: Readonly<Record<string, string>>;
  /** Variables that matter only when the thing is made: a change of them changes nothing. */
  readonly firstBootOnly: readonly string[];
}

/** A comparison inside the program; a problem ends the run before anything behind it begins. */
export interface CompareStep extends StepHead {
  readonly kind: "compare";
}

/** What goes into a running cluster: by its API, or a script that proves something there. */
export type ClusterStep = ChartStep | FileStep | ObjectStep | ScriptStep;
export type Step = ClusterStep | LocalStep | CompareStep;

/** Names of the variables of one kind. */
export function inputsOf(step: Given, kind: "plain" | "secret"): readonly string[] {
  return Object.entries(step.inputs).flatMap(([name, own]) => (own === kind ? [name] : []));
}

/** Everything plain, as shell variables. */
export function variablesOf({ files, values }: Given): Readonly<Record<string, string>> {
  const contents = Object.entries(files).map(([name, { content }]) => [name, content] as const);
  return { ...values, ...Object.fromEntries(contents) };
}
